"""Conversions keep to the memory they are allowed; the peaks are sampled from outside."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile

import voxbrick
from support.limits import TIMEOUT
from voxbrick.conversion import open_source, plan_conversion
from voxbrick.geometry.grid import Box
from voxbrick.sources.transformed import Arranged, Cast, Turned

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

MEGABYTE = 1 << 20
BASE = 40 * MEGABYTE
"""Beyond what a tiny conversion takes: buffers of threads, files and the allocator."""


def _peak(arguments: list[str]) -> int:
    """The largest anonymous memory seen of a command, in bytes."""
    process = subprocess.Popen([sys.executable, "-m", "voxbrick", *arguments], stdout=subprocess.DEVNULL)
    peak = 0
    end = time.monotonic() + TIMEOUT
    while process.poll() is None and time.monotonic() < end:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            break
        found = re.search(r"RssAnon:\s*(\d+) kB", status)
        peak = max(peak, int(found[1]) << 10 if found else 0)
        time.sleep(0.002)
    process.kill()  # it has ended, or hangs
    assert process.wait(TIMEOUT) == 0
    return peak


def _npy(folder: Path, small: bool) -> list[str]:
    np.save(folder / "v.npy", np.ones((32, 32, 32) if small else (256, 256, 256), np.float64, order="F"))
    return ["convert", str(folder / "v.npy"), str(folder / "out"), "--memory", "32M"]


def _slices(folder: Path, small: bool) -> list[str]:
    (folder / "s").mkdir()
    noise = np.random.default_rng(0).integers(0, 200, (64, 64) if small else (8192, 8192), np.uint8)
    for z in range(2):
        tifffile.imwrite(folder / "s" / f"{z}.tif", noise)
    command = ["from-images", str(folder / "s"), str(folder / "out"), "--voxel-size", "1,1,1"]
    return [*command, "--memory", "500M", "--no-compress"]


def _cast(folder: Path, small: bool) -> list[str]:
    (folder / "s").mkdir()
    image = np.random.default_rng(0).integers(0, 200, (64, 64) if small else (1024, 1024)).astype(np.float32)
    for z in range(64):
        tifffile.imwrite(folder / "s" / f"{z}.tif", image)
    command = ["from-images", str(folder / "s"), str(folder / "out"), "--voxel-size", "1,1,1"]
    return [*command, "--memory", "200M", "--jobs", "1", "--dtype", "uint8", "--no-compress"]


def _one_chunk(folder: Path, small: bool) -> list[str]:
    shape = (32, 32, 32) if small else (512, 512, 256)
    keywords = {"data_format": "zarr", "dtype": "uint8", "shape": shape, "chunk_shape": shape}
    with voxbrick.create_array(folder / "big", **keywords) as array:
        array.write((0, 0, 0), np.random.default_rng(0).integers(0, 4, shape, np.uint8))
    command = ["convert", str(folder / "big"), str(folder / "out.zarr"), "--memory", "300M"]
    return [*command, "--shard-shape", "64", "--jobs", "1"]


@pytest.mark.parametrize(
    ("make", "megabytes"),
    [(_npy, 32), (_slices, 500), (_cast, 200), (_one_chunk, 300)],
    ids=["npy", "slices", "cast", "one_chunk"],
)
def test_peaks(tmp_path: Path, make: Callable[[Path, bool], list[str]], megabytes: int) -> None:
    for name in ("small", "large"):
        (tmp_path / name).mkdir()
    idle = _peak(make(tmp_path / "small", True))
    assert _peak(make(tmp_path / "large", False)) - idle <= 1.1 * megabytes * MEGABYTE + BASE


def _large_chunks(folder: Path) -> Path:
    keywords = {"data_format": "zarr3", "shape": (256, 128, 64), "chunk_shape": (256, 128, 16)}
    with voxbrick.create_array(folder / "source", dtype="uint8", **keywords) as array:
        array.write((0, 0, 0), np.ones((256, 128, 64), np.uint8))
    return folder / "source"


def test_chunks_of_the_source_are_decoded_once(tmp_path: Path) -> None:
    plan = plan_conversion(
        _large_chunks(tmp_path), tmp_path / "out", data_format="zarr3", chunk_shape=(16,), shard_shape=(32,)
    )
    boxes = [box for number in range(len(plan.transfer.cells)) for box in plan.transfer.boxes(number)]
    assert all(box.shape[:2] == (256, 128) for box in boxes)


def test_chunks_that_do_not_fit_into_memory_are_refused(tmp_path: Path) -> None:
    with pytest.raises(voxbrick.InvalidArgumentError, match=r"those of \(256, 128, 16\) in .*source"):
        plan_conversion(_large_chunks(tmp_path), tmp_path / "out.zarr", memory=MEGABYTE, jobs=1)


def test_both_types_of_a_cast_count(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.zeros((8, 8, 8), np.float64))
    assert Cast(open_source(tmp_path / "v.npy"), np.dtype("u1")).voxel_bytes == 9


def test_chunks_are_seen_with_the_axes_of_who_sees_them(tmp_path: Path) -> None:
    source = open_source(_large_chunks(tmp_path))
    assert Turned(source, True, "").chunk_shape == (128, 256, 16)
    assert Arranged(source, ("c", "z", "y", "x")).chunk_shape == (1, 16, 128, 256)


def test_absent_boxes_of_slices_are_found(tmp_path: Path) -> None:
    paths = []
    for number, depth in enumerate([3, 1, 2]):
        paths.append(tmp_path / f"{number}.tif")
        tifffile.imwrite(paths[-1], np.ones((depth, 8, 9), np.uint8), photometric="minisblack")
    source = open_source(paths)
    for begin in range(6):
        assert not source.is_absent(Box((0, 0, 0, begin), (1, 9, 8, 1)))
        assert (source.read(Box((0, 0, 0, begin), (1, 9, 8, 1))) == 1).all()
    assert source.is_absent(Box((0, 0, 0, 6), (1, 9, 8, 1)))
