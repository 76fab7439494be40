"""Commands that make mags of mags and are killed at any moment go on, and end byte for byte the same."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from support.image_files import voxels
from support.kills import Whom, finish, kill_sometime
from support.torture import rounds, seeded
from support.tree import snapshot
from voxbrick import Dataset, Layer

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of Unix")

ROUNDS = rounds(1, 20)
ISOTROPIC = ("--sampling-mode", "isotropic", "--resume")
COMMANDS = {
    "downsample": ("downsample", "{}/dataset", *ISOTROPIC),
    "downsample anew": ("downsample", "{}/dataset", *ISOTROPIC, "--overwrite", "--from-mag", "1"),
    "upsample": ("upsample", "{}/dataset", "color", "--from-mag", "2", *ISOTROPIC),
    "compress": ("compress", "{}/dataset", "--resume"),
    "copy": ("copy", "{}/dataset", "{}/copy", "--format", "zarr3", "--shard-shape", "32", "--resume"),
}
KILLED = [
    ("threads", "driver", "downsample"),
    ("threads", "driver", "downsample anew"),
    ("threads", "driver", "upsample"),
    ("threads", "driver", "compress"),
    ("threads", "driver", "copy"),
    ("processes", "driver", "downsample anew"),
    ("processes", "driver", "compress"),
    ("processes", "worker", "downsample"),
    ("processes", "worker", "downsample anew"),
    ("processes", "worker", "compress"),
]


@pytest.fixture(params=["wkw", "zarr3"])
def layer(request: pytest.FixtureRequest, tmp_path: Path) -> Layer:
    """Mag 1 with 64 shards of noise."""
    dataset = Dataset(tmp_path / "original" / "dataset", (1, 1, 1))
    layer = dataset.add_layer("color", "color", data_format=request.param)
    layer.add_mag(1, 16, 2, compress=False).write(voxels((1, 128, 128, 128)))
    return layer


def _prepare(layer: Layer, command: str) -> None:
    if command in ("downsample anew", "upsample"):
        layer.downsample(sampling_mode="isotropic", interpolation_mode="max")
    if command == "upsample":
        layer.delete_mag(1)


@pytest.mark.torture
@pytest.mark.parametrize(("executor", "whom", "command"), KILLED)
def test_killed_commands_end_byte_for_byte_the_same(
    layer: Layer,
    tmp_path: Path,
    executor: str,
    whom: Whom,
    command: str,
    record_property: Callable[[str, object], None],
) -> None:
    _prepare(layer, command)
    place = tmp_path / "place"
    run = [*(part.format(place) for part in COMMANDS[command]), "--executor", executor]

    def begin_anew() -> None:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(tmp_path / "original", place)

    begin_anew()
    seconds = finish(*run)
    expected = snapshot(place)
    random = seeded(command, executor, whom)
    record_property("kills", 2 * ROUNDS)
    for _ in range(ROUNDS):
        begin_anew()
        for _ in range(2):
            kill_sometime(random, seconds, whom, *run)
            for mag in Dataset.open(place / "dataset").get_layer("color").mags.values():
                assert np.all(mag.read())  # of what is listed, nothing is missing
        finish(*run)
        assert snapshot(place) == expected
