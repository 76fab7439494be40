"""Several writers in one shard: as long as their voxels are disjoint, nothing is lost."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import voxbrick
from support import children
from support.arrays import FORMATS, SHAPE, SIDE, create
from support.compare import assert_same_bits
from support.limits import TIMEOUT, SharedNumber

CUT = 39  # cuts shards and blocks
SPANS = [(0, CUT), (CUT, SIDE - CUT)]
QUADRANTS = [((0, x, y, 0), (1, nx, ny, SIDE)) for (x, nx), (y, ny) in itertools.product(SPANS, SPANS)]


def whole_round(number: int, dtype: np.dtype) -> np.ndarray:
    whole = np.zeros(SHAPE, dtype)
    for offset, shape in QUADRANTS:
        inside = tuple(slice(a, a + n) for a, n in zip(offset, shape, strict=True))
        whole[inside] = children.round_voxels(number, offset, shape, dtype)
    return whole


@pytest.mark.parametrize("data_format", FORMATS)
def test_processes_lose_nothing(data_format: str, tmp_path: Path) -> None:
    path = tmp_path / "array"
    create(path, data_format).close()
    barrier = children.PROCESSES.Barrier(len(QUADRANTS) + 1)
    writers = [children.start(children.write_quadrant_each_round, path, *part, barrier) for part in QUADRANTS]
    try:
        with voxbrick.open_array(path) as array:
            for number in range(1, children.ROUNDS + 1):
                barrier.wait(TIMEOUT)  # they write
                barrier.wait(TIMEOUT)  # they have written
                assert_same_bits(array.read((0, 0, 0, 0), SHAPE), whole_round(number, array.info.dtype))
    except BaseException:
        barrier.abort()
        raise
    finally:
        for writer in writers:
            writer.join(TIMEOUT)
    assert [writer.exitcode for writer in writers] == [0] * len(writers)


@pytest.mark.parametrize("shared_handle", [True, False])
@pytest.mark.parametrize("data_format", FORMATS)
def test_threads_lose_nothing(data_format: str, shared_handle: bool, tmp_path: Path) -> None:
    path = tmp_path / "array"
    first = create(path, data_format)
    arrays = [first if shared_handle else voxbrick.open_array(path, "r+") for _ in QUADRANTS]
    with ThreadPoolExecutor(len(QUADRANTS)) as threads:
        for number in range(1, 21):
            parts = [
                (offset, children.round_voxels(number, offset, shape, first.info.dtype))
                for offset, shape in QUADRANTS
            ]
            list(threads.map(lambda array, part: array.write(*part), arrays, parts))
            assert_same_bits(first.read((0, 0, 0, 0), SHAPE), whole_round(number, first.info.dtype))


@pytest.mark.parametrize("data_format", FORMATS)
def test_many_small_boxes_from_many_threads(data_format: str, tmp_path: Path) -> None:
    """Boxes of three voxels: nearly all of them cut blocks that others cut too."""
    expected = children.round_voxels(0, (0,), SHAPE, np.dtype("uint16"))
    starts = list(range(0, SIDE, 3))
    with create(tmp_path / "array", data_format) as array, ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda x: array.write((0, x, 0, 0), expected[:, x : x + 3]), starts))
        assert_same_bits(array.read((0, 0, 0, 0), SHAPE), expected)


@pytest.mark.parametrize("data_format", FORMATS)
def test_readers_see_one_version_while_a_writer_overwrites(data_format: str, tmp_path: Path) -> None:
    path = tmp_path / "array"
    voxels = children.round_voxels(0, (0,), SHAPE, np.dtype("uint16"))
    with create(path, data_format) as array:
        array.write((0, 0, 0, 0), voxels)
    finished = SharedNumber(tmp_path / "finished")
    writer = children.start(children.overwrite_for_ever, path, voxels, 1, finished)
    try:
        seen = set()
        with voxbrick.open_array(path) as array:
            while finished.value < 100 and writer.is_alive():
                versions = np.unique(array.read((0, 0, 0, 0), SHAPE) ^ voxels)
                assert len(versions) == 1
                seen.add(int(versions[0]))
        assert finished.value >= 100
        assert len(seen) > 1
    finally:
        writer.kill()


def test_many_readers_share_few_open_files(tmp_path: Path) -> None:
    shape = (96, 64, 64)
    voxels = children.round_voxels(0, (0,), shape, np.dtype("uint8"))
    with voxbrick.create_array(
        tmp_path / "array", data_format="zarr3", dtype="uint8", shape=shape, chunk_shape=(8, 16, 16)
    ) as array:
        array.write((0, 0, 0), voxels)
    assert children.run(children.read_with_few_files, tmp_path / "array", 24, 320) == [voxels.tobytes()] * 48
