"""Arrays of two to six dimensions in any order: as themselves, and as a layer sees them."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

import voxbrick
from voxbrick import BoundingBox, Dataset, InvalidMetadataError, Layer, NDBoundingBox

EXTENT = {"c": 3, "t": 2, "s": 2, "x": 8, "y": 4, "z": 6}
ATTRIBUTES = {"microscope": {"name": "ä", "stage": [1, 2.5]}, "none": None}
ORDERS = [
    *map("".join, itertools.permutations("cxyz")),
    *map("".join, itertools.permutations("xyz")),
    "tcxyz",
    "ctzyx",
    "xytzc",
    "zyxct",
    "stcxyz",
    "cxtyzs",
]
FORMATS = ["zarr", "zarr3"]


def stored(folder: Path, axes: str, data_format: str) -> np.ndarray:
    """An array with these axes, and the voxels in it."""
    shape = tuple(EXTENT[axis] for axis in axes)
    voxels = np.arange(np.prod(shape), dtype=np.uint16).reshape(shape)
    keywords = {"dtype": "uint16", "shape": shape, "axes": axes, "chunk_shape": 2, "attributes": ATTRIBUTES}
    with voxbrick.create_array(folder, data_format=data_format, **keywords) as array:
        array.write((0,) * len(axes), voxels)
    return voxels


def layer_of(folder: Path, axes: str, data_format: str) -> Layer:
    """The properties that describe such an array."""
    order = {axis: place for place, axis in enumerate(axes)}
    others = [axis for axis in axes if axis not in "cxyz"]
    layer = {
        "name": "em",
        "category": "color",
        "elementClass": "uint48" if "c" in axes else "uint16",
        "dataFormat": data_format,
        "numChannels": EXTENT["c"] if "c" in axes else 1,
        "boundingBox": {"topLeft": [0, 0, 0], "width": 8, "height": 4, "depth": 6},
        "additionalAxes": [
            {"name": axis, "bounds": [0, EXTENT[axis]], "index": order[axis]} for axis in others
        ],
        "mags": [{"mag": [1, 1, 1], "path": "./em/1", "axisOrder": order}],
    }
    document = {"id": {"name": "d"}, "scale": [1, 1, 1], "dataLayers": [layer]}
    (folder / "datasource-properties.json").write_text(json.dumps(document))
    return Dataset.open(folder).get_layer("em")


def channels_first(voxels: np.ndarray, axes: str, box: NDBoundingBox) -> np.ndarray:
    if "c" not in axes:
        voxels, axes = voxels[np.newaxis], f"c{axes}"
    return voxels.transpose([axes.index(axis) for axis in ("c", *box.axes)])


@pytest.mark.parametrize("data_format", FORMATS)
@pytest.mark.parametrize("axes", ORDERS)
def test_channels_come_first_then_the_axes_of_the_box(tmp_path: Path, axes: str, data_format: str) -> None:
    voxels = stored(tmp_path / "em" / "1", axes, data_format)
    layer = layer_of(tmp_path, axes, data_format)
    mag, box = layer.get_mag(1), layer.bounding_box
    assert isinstance(box, BoundingBox) == (len(box.axes) == 3)
    expected = channels_first(voxels, axes, box)
    found = mag.read()
    assert found.flags.f_contiguous
    np.testing.assert_array_equal(found, expected)
    part = box.with_size_xyz((4, 2, 2)).offset([2 if axis in "xyz" else 0 for axis in box.axes])
    inside = (slice(None), *(slice(*part.get_bounds(axis)) for axis in box.axes))
    np.testing.assert_array_equal(mag.read(absolute_bounding_box=part), expected[inside])
    mag.write(expected[inside] + 1, absolute_bounding_box=part, allow_unaligned=True)
    expected = expected.copy()
    expected[inside] += 1
    np.testing.assert_array_equal(channels_first(whole(mag.path), axes, box), expected)


def whole(path: Path) -> np.ndarray:
    with voxbrick.open_array(path) as array:
        assert array.info.shape is not None
        return array.read((0,) * array.info.rank, array.info.shape)


@pytest.mark.parametrize("data_format", FORMATS)
@pytest.mark.parametrize("axes", ["xy", "yx", "tyx", "xtczy"])
def test_a_resize_touches_no_attribute_and_no_name(tmp_path: Path, axes: str, data_format: str) -> None:
    voxels = stored(tmp_path / "a", axes, data_format)
    with voxbrick.open_array(tmp_path / "a", "r+") as array:
        before = array.info
        array.resize([extent + 3 for extent in voxels.shape])
        array.resize([extent - 1 for extent in voxels.shape])
        assert (array.info.axes, array.info.attributes) == (before.axes, before.attributes)
    assert before.axes == tuple(axes)
    assert {**before.attributes, **ATTRIBUTES} == before.attributes
    np.testing.assert_array_equal(whole(tmp_path / "a"), voxels[tuple(slice(0, -1) for _ in axes)])


@pytest.mark.parametrize("data_format", FORMATS)
def test_growth_of_a_layer_touches_no_attribute(tmp_path: Path, data_format: str) -> None:
    stored(tmp_path / "em" / "1", "zcyx", data_format)
    layer = layer_of(tmp_path, "zcyx", data_format)
    layer.bounding_box = BoundingBox((0, 0, 0), (30, 30, 30))
    with voxbrick.open_array(layer.get_mag(1).path) as array:
        assert {**array.info.attributes, **ATTRIBUTES} == array.info.attributes
        assert array.info.axes == ("z", "c", "y", "x")


@pytest.mark.parametrize("axes", ["xy", "cyx"])
def test_a_layer_needs_three_dimensions(tmp_path: Path, axes: str) -> None:
    dataset = Dataset(tmp_path / "new", (1, 1, 1))
    stored(dataset.path / "em" / "1", axes, "zarr3")
    with pytest.raises(InvalidMetadataError, match="dimensions"):
        dataset.add_layer_for_existing_files("em", "color")
