"""datasource-properties.json: what is read, what is refused, what a change leaves alone."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.shared_fixtures import MISSING, VISIBLE
from voxbrick.dataset._document import Document
from voxbrick.dataset._element_class import (
    dtype_per_channel_of,
    dtype_per_layer_of,
    element_class_of,
    implied_channels,
    normalized_dtype,
)
from voxbrick.dataset._json import Node, parse_object
from voxbrick.dataset.data_format import DataFormat
from voxbrick.dataset.length_unit import LengthUnit, VoxelSize
from voxbrick.dataset.properties import (
    DatasetProperties,
    LayerProperties,
    MagViewProperties,
    parse_properties,
)
from voxbrick.dataset.view_configuration import DatasetViewConfiguration, LayerViewConfiguration
from voxbrick.errors import (
    InvalidArgumentError,
    InvalidMetadataError,
    NameNotFoundError,
    NameTakenError,
    UnsupportedError,
)
from voxbrick.geometry import BoundingBox, Mag, NDBoundingBox

CXYZ = {"c": 0, "x": 1, "y": 2, "z": 3}

OLD = {
    "id": {"name": "brain", "team": "lab"},
    "scale": [11.24, 11.24, 28],
    "dataLayers": [
        {
            "name": "color",
            "category": "color",
            "boundingBox": {"topLeft": [0, 0, 0], "width": 40, "height": 24, "depth": 20},
            "elementClass": "uint24",
            "dataFormat": "wkw",
            "wkwResolutions": [{"resolution": 1, "cubeLength": 1024}],
        },
        {
            "name": "seg",
            "category": "segmentation",
            "boundingBox": {"topLeft": [6, 10, 4], "width": 30, "height": 22, "depth": 12},
            "elementClass": "uint32",
            "dataFormat": "zarr3",
            "numChannels": 1,
            "largestSegmentId": 4294967295,
            "mags": [{"mag": [1, 1, 1], "axisOrder": CXYZ}],
        },
    ],
}

NEW = {
    "id": {"name": "brain", "team": ""},
    "scale": {"factor": [0.5, 0.5, 1.25], "unit": "micrometer"},
    "dataLayers": [
        {
            "name": "seg",
            "category": "segmentation",
            "boundingBox": {"topLeft": [2, 0, 4], "width": 10, "height": 12, "depth": 7},
            "additionalAxes": [{"name": "t", "bounds": [0, 3], "index": 1}],
            "dataFormat": "zarr3",
            "mags": [
                {
                    "mag": [1, 1, 1],
                    "path": "./seg/1",
                    "axisOrder": {"c": 0, "t": 1, "x": 2, "y": 3, "z": 4},
                    "channelIndex": 1,
                }
            ],
            "largestSegmentId": {"customJsonEncoding": "bigint", "value": "9223372036854775813"},
            "mappings": ["agglomerates"],
            "defaultViewConfiguration": {"color": [255, 0, 10], "unheardOf": 1},
            "numChannels": 1,
            "elementClass": "uint64",
        }
    ],
    "defaultViewConfiguration": {"position": [1, 2, 3], "fourBit": True},
    "version": 1,
}


def parsed(json: dict[str, Any]) -> DatasetProperties:
    return parse_properties(Node(json, "properties"))


def changed(json: dict[str, Any], *keys: str | int, to: Any) -> dict[str, Any]:
    """A copy with another value at a path; ``...`` removes what is there."""
    document = copy.deepcopy(json)
    owner: Any = document
    for key in keys[:-1]:
        owner = owner[key]
    if to is ...:
        del owner[keys[-1]]
    else:
        owner[keys[-1]] = to
    return document


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
    assert normalized_dtype(float) == normalized_dtype("double") == np.float64
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


SEGMENTS = LayerProperties(
    name="cells",
    category="segmentation",
    bounding_box=NDBoundingBox((0, 1, 2, 3), (2, 4, 4, 4), ("t", "x", "y", "z"), (1, 2, 3, 4)),
    element_class="uint64",
    data_format=DataFormat.Zarr3,
    mags=(MagViewProperties(Mag("2-2-1"), axis_order={"c": 0, "t": 1, "x": 2, "y": 3, "z": 4}),),
    num_channels=1,
    default_view_configuration=LayerViewConfiguration(alpha=0.5),
    largest_segment_id=2**63 + 1,
    mappings=("a",),
)


@pytest.mark.parametrize("json", [OLD, NEW])
def test_a_layer_is_read_as_it_was_added(json: dict[str, Any]) -> None:
    document = Document(copy.deepcopy(json))
    document.add_layer(SEGMENTS)
    found = parsed(document.json).data_layers[-1]
    path = "./cells/2-2-1" if json is NEW else None
    assert found.mags[0].path == path
    assert found.mags[0].mag == SEGMENTS.mags[0].mag
    for name in ("bounding_box", "largest_segment_id", "mappings", "default_view_configuration"):
        assert getattr(found, name) == getattr(SEGMENTS, name)


CHANGES: list[tuple[Callable[[Document], None], tuple[str | int, ...], Any]] = [
    (lambda document: document.set_name("new"), ("id", "name"), "new"),
    (
        lambda document: document.set_bounding_box("color", BoundingBox((1, 2, 3), (4, 5, 6))),
        ("dataLayers", 0, "boundingBox"),
        {"topLeft": [1, 2, 3], "width": 4, "height": 5, "depth": 6},
    ),
    (lambda document: document.set_voxel_size(VoxelSize((1.0, 2.0, 3.0))), ("scale",), [1, 2, 3]),
    (
        lambda document: document.set_largest_segment_id("seg", 2**60),
        (*LAYER, "largestSegmentId"),
        2**60,
    ),
    (
        lambda document: document.set_largest_segment_id("seg", None),
        (*LAYER, "largestSegmentId"),
        ...,
    ),
    (lambda document: document.rename_layer("seg", "cells"), (*LAYER, "name"), "cells"),
    (lambda document: document.remove_layer("seg"), LAYER, ...),
    (
        lambda document: document.add_mag("color", MagViewProperties(Mag(2), cube_length=64)),
        ("dataLayers", 0, "wkwResolutions"),
        [{"resolution": 1, "cubeLength": 1024}, {"resolution": [2, 2, 2], "cubeLength": 64}],
    ),
    (
        lambda document: document.remove_mag("color", Mag(1)),
        ("dataLayers", 0, "wkwResolutions"),
        [],
    ),
]


@pytest.mark.parametrize(("change", "keys", "value"), CHANGES)
def test_a_change_touches_nothing_else(
    change: Callable[[Document], None], keys: tuple[str | int, ...], value: Any
) -> None:
    document = Document(copy.deepcopy(OLD))
    change(document)
    assert document.json == changed(OLD, *keys, to=value)


def test_version_1_keeps_its_dialect() -> None:
    document = Document(copy.deepcopy(NEW))
    document.set_voxel_size(VoxelSize((1.0, 2.0, 3.0)))
    document.set_largest_segment_id("seg", 2**53)
    document.add_mag("seg", MagViewProperties(Mag(2), axis_order=CXYZ))
    document.rename_layer("seg", "cells")
    document.set_layer_view_configuration("cells", LayerViewConfiguration(alpha=1.0))
    (layer,) = document.json["dataLayers"]
    assert document.json["scale"] == {"factor": [1.0, 2.0, 3.0], "unit": "nanometer"}
    assert layer["largestSegmentId"] == {
        "customJsonEncoding": "bigint",
        "value": "9007199254740992",
    }
    assert [mag["path"] for mag in layer["mags"]] == ["./cells/1", "./cells/2"]
    assert layer["defaultViewConfiguration"] == {"alpha": 1.0, "unheardOf": 1}


def test_names_that_are_missing_or_taken() -> None:
    document = Document(copy.deepcopy(OLD))
    for change in (
        lambda: document.remove_layer("nobody"),
        lambda: document.rename_layer("nobody", "somebody"),
        lambda: document.remove_mag("seg", Mag(2)),
    ):
        with pytest.raises(NameNotFoundError, match=r"'color', 'seg'|\['1'\]"):
            change()
    for change in (
        lambda: document.add_layer(parsed(OLD).data_layers[0]),
        lambda: document.rename_layer("seg", "color"),
        lambda: document.add_mag("seg", MagViewProperties(Mag(1))),
    ):
        with pytest.raises(NameTakenError):
            change()
    assert document.json == OLD


names = st.text(min_size=1, max_size=8)
unknown = st.dictionaries(names.map("future-{}".format), st.integers() | st.floats(allow_nan=False))


@given(unknown)
def test_unknown_keys_stay_everywhere(extra: dict[str, Any]) -> None:
    document = Document(copy.deepcopy(NEW))
    (layer,) = document.json["dataLayers"]
    owners = [document.json, document.json["id"], layer, layer["boundingBox"], layer["mags"][0]]
    for owner in owners:
        owner.update(extra)
    document.set_bounding_box("seg", parsed(NEW).data_layers[0].bounding_box.offset((5, 5, 5)))
    document.set_name("other")
    document.add_mag("seg", MagViewProperties(Mag(2)))
    for owner in owners:
        assert {key: owner[key] for key in extra} == extra
    assert parsed(document.json).data_layers[0].bounding_box.topleft == (0, 7, 5, 9)


def test_new_documents() -> None:
    assert Document.new("brain", VoxelSize((1.0, 2.0, 3.0))).json == {
        "id": {"name": "brain", "team": ""},
        "scale": [1.0, 2.0, 3.0],
        "dataLayers": [],
    }
    micrometers = Document.new("brain", VoxelSize((1.0, 2.0, 3.0), LengthUnit.MICROMETER))
    assert parsed(micrometers.json).voxel_size.unit is LengthUnit.MICROMETER
