"""The system refuses to store: a typed error, the old voxels, no leftovers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import voxbrick
from support import children
from support.arrays import FORMATS, SHAPE, create
from support.mounts import mount, unmount
from support.tree import snapshot
from voxbrick import errors

NOISE = np.random.default_rng(0).integers(0, 2**16, SHAPE, np.uint16)
RAW_WKW = {"data_format": "wkw", "dtype": "uint16", "compress": False, "chunk_shape": (16,) * 3}


FULL = "size=700k"  # holds one shard of noise, but not two


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system on which a second shard finds no room."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount(folder, "-t", "tmpfs", "-o", FULL, "tmpfs")
    yield folder
    unmount(folder)


@pytest.fixture
def make_read_only(tmp_path: Path) -> Iterator[None]:
    """A function that takes the right to write in `tmp_path` away; root needs a mount for that."""
    if os.geteuid():
        yield lambda: tmp_path.chmod(0o555)
        tmp_path.chmod(0o755)
        return
    mount(tmp_path, "--bind", str(tmp_path))
    yield lambda: mount(tmp_path, "-o", "remount,bind,ro")
    unmount(tmp_path)


@pytest.mark.parametrize("data_format", FORMATS)
def test_a_full_disk_keeps_the_old_shard(data_format: str, small_disk: Path) -> None:
    with create(small_disk / "array", data_format) as array:
        array.write((0, 0, 0, 0), NOISE)
        before = snapshot(small_disk)
        with pytest.raises(errors.StorageError, match="array") as caught:
            array.write((0, 0, 0, 0), NOISE + 1)
        assert caught.value.errno
        assert snapshot(small_disk) == before
        assert np.array_equal(array.read((0, 0, 0, 0), SHAPE), NOISE)


def test_a_full_disk_under_raw_wkw(small_disk: Path) -> None:
    with voxbrick.create_array(small_disk / "array", shard_shape=(128,) * 3, **RAW_WKW) as array:
        with pytest.raises(errors.StorageError, match="array"):
            array.write((0, 0, 0, 0), np.tile(NOISE, (1, 2, 1, 1)))
        array.write((0, 0, 0, 0), NOISE[:, :4, :4, :4] + 1)
        assert np.array_equal(array.read((0, 0, 0, 0), (1, 4, 4, 4)), NOISE[:, :4, :4, :4] + 1)


def test_no_room_to_create(small_disk: Path) -> None:
    (small_disk / "filler").write_bytes(bytes(700 * 1024))
    with pytest.raises(errors.StorageError):
        create(small_disk / "array", "zarr3")
    assert list(snapshot(small_disk)) == ["filler"]


@pytest.mark.parametrize("data_format", FORMATS)
def test_a_file_size_limit_keeps_the_old_shard(data_format: str, tmp_path: Path) -> None:
    with create(tmp_path / "array", data_format) as array:
        array.write((0, 0, 0, 0), NOISE)
    before = snapshot(tmp_path)
    with pytest.raises(errors.StorageError):
        children.run(children.write_box, tmp_path / "array", (0, 0, 0, 0), NOISE + 1, 100_000)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("data_format", FORMATS)
def test_a_read_only_folder_reads_and_refuses_to_change(
    data_format: str, tmp_path: Path, make_read_only
) -> None:
    with create(tmp_path / "array", data_format) as array:
        array.write((0, 0, 0, 0), NOISE)
    before = snapshot(tmp_path)
    make_read_only()
    with voxbrick.open_array(tmp_path / "array") as array:
        assert np.array_equal(array.read((0, 0, 0, 0), SHAPE), NOISE)
    refused = (errors.ReadOnlyError, errors.StorageError)
    with (
        pytest.raises(refused, match="array"),
        voxbrick.open_array(tmp_path / "array", "r+") as array,
    ):
        array.write((0, 1, 1, 1), NOISE[:, :9, :9, :9])
    with pytest.raises(refused, match="new"):
        create(tmp_path / "new", data_format)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("data_format", FORMATS)
def test_arrays_opened_for_reading_are_not_written(data_format: str, tmp_path: Path) -> None:
    create(tmp_path / "array", data_format).close()
    with voxbrick.open_array(tmp_path / "array") as array, pytest.raises(errors.ReadOnlyError):
        array.write((0, 0, 0, 0), NOISE)


@pytest.mark.parametrize("data_format", FORMATS)
def test_a_folder_in_the_place_of_a_shard_is_no_absent_shard(data_format: str, tmp_path: Path) -> None:
    with create(tmp_path / "array", data_format) as array:
        array.write((0, 0, 0, 0), NOISE)
        [name] = [name for name in snapshot(tmp_path / "array") if "/" in name]
        (tmp_path / "array" / name).unlink()
        (tmp_path / "array" / name).mkdir()
        with pytest.raises((errors.StorageError, errors.CorruptDataError)):
            array.read((0, 0, 0, 0), SHAPE)
