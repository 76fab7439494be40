"""What is no file in the place of a shard is refused by listing as by reading, and never taken for zeros."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import voxbrick
from support.layouts import FIRST, LAYOUTS, create
from voxbrick import errors
from voxbrick.conversion import plan_conversion

NAMES = [*LAYOUTS, "n5", "precomputed", "sharded precomputed"]
BOX = ((0, 0, 0, 0), (1, 8, 8, 8))


def folder(path: Path) -> None:
    (path / "inner").mkdir(parents=True)


def link_to_a_folder(path: Path) -> None:
    path.symlink_to(path.parents[1])


def link_to_nowhere(path: Path) -> None:
    path.symlink_to("/nowhere/at/all")


def link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def pipe(path: Path) -> None:
    os.mkfifo(path)


OBSTACLES = [folder, link_to_a_folder, link_to_nowhere, link_to_itself, pipe]


@pytest.mark.parametrize("obstacle", OBSTACLES)
@pytest.mark.parametrize("name", NAMES)
def test_in_the_place_of_a_shard(name: str, obstacle: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "array"
    place = path / create(name, path)
    place.parent.mkdir(parents=True, exist_ok=True)
    obstacle(place)
    with voxbrick.open_array(path) as array:
        with pytest.raises(errors.StorageError, match=place.name) as reading:
            array.read(*BOX)
        with pytest.raises(errors.StorageError, match=place.name) as listing:
            array.list_shards()
    assert listing.value.errno == reading.value.errno
    with pytest.raises(errors.StorageError, match=place.name):
        plan_conversion(path, tmp_path / "copy", data_format="zarr3").run()
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("obstacle", OBSTACLES[2:])
@pytest.mark.parametrize("name", NAMES)
def test_in_the_place_of_a_folder_of_shards(
    name: str, obstacle: Callable[[Path], None], tmp_path: Path
) -> None:
    path = tmp_path / "array"
    first = create(name, path).split("/")[0]
    obstacle(path / first)
    with voxbrick.open_array(path) as array, pytest.raises(errors.StorageError, match=first):
        array.list_shards()


@pytest.mark.parametrize("name", NAMES)
def test_in_no_place_of_a_shard(name: str, tmp_path: Path) -> None:
    path = tmp_path / "array"
    shard = Path(create(name, path))
    for number, obstacle in enumerate(OBSTACLES):
        for beside in [path / f"other{number}", path / shard.parent / f"other{number}"]:
            beside.parent.mkdir(parents=True, exist_ok=True)
            if not os.path.lexists(beside):
                obstacle(beside)
    beyond = {
        "wkw": "z0/y0/x0",
        "precomputed": "4_4_40/16-24_0-8_0-8",
        "sharded precomputed": "4_4_40/00.shard",
    }
    (path / beyond.get(name, shard.with_name("7"))).mkdir()
    with voxbrick.open_array(path) as array:
        assert array.list_shards() == []
        assert not array.read(*BOX).any()


@pytest.mark.parametrize("name", LAYOUTS)
def test_folders_of_shards_are_no_obstacles(name: str, tmp_path: Path) -> None:
    create(name, tmp_path / "array")
    with voxbrick.open_array(tmp_path / "array", "r+") as array:
        array.write((0, 0, 0, 0), np.ones((1, 8, 8, 8), np.uint8))
        assert array.list_shards() == [(0, 0, 0, 0)]
        files = {file.relative_to(array.path).as_posix() for file in array.list_files()}
    assert FIRST[name] in files
    assert not files - {FIRST[name], "header.wkw", "zarr.json", ".zarray", ".zattrs"}


def test_links_to_shards_are_shards(tmp_path: Path) -> None:
    path = tmp_path / "array"
    shard = path / create("zarr3", path)
    with voxbrick.open_array(path, "r+") as array:
        array.write((0, 0, 0, 0), np.ones((1, 8, 8, 8), np.uint8))
        shard.rename(tmp_path / "elsewhere")
        shard.symlink_to(tmp_path / "elsewhere")
        assert array.list_shards() == [(0, 0, 0, 0)]


@pytest.mark.parametrize("obstacle", ["file", "link"])
def test_a_scale_that_is_no_folder(obstacle: str, tmp_path: Path) -> None:
    for name in ["precomputed", "sharded precomputed"]:
        path = tmp_path / name
        scale = path / create(name, path).split("/")[0]
        scale.write_text("no folder") if obstacle == "file" else scale.symlink_to("/nowhere/at/all")
        with voxbrick.open_array(path) as array, pytest.raises(errors.StorageError, match="4_4_40"):
            array.list_shards()


def test_shards_that_are_compressed_once_more_are_not_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "array"
    shard = path / (create("sharded precomputed", path) + ".gz")
    shard.parent.mkdir()
    shard.write_bytes(b"\x1f\x8b\x08" + b"\xff" * 30)
    with voxbrick.open_array(path) as array:
        with pytest.raises(errors.CorruptDataError):
            array.read(*BOX)
        with pytest.raises(errors.CorruptDataError):
            array.list_shards()
        # One that is there as it is, is the one that is read.
        index = struct.pack("<3Q", 0, 0, 512)
        shard.with_suffix("").write_bytes(struct.pack("<2Q", 512, 536) + b"\1" * 512 + index)
        assert array.read(*BOX).all()
        assert array.list_shards() == [(0, 0, 0, 0)]


def test_a_compressed_chunk_beside_itself_is_one(tmp_path: Path) -> None:
    path = tmp_path / "array"
    chunk = path / create("precomputed", path)
    chunk.parent.mkdir()
    for name in [chunk, chunk.with_name(chunk.name + ".gz")]:
        name.write_bytes(b"\1" * 512)
    with voxbrick.open_array(path) as array:
        assert array.list_shards() == [(0, 0, 0, 0)]
