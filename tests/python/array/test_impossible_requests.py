"""Boxes that no array has and memory that no machine has: typed errors that name the array."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voxbrick
from voxbrick import errors


@pytest.fixture
def wkw(tmp_path: Path) -> voxbrick.Array:
    return voxbrick.create_array(tmp_path / "tissue", dtype=np.uint8)


@pytest.fixture
def zarr3(tmp_path: Path) -> voxbrick.Array:
    return voxbrick.create_array(
        tmp_path / "tissue", data_format="zarr3", dtype=np.uint8, shape=(8, 8), chunk_shape=(4, 4)
    )


@pytest.mark.parametrize("shape", [(2**62, 2), (2**62, 2**62), (2**40, 2**40), (-1, 1), (-2, 2**62)])
@pytest.mark.parametrize("order", ["F", "C"])
def test_shapes_beyond_all_memory(zarr3: voxbrick.Array, shape: Any, order: Any) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="tissue"):
        zarr3.read((0, 0), shape, order=order)


@pytest.mark.parametrize("out", [[[0] * 8] * 8, np.zeros((8, 8)), np.zeros((8, 7), np.uint8), b"x" * 64])
def test_what_cannot_be_filled(zarr3: voxbrick.Array, out: Any) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="tissue"):
        zarr3.read((0, 0), (8, 8), out=out)


@pytest.mark.parametrize(
    "box", [((0, 0), (1, -1)), ((2**60, 0), (2**61, 0)), ((-1, 0), (1, 1)), ((0,), (1,))]
)
def test_boxes_name_their_array(zarr3: voxbrick.Array, box: Any) -> None:
    with pytest.raises((errors.InvalidArgumentError, errors.BoundsError), match="tissue"):
        zarr3.largest(*box)


def test_wrong_numbers_of_channels(wkw: voxbrick.Array) -> None:
    voxels = np.zeros((3, 4, 4, 4), np.uint8)
    with pytest.raises(errors.InvalidArgumentError, match="tissue has 1 channel, the data has 3 channels"):
        wkw.write((0, 0, 0, 0), voxels)
    with pytest.raises(errors.BoundsError, match="1 channel"):
        wkw.write((2, 0, 0, 0), voxels)


@pytest.mark.parametrize("count", [2**70, -1, 1.5, None, "2"])
def test_numbers_of_threads(count: Any) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="number of threads"):
        voxbrick.set_num_threads(count)


def test_info_follows_a_resize_by_another(zarr3: voxbrick.Array) -> None:
    assert zarr3.info.shape == (8, 8)
    with voxbrick.open_array(zarr3.path, "r+") as other:
        other.resize((8, 12))
    zarr3.read((0, 0), (1, 1))
    assert zarr3.info.shape == (8, 12)
    kept = zarr3.info
    assert zarr3.info is kept
    zarr3.close()
    assert zarr3.info is kept


def test_files_of_the_array_and_no_others(zarr3: voxbrick.Array, tmp_path: Path) -> None:
    zarr3.write((0, 0), np.ones((8, 8), np.uint8))
    folder = Path(zarr3.path)
    (folder / "c").rename(tmp_path / "elsewhere")
    (folder / "c").symlink_to(tmp_path / "elsewhere")
    (folder / "notes").write_bytes(os.urandom(10_000))
    (folder / "c/0/notes").write_bytes(os.urandom(10_000))
    names = {str(path.relative_to(folder)) for path in zarr3.list_files()}
    assert names == {"zarr.json", "c/0/0", "c/0/1", "c/1/0", "c/1/1"}


@pytest.mark.parametrize("path", ["", "half\ud800", "zero\0"])
def test_paths_of_no_file_system(path: str) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="path"):
        voxbrick.open_array(path)
    with pytest.raises(errors.InvalidArgumentError, match="path"):
        voxbrick.create_array(path, dtype="uint8")
