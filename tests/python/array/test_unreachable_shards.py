"""Only what does not exist is absent: a link to nowhere, or a file in the place of a folder, is an error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import voxbrick
from support.layouts import LAYOUTS, create
from support.tree import snapshot
from voxbrick import errors


def link_to_nowhere(path: Path) -> None:
    path.symlink_to("/nowhere/at/all")


def file(path: Path) -> None:
    path.write_text("no folder")


CASES = [
    (name, obstacle, level)
    for name, levels in [
        ("wkw", 3),
        ("zarr3", 5),
        ("sharded", 5),
        ("zarr2", 4),
        ("n5", 4),
        ("precomputed", 2),
    ]
    for obstacle in [link_to_nowhere, file]
    for level in range(1, levels + 1)
    if level < levels or obstacle is link_to_nowhere
]


@pytest.mark.parametrize(("name", "obstacle", "level"), CASES)
def test_what_is_in_the_way_is_no_absence(
    name: str, obstacle: Callable[[Path], None], level: int, tmp_path: Path
) -> None:
    path = tmp_path / "array"
    parts = create(name, path).split("/")
    place = path.joinpath(*parts[:level])
    place.parent.mkdir(parents=True, exist_ok=True)
    obstacle(place)
    with voxbrick.open_array(path) as array:
        with pytest.raises(errors.StorageError, match=place.name):
            array.read((0, 0, 0, 0), (1, 8, 8, 8))
        with pytest.raises(errors.StorageError, match=place.name):
            array.list_shards()


@pytest.mark.parametrize("level", [1, 2, 5])
@pytest.mark.parametrize("name", ["zarr3", "sharded"])
def test_links_to_nowhere_are_not_written_over(name: str, level: int, tmp_path: Path) -> None:
    path = tmp_path / "array"
    place = path.joinpath(*create(name, path).split("/")[:level])
    place.parent.mkdir(parents=True, exist_ok=True)
    link_to_nowhere(place)
    with voxbrick.open_array(path, "r+") as array, pytest.raises(errors.StorageError):
        array.write((0, 0, 0, 0), np.ones((1, 3, 3, 3), np.uint8))
    assert place.is_symlink()


@pytest.mark.parametrize("name", LAYOUTS)
def test_links_that_lead_somewhere_are_followed(name: str, tmp_path: Path) -> None:
    path = tmp_path / "array"
    top = create(name, path).split("/")[0]
    (tmp_path / "elsewhere").mkdir()
    (path / top).symlink_to(tmp_path / "elsewhere")
    with voxbrick.open_array(path, "r+") as array:
        assert not array.read((0, 0, 0, 0), (1, 8, 8, 8)).any()
        array.write((0, 0, 0, 0), np.ones((1, 3, 3, 3), np.uint8))
        assert array.read((0, 0, 0, 0), (1, 8, 8, 8)).sum() == 27
        assert array.list_shards() == [(0, 0, 0, 0)]
    assert snapshot(tmp_path / "elsewhere")


def test_links_that_are_no_shards_are_nobodys_business(tmp_path: Path) -> None:
    path = tmp_path / "array"
    create("zarr3", path)
    link_to_nowhere(path / "notes")
    with voxbrick.open_array(path) as array:
        assert array.list_shards() == []


def test_a_path_through_a_file_holds_no_array(tmp_path: Path) -> None:
    file(tmp_path / "file")
    for path in [tmp_path / "file", tmp_path / "file/inner", tmp_path / "missing"]:
        with pytest.raises(errors.NotFoundError):
            voxbrick.open_array(path)


def test_a_link_to_nowhere_in_the_place_of_the_metadata(tmp_path: Path) -> None:
    link_to_nowhere(tmp_path / "zarr.json")
    with pytest.raises(errors.StorageError, match=r"zarr\.json"):
        voxbrick.open_array(tmp_path)
