"""Batch commands keep within the memory they are given, however large shards are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from support.limits import TIMEOUT
from voxbrick import Dataset

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux keeps the peak")

MEGABYTE = 1 << 20
CODECS = 8 * MEGABYTE
"""What codecs take beside voxels, and threads."""
RUN = """
import sys
from voxbrick.cli import app
code = app(sys.argv[1:], standalone_mode=False)
print([line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")][0])
"""
"""Runs a command, and prints how many KiB its process took at most."""


def _peak(*arguments: object, threads: int = 4) -> int:
    """Bytes that a command took at most; with so many threads of the engine, whatever the machine."""
    command = [sys.executable, "-c", RUN, *map(str, arguments)]
    environment = {**os.environ, "VOXBRICK_NUM_THREADS": str(threads)}
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=environment, timeout=TIMEOUT
    )
    return int(done.stdout.split()[-1]) * 1024


def _noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 9, shape, np.uint8)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_ladder(tmp_path: Path, jobs: int) -> None:
    """The base is what the program takes that only says what it would do."""
    layer = Dataset(tmp_path / "dataset", (4, 4, 10)).add_layer("color", "color")
    view = layer.add_mag(1, 32, 8, compress=True)
    for x in range(0, 1024, 256):
        view.write(_noise(256, 1024, 64), absolute_offset=(x, 0, 0), json_update_allowed=True)
    command = ["downsample", tmp_path / "dataset", "--coarsest-mag", "16", "--jobs", jobs]
    base = _peak(*command, "--dry-run") + CODECS
    assert _peak(*command, "--memory", "32M") < base + 1.1 * 32 * MEGABYTE


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("data_format", ["wkw", "zarr3"])
def test_compressing(tmp_path: Path, data_format: str, jobs: int) -> None:
    """Both shards are larger than the memory."""
    layer = Dataset(tmp_path / "dataset", (1, 1, 1)).add_layer("color", "color", data_format=data_format)
    view = layer.add_mag(1, 32, 16, compress=False)
    for x in range(0, 1024, 512):
        view.write(_noise(512, 512, 128), absolute_offset=(x, 0, 0), json_update_allowed=True)
    command = ["compress", tmp_path / "dataset", "--jobs", jobs]
    base = _peak(*command, "--dry-run") + CODECS
    assert _peak(*command, "--memory", "16M") < base + 1.1 * 16 * MEGABYTE


SIDES = {
    "shards": ("wkw", "uint16", 32, 16),
    "other shards": ("zarr3", "uint16", 64, 8),
    "shards of another type": ("zarr3", "uint32", 32, 16),
    "large chunks": ("zarr", "uint16", 128, 1),
    "large chunks of another type": ("zarr", "float64", 128, 1),
}


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same voxels in several layouts; and a few of them."""
    folder, data = tmp_path_factory.mktemp("sides"), _noise(512, 512, 128)
    for name, (data_format, dtype, chunk, per_shard) in {"few": SIDES["shards"], **SIDES}.items():
        layer = Dataset(folder / name, (1, 1, 1)).add_layer(
            "color", "color", dtype_per_channel=dtype, data_format=data_format
        )
        voxels = data[:32, :32, :32] if name == "few" else data
        layer.add_mag(1, chunk, per_shard, compress=True).write(voxels.astype(dtype))
    return folder


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("one", "other", "megabytes", "threads"),
    [
        ("shards", "other shards", 8, 4),
        ("shards", "shards of another type", 8, 4),
        ("large chunks", "shards", 10, 4),
        ("shards", "large chunks", 10, 4),
        ("large chunks of another type", "large chunks", 40, 1),
    ],
)
def test_comparing(sides: Path, one: str, other: str, megabytes: int, threads: int, jobs: int) -> None:
    """Another type is a difference that is told, and then voxels are compared."""
    memory = megabytes * jobs
    few = _peak("check-equality", sides / "few", sides / "few", "--jobs", jobs, threads=threads)
    command = ["check-equality", sides / one, sides / other, "--jobs", jobs, "--memory", f"{memory}M"]
    assert _peak(*command, threads=threads) < few + CODECS + 1.1 * memory * MEGABYTE


def test_too_little_memory_is_told(sides: Path) -> None:
    command = [sys.executable, "-m", "voxbrick", "check-equality", sides / "large chunks", sides / "shards"]
    done = subprocess.run([*command, "--memory", "3M"], capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == 2
    assert "allow more memory" in done.stderr
