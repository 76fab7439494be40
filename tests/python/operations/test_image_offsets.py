"""Layers made of arrays begin where the arrays say, each in its own way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import voxbrick
from support.image_files import save_slices
from support.ome_images import VERSIONS, axes, level, write_group, write_image
from support.source_arrays import VOXELS, n5, precomputed
from voxbrick import BoundingBox, Dataset

SIZE = (4.0, 4.0, 4.0)


def _layer(tmp_path: Path, source: Path, **options: Any) -> voxbrick.Layer:
    return Dataset(tmp_path / "dataset", SIZE).add_layer_from_images(source, "em", **options)


def _precomputed(path: Path, *offset: int) -> Path:
    precomputed(path)
    info = json.loads((path / "info").read_text())
    info["scales"][0]["voxel_offset"] = list(offset)
    (path / "info").write_text(json.dumps(info))
    stored = "_".join(f"{begin}-{begin + 4}" for begin in offset)
    (path / "4_4_40/0-4_0-4_0-4").rename(path / "4_4_40" / stored)
    return path


def _zarr(path: Path, names: str, **attributes: Any) -> Path:
    layout = {"data_format": "zarr3", "shape": (4, 4, 4), "chunk_shape": 4, "axes": tuple(names)}
    with voxbrick.create_array(path, dtype="uint8", attributes=attributes, **layout) as array:
        array.write((0, 0, 0), VOXELS)
    return path


@pytest.mark.parametrize("data_format", ["wkw", "zarr", "zarr3"])
def test_a_precomputed_volume(tmp_path: Path, data_format: str) -> None:
    layer = _layer(tmp_path, _precomputed(tmp_path / "volume", 5, 0, 12), data_format=data_format)
    assert layer.bounding_box == BoundingBox((5, 0, 12), (4, 4, 4))
    assert_array_equal(layer.get_mag(1).read()[0], VOXELS)


def test_an_array_that_was_converted_from_one(tmp_path: Path) -> None:
    """Along x, y and z, whatever the order of the array."""
    layer = _layer(tmp_path, _zarr(tmp_path / "array", "zyx", voxel_offset=[1, 2, 3]))
    assert layer.bounding_box == BoundingBox((1, 2, 3), (4, 4, 4))
    assert_array_equal(layer.get_mag(1).read()[0], VOXELS.T)


@pytest.mark.parametrize("size", ["resolution", "voxel_size"])
def test_an_offset_in_the_unit_of_a_resolution(tmp_path: Path, size: str) -> None:
    n5(tmp_path / "n5", offset=[8, 12.0, 200], **{size: [4, 4, 40]})
    assert _layer(tmp_path, tmp_path / "n5").bounding_box.topleft == (2, 3, 5)
    zarr = _zarr(tmp_path / "zarr", "zyx", offset=[200, 12.0, 8], **{size: [40, 4, 4]})
    other = Dataset(tmp_path / "other", SIZE).add_layer_from_images(zarr, "em")
    assert other.bounding_box.topleft == (2, 3, 5)


@pytest.mark.parametrize(
    "attributes",
    [
        {"offset": [8, 8, 8]},
        {"offset": [8, 8], "resolution": [4, 4]},
        {"offset": [8, 8, 8], "resolution": [4, 4, 0]},
        {"offset": [8, True, 8], "resolution": [4, 4, 4]},
        {"offset": "here", "resolution": [4, 4, 4]},
        {"offset": [1e99, 8, 8], "resolution": [1e-300, 4, 4]},
        {"offset": [10**400, 8, 8], "resolution": [4, 4, 4]},
        {"offset": [float("nan"), 8, 8], "resolution": [4, 4, 4]},
        {"voxel_offset": [2**70, 0, 0]},
        {"voxel_offset": ["1", 2, 3]},
        {"voxel_offset": {"x": 1}},
    ],
)
def test_attributes_that_mean_something_else(tmp_path: Path, attributes: dict[str, Any]) -> None:
    n5(tmp_path / "n5", **attributes)
    assert _layer(tmp_path, tmp_path / "n5").bounding_box.topleft == (0, 0, 0)


LEVELS = [
    level("s0/image", 40, 4, 4, translation=[80, 12, 16]),
    level("s1/image", 80, 8, 8, translation=[100, 14, 18]),
]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("path", "topleft"), [("s0/image", (4, 3, 2)), ("s1/image", (2, 2, 1))])
def test_a_level_of_an_image(tmp_path: Path, version: str, path: str, topleft: Any) -> None:
    """In whole voxels: the centre of a coarser one's first voxel lies less than half of one further."""
    folder = write_image(tmp_path / "image", {"axes": axes("zyx"), "datasets": LEVELS}, version)
    assert _layer(tmp_path, folder / path).bounding_box.topleft == topleft


@pytest.mark.parametrize("names", ["zyx", "yxz"])
def test_an_array_knows_its_axes_and_its_place_better(tmp_path: Path, names: str) -> None:
    folder = write_group(tmp_path, {"multiscales": [{"axes": axes("zyx"), "datasets": LEVELS}]})
    source = _zarr(folder / "s0/image", names, voxel_offset=[0, 0, 0])
    layer = _layer(tmp_path, source)
    assert layer.bounding_box.topleft == (0, 0, 0)
    assert_array_equal(layer.get_mag(1).read()[0], VOXELS.transpose([names.index(axis) for axis in "xyz"]))


@pytest.mark.parametrize("names", ["zyx", "xyz", "zyxc", "tczyx"])
@pytest.mark.parametrize("version", VERSIONS)
def test_axes_that_only_the_image_names(tmp_path: Path, version: str, names: str) -> None:
    voxels = np.arange(1, 1 + 2 ** len(names), dtype=np.uint8).reshape((2,) * len(names))
    entry = {"axes": axes(names), "datasets": [level("0", *[1] * len(names))]}
    folder = write_image(tmp_path / "image", entry, version, voxels)
    layer = _layer(tmp_path, folder / "0", data_format="zarr3")
    expected = voxels.transpose([names.index(axis) for axis in "ctxyz" if axis in names])
    assert_array_equal(layer.get_mag(1).read().squeeze(), expected)


def test_what_is_said_is_no_matter_where_it_is_known_better(tmp_path: Path) -> None:
    source = _precomputed(tmp_path / "volume", 5, 0, 12)
    assert _layer(tmp_path, source, topleft=(0, 0, 0)).bounding_box.topleft == (0, 0, 0)


def test_a_place_in_a_coarser_mag_and_another_order(tmp_path: Path) -> None:
    source = _precomputed(tmp_path / "volume", 5, 0, 12)
    layer = _layer(tmp_path, source, mag="2-2-1", swap_xy=True, flip_x=True)
    assert layer.bounding_box == BoundingBox((0, 10, 12), (8, 8, 4))
    assert_array_equal(layer.get_mag("2-2-1").read()[0], VOXELS.swapaxes(0, 1)[::-1])


def test_layers_do_not_begin_below_zero(tmp_path: Path) -> None:
    source = _precomputed(tmp_path / "volume", 5, -8, 12)
    with pytest.warns(UserWarning, match=r"5 x -8 x 12.*begin below 0"):
        layer = _layer(tmp_path, source)
    assert layer.bounding_box == BoundingBox((0, 0, 0), (4, 4, 4))


@pytest.mark.parametrize(
    ("ome", "why"),
    [
        (5, "expected an object"),
        ({"version": "0.9", "multiscales": [{"axes": [], "datasets": []}]}, r"0\.9 is not supported"),
    ],
)
def test_groups_that_cannot_be_read_are_told(tmp_path: Path, ome: Any, why: str) -> None:
    source = _zarr(tmp_path / "image" / "0", "zyx")
    (tmp_path / "image" / "zarr.json").write_text(json.dumps({"attributes": {"ome": ome}}))
    with pytest.warns(UserWarning, match=rf"{why}.*axes and the place of .*image/0 is not known"):
        assert _layer(tmp_path, source).bounding_box.topleft == (0, 0, 0)


def test_images_begin_at_the_origin(tmp_path: Path) -> None:
    images = save_slices(tmp_path / "slices", np.ones((1, 9, 8, 3), np.uint8))
    assert _layer(tmp_path, images).bounding_box.topleft == (0, 0, 0)
