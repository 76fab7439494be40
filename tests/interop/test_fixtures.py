"""Arrays that other programs wrote are read as they meant them; damaged ones are refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import voxbrick
from interop.shared_fixtures import Fixture, fixtures, formula
from support.compare import assert_same_bits
from support.tree import snapshot
from voxbrick import errors

FORMATS = ["wkw", "zarr2", "zarr3"]
CLASSES = {
    "not_found": errors.NotFoundError,
    "invalid_metadata": errors.InvalidMetadataError,
    "unsupported": errors.UnsupportedError,
    "corrupt_data": errors.CorruptDataError,
}


@pytest.mark.parametrize("order", ["F", "C"])
@pytest.mark.parametrize("fixture", fixtures("valid", FORMATS))
def test_the_known_box(fixture: Fixture, order: str) -> None:
    with voxbrick.open_array(fixture.path) as array:
        found = array.read(*fixture.box, order=order)
    assert found.flags[f"{order}_CONTIGUOUS"]
    assert_same_bits(found, fixture.voxels)


@pytest.mark.parametrize("fixture", fixtures("valid", FORMATS))
def test_boxes_inside(fixture: Fixture) -> None:
    origin, shape = fixture.box
    voxels = fixture.voxels
    random = np.random.default_rng(0)
    with voxbrick.open_array(fixture.path) as array:
        for order in "FCFCFC":
            start = random.integers(0, np.add(shape, 1))
            size = random.integers(0, np.subtract(shape, start) + 1)
            found = array.read(np.add(origin, start), size, order=order)
            part = tuple(slice(a, a + n) for a, n in zip(start, size, strict=True))
            assert_same_bits(found, voxels[part])


@pytest.mark.parametrize("fixture", fixtures("valid", ["zarr2", "zarr3"]))
def test_zeros_beyond_the_array(fixture: Fixture) -> None:
    origin, shape = fixture.box
    known = tuple(slice(0, n) for n in shape)
    with voxbrick.open_array(fixture.path) as array:
        outside = np.subtract(array.info.shape, origin)
        found = array.read(origin, outside + 2)
    assert_same_bits(found[known], fixture.voxels)
    for axis, first in enumerate(outside):
        assert not np.any(found.take([first, first + 1], axis)), f"beyond axis {axis}"


@pytest.mark.parametrize("fixture", fixtures("valid", ["wkw"]))
def test_wkw_has_no_end(fixture: Fixture) -> None:
    _, shape = fixture.box
    with voxbrick.open_array(fixture.path) as array:
        assert array.info.shape is None
        assert not np.any(array.read((0, 2**40, 2**33, 2**32 - 5), shape))


@pytest.mark.parametrize("fixture", fixtures("corrupt", FORMATS))
def test_damage_is_refused_in_time_and_changes_nothing(fixture: Fixture) -> None:
    before = snapshot(fixture.path)
    if fixture.entry["when"] == "open":
        if not fixture.entry.get("optional"):
            with pytest.raises(acceptable(fixture), match=fixture.path.name):
                voxbrick.open_array(fixture.path)
    else:
        with (
            voxbrick.open_array(fixture.path) as array,
            pytest.raises(acceptable(fixture), match=fixture.path.name),
        ):
            array.read(*box(fixture.entry["trigger_region"]))
    assert snapshot(fixture.path) == before


@pytest.mark.parametrize("fixture", fixtures("corrupt", FORMATS, lambda entry: entry.get("still_readable")))
def test_what_is_undamaged_stays_readable(fixture: Fixture) -> None:
    with voxbrick.open_array(fixture.path) as array:
        for region in fixture.entry["still_readable"]:
            assert formula()["digest"](array.read(*box(region["region"]))) == region["sha256"]


@pytest.mark.parametrize("fixture", fixtures("corrupt", FORMATS, lambda entry: entry["when"] == "read"))
def test_writing_into_damage_fails_whole_or_works(fixture: Fixture, tmp_path: Path) -> None:
    path = tmp_path / fixture.path.name
    shutil.copytree(fixture.path, path, copy_function=shutil.copyfile)
    before = snapshot(path)
    offset = fixture.entry["trigger_region"]["origin"]
    with voxbrick.open_array(path, "r+") as array:
        voxel = np.ones((1,) * len(offset), array.info.dtype)
        try:
            array.write(offset, voxel)
        except acceptable(fixture):
            assert snapshot(path) == before
        else:
            assert array.read(offset, voxel.shape) == voxel


def acceptable(fixture: Fixture) -> tuple[type[Exception], ...]:
    return tuple(CLASSES[name] for name in fixture.entry["acceptable_classes"])


def box(region: dict[str, list[int]]) -> tuple[list[int], list[int]]:
    return region["origin"], region["shape"]
