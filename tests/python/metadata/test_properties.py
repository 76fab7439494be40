"""datasource-properties.json: what is read, what is refused, what a change leaves alone."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from interop.shared_fixtures import MISSING, VISIBLE
from support.properties_examples import CXYZ, NEW, OLD, changed, parsed
from voxbrick.errors import InvalidArgumentError, InvalidMetadataError, UnsupportedError
from voxbrick.geometry import BoundingBox, Mag, NDBoundingBox
from voxbrick.metadata.json import parse_object
from voxbrick.metadata.properties import MagViewProperties, parse_properties
from voxbrick.metadata.types import (
    DataFormat,
    LengthUnit,
    VoxelSize,
    dtype_per_channel_of,
    dtype_per_layer_of,
    element_class_of,
    implied_channels,
    normalized_dtype,
)
from voxbrick.metadata.view_configuration import DatasetViewConfiguration, LayerViewConfiguration


def test_the_older_dialect() -> None:
    properties = parsed(OLD)
    color, segmentation = properties.data_layers
    assert (properties.name, properties.version) == ("brain", None)
    assert properties.voxel_size == VoxelSize((11.24, 11.24, 28.0))
    assert color.mags == (MagViewProperties(Mag(1), cube_length=1024),)
    assert color.num_channels == 3
    assert color.bounding_box == BoundingBox((0, 0, 0), (40, 24, 20))
    assert segmentation.data_format is DataFormat.Zarr3
    assert segmentation.largest_segment_id == 4294967295
    assert segmentation.mags[0].axis_order == CXYZ


def test_version_1() -> None:
    properties = parsed(NEW)
    (layer,) = properties.data_layers
    assert properties.version == 1
    assert properties.voxel_size.to_nanometer() == (500, 500, 1250)
    assert properties.default_view_configuration == DatasetViewConfiguration(
        position=(1, 2, 3), four_bit=True
    )
    assert layer.largest_segment_id == 9223372036854775813
    assert layer.mappings == ("agglomerates",)
    assert layer.default_view_configuration == LayerViewConfiguration(color=(255, 0, 10))
    assert (layer.mags[0].path, layer.mags[0].channel_index) == ("./seg/1", 1)
    expected = NDBoundingBox((0, 2, 0, 4), (3, 10, 12, 7), ("t", "x", "y", "z"), (1, 2, 3, 4))
    assert layer.bounding_box == expected


def test_the_axes_of_a_box_follow_those_of_the_array() -> None:
    order = {"x": 3, "y": 2, "z": 1, "t": 0}
    (layer,) = parsed(changed(NEW, "dataLayers", 0, "mags", 0, "axisOrder", to=order)).data_layers
    assert layer.bounding_box.axes == ("t", "z", "y", "x")
    assert layer.bounding_box.topleft == (0, 4, 0, 2)


def test_an_axis_order_that_leaves_further_axes_out() -> None:
    order = {"c": 0, "x": 2, "y": 3, "z": 4}
    (layer,) = parsed(changed(NEW, "dataLayers", 0, "mags", 0, "axisOrder", to=order)).data_layers
    assert layer.mags[0].axis_order == {**order, "t": 1}
    assert layer.bounding_box.axes == ("t", "x", "y", "z")


def test_mags_win_over_wkw_resolutions() -> None:
    layer = {**OLD["dataLayers"][0], "mags": [{"mag": [2, 2, 1], "path": "../elsewhere"}]}
    (mag,) = parsed(changed(OLD, "dataLayers", 0, to=layer)).data_layers[0].mags
    assert mag == MagViewProperties(Mag("2-2-1"), path="../elsewhere")


LAYER = ("dataLayers", 1)

TOLERATED = [
    (("id",), ...),
    (("dataLayers",), []),
    (("defaultViewConfiguration",), None),
    (("scale",), {"factor": [1, 2, 3]}),
    ((*LAYER, "dataFormat"), "neuroglancerPrecomputed"),
    ((*LAYER, "largestSegmentId"), None),
    ((*LAYER, "largestSegmentId"), 5.0),
    ((*LAYER, "mags"), ...),
    ((*LAYER, "boundingBox", "width"), 0),
    ((*LAYER, "mags", 0, "mag"), 4),
]


def moved_by(x: Any) -> list[Any]:
    return [{"type": "affine", "matrix": [[1, 0, 0, 0], [0, 1, 0, x], [0, 0, 1, 0], [0, 0, 0, 1]]}]


REFUSED = [
    (("scale",), ..., "scale"),
    (("scale",), [1, 2], "scale"),
    (("scale",), [1, 2, "3"], r"scale\[2\]"),
    (("scale",), [1, 2, float("nan")], r"scale\[2\]"),
    (("scale",), {"factor": [1, 1, 1], "unit": "smoot"}, "scale.unit"),
    (("dataLayers",), ..., "dataLayers"),
    (("dataLayers",), {}, "dataLayers"),
    (("version",), "1", "version"),
    (("version",), True, "version"),
    ((*LAYER, "name"), "../seg", r"dataLayers\[1\].name"),
    ((*LAYER, "name"), ".seg", "name"),
    ((*LAYER, "name"), "", "name"),
    ((*LAYER, "name"), "color", "color only once"),
    ((*LAYER, "category"), "shapes", "category"),
    ((*LAYER, "elementClass"), "uint7", "elementClass"),
    ((*LAYER, "elementClass"), "uint24", "elementClass"),
    ((*LAYER, "elementClass"), 8, "elementClass"),
    ((*LAYER, "numChannels"), 0, "numChannels"),
    ((*LAYER, "mags", 0, "path"), "half\ud800", r"mags\[0\].path"),
    ((*LAYER, "mags", 0, "path"), "zero\0", r"mags\[0\].path"),
    ((*LAYER, "boundingBox", "depth"), ..., "depth"),
    ((*LAYER, "boundingBox", "depth"), -1, "boundingBox.depth"),
    ((*LAYER, "boundingBox", "depth"), "7", "boundingBox.depth"),
    ((*LAYER, "boundingBox", "depth"), 1.5, "boundingBox.depth"),
    ((*LAYER, "boundingBox", "depth"), 10**30, "64 bits"),
    ((*LAYER, "boundingBox", "topLeft"), [0, 0], "topLeft"),
    ((*LAYER, "largestSegmentId"), {"value": "many"}, "largestSegmentId.value"),
    ((*LAYER, "mappings"), [1], r"mappings\[0\]"),
    ((*LAYER, "mags", 0, "mag"), [3, 3, 3], r"mags\[0\].mag"),
    ((*LAYER, "mags", 0, "mag"), 0, "mag"),
    ((*LAYER, "mags", 0, "axisOrder"), {"x": 0, "y": 1, "z": 1}, "axisOrder"),
    ((*LAYER, "mags", 0, "axisOrder"), {"x": 0, "y": 1}, "axisOrder"),
    ((*LAYER, "mags"), [{"mag": 1}, {"mag": [1, 1, 1]}], "only once"),
    ((*LAYER, "additionalAxes"), [{"name": "x", "bounds": [0, 1], "index": 1}], "additionalAxes"),
    ((*LAYER, "additionalAxes"), [{"name": "t", "bounds": [2, 1], "index": 1}], "backwards"),
    ((*LAYER, "additionalAxes"), [{"name": "t", "bounds": [1], "index": 1}], "bounds"),
    *(
        ((*LAYER, "coordinateTransformations"), moved_by(x), r"matrix\[1\]\[3\]: expected a number")
        for x in [None, "5", float("nan"), 10**400]
    ),
]


@pytest.mark.parametrize(("keys", "value"), TOLERATED)
def test_tolerated(keys: tuple[str | int, ...], value: Any) -> None:
    parsed(changed(OLD, *keys, to=value))


@pytest.mark.parametrize(("keys", "value", "message"), REFUSED)
def test_refused_by_the_path_of_the_key(keys: tuple[str | int, ...], value: Any, message: str) -> None:
    with pytest.raises(InvalidMetadataError, match=message) as caught:
        parsed(changed(OLD, *keys, to=value))
    assert str(caught.value).startswith("properties: ")


@pytest.mark.parametrize(("keys", "value"), [(("version",), 2), ((*LAYER, "dataFormat"), "tiff")])
def test_unsupported(keys: tuple[str | int, ...], value: Any) -> None:
    with pytest.raises(UnsupportedError):
        parsed(changed(OLD, *keys, to=value))


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"null", b'"x"', b"\xff", b"[" * 100_000])
def test_what_is_no_json_object(text: bytes) -> None:
    with pytest.raises(InvalidMetadataError, match="brain"):
        parse_object(text, "brain")


def datasets() -> list[Any]:
    if not VISIBLE.is_dir():
        return [pytest.param(None, marks=pytest.mark.skip(reason=MISSING))]
    entries = json.loads((VISIBLE / "MANIFEST.json").read_text())["valid"]
    return [pytest.param(entry, id=entry["name"]) for entry in entries if entry["kind"] == "dataset"]


@pytest.mark.parametrize("entry", datasets())
def test_foreign_datasets(entry: dict[str, Any]) -> None:
    path = VISIBLE / entry["path"] / "datasource-properties.json"
    properties = parse_properties(parse_object(path.read_bytes(), str(path)))
    layers = {layer.name: layer for layer in properties.data_layers}
    for expected in entry["layers"]:
        layer = layers[expected["layer"]]
        box = expected["bounding_box_mag1"]
        assert BoundingBox.from_ndbbox(layer.bounding_box) == BoundingBox.from_config_dict(box)
        assert {str(mag.mag) for mag in layer.mags} == {mag["mag"] for mag in expected["mags"]}
        if layer.num_channels is not None:
            dtype = dtype_per_channel_of(layer.element_class, layer.num_channels)
            assert (dtype, layer.num_channels) == (expected["dtype"], expected["num_channels"])


@pytest.mark.parametrize(
    ("dtype", "channels", "element_class"),
    [
        ("uint8", 1, "uint8"),
        ("uint8", 2, "uint16"),
        ("uint8", 3, "uint24"),
        ("uint16", 3, "uint48"),
        ("int64", 1, "int64"),
        ("float32", 1, "float"),
        ("float32", 2, "double"),
        ("float32", 3, "float96"),
        ("float64", 1, "double"),
    ],
)
def test_element_class(dtype: str, channels: int, element_class: str) -> None:
    assert element_class_of(dtype, channels) == element_class
    assert dtype_per_channel_of(element_class, channels) == np.dtype(dtype)
    assert dtype_per_channel_of(dtype_per_layer_of(dtype, channels), channels) == np.dtype(dtype)


@pytest.mark.parametrize("junk", ["uint7", "uint", "8", "complex64", "bool", "uint0", "uint8 "])
def test_junk_element_class(junk: str) -> None:
    with pytest.raises(InvalidArgumentError):
        dtype_per_channel_of(junk, 1)


def test_dtypes() -> None:
    assert normalized_dtype(">u2") == np.dtype("=u2")
    assert normalized_dtype("float") == np.float32
    assert normalized_dtype(float) == np.float32  # as in the reference
    assert normalized_dtype(np.float64) == normalized_dtype("double") == np.float64
    for junk in ("nonsense", "complex64", "U3", bool):
        with pytest.raises(InvalidArgumentError):
            normalized_dtype(junk)
    assert implied_channels("uint24") == 3
    assert implied_channels("uint16") is None


def test_units() -> None:
    assert len(LengthUnit) == 26
    assert VoxelSize((1, 2, 3), "meter").to_nanometer() == (1e9, 2e9, 3e9)
    assert LengthUnit.NANOMETER.nanometers == 1
    assert LengthUnit.YOCTOMETER.nanometers == 1e-15
    assert LengthUnit.YARD.nanometers == 3 * LengthUnit.FOOT.nanometers
