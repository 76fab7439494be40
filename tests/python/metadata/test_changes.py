"""What a change of the properties does, and what it leaves alone."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.properties_examples import CXYZ, NEW, OLD, changed, parsed
from voxbrick.errors import NameNotFoundError, NameTakenError
from voxbrick.geometry import BoundingBox, Mag, NDBoundingBox
from voxbrick.metadata.changes import Document
from voxbrick.metadata.properties import LayerProperties, MagViewProperties
from voxbrick.metadata.types import DataFormat, LengthUnit, VoxelSize
from voxbrick.metadata.view_configuration import LayerViewConfiguration

LAYER = ("dataLayers", 1)

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
