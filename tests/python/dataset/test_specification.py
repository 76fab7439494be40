"""The documented interface of a view: each row of the page is shown by a test, and none is without."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voxbrick
from specification import chunks, examples, slices, views, voxels  # noqa: F401
from specification.page import DEPRECATED, PARAMETERS, PROPERTIES, ROWS, SIGNATURES
from specification.scene import TESTS, Scene
from voxbrick import (
    ArrayInfo,
    BoundingBox,
    DatasetViewConfiguration,
    LayerViewConfiguration,
    Mag,
    MagView,
    NDBoundingBox,
    Vec3Int,
    VecInt,
    View,
)

ADDRESSES = {
    "dataset.view": ["View"],
    "dataset.mag_view": ["MagView"],
    "dataset.layer": ["Layer", "SegmentationLayer"],
    "dataset.dataset": ["Dataset"],
    "dataset.layer_categories": ["COLOR_CATEGORY", "SEGMENTATION_CATEGORY", "LayerCategoryType"],
    "dataset.data_format": ["DataFormat"],
    "dataset.length_unit": ["LengthUnit", "VoxelSize"],
    "dataset.sampling_modes": ["SamplingModes"],
    "dataset.view_configuration": ["DatasetViewConfiguration", "LayerViewConfiguration"],
    "dataset.conversion_layer_mapping": ["ConversionLayerMapping"],
    "dataset.properties": ["DatasetProperties", "LayerProperties", "MagViewProperties"],
    "dataset.defaults": ["DEFAULT_CHUNK_SHAPE", "DEFAULT_DATA_FORMAT", "PROPERTIES_FILE_NAME"],
    "dataset._array": ["ArrayInfo"],
    "dataset._utils.buffered_slice_reader": ["BufferedSliceReader"],
    "dataset._utils.buffered_slice_writer": ["BufferedSliceWriter"],
    "geometry.vec_int": ["VecInt", "VecIntLike"],
    "geometry.vec3_int": ["Vec3Int", "Vec3IntLike"],
    "geometry.mag": ["Mag"],
    "geometry.bounding_box": ["BoundingBox"],
    "geometry.nd_bounding_box": ["NDBoundingBox"],
    "array": ["Array", "ArrayMeta", "create_array", "open_array"],
    "utils": ["named_partial", "add_note", "get_executor", "get_rich_progress", "snake_to_camel_case"],
}


@pytest.mark.parametrize("row", ROWS)
def test_row(row: str, tmp_path: Path) -> None:
    TESTS[row](Scene(tmp_path))


def test_each_row_once() -> None:
    assert sorted(ROWS) == sorted(TESTS)


def method(name: str) -> Any:
    return View.__init__ if name == "View" else getattr(View, name)


@pytest.mark.parametrize("row", PARAMETERS)
def test_kinds_and_defaults(row: str) -> None:
    name, documented = PARAMETERS[row]
    ours = inspect.signature(method(name)).parameters[documented.name]
    assert (ours.default, ours.kind) == (documented.default, documented.kind)


@pytest.mark.parametrize("name", SIGNATURES)
def test_what_may_be_given_by_place(name: str) -> None:
    documented = [parameter for owner, parameter in PARAMETERS.values() if owner == name]
    ours = list(inspect.signature(method(name)).parameters.values())[1:]
    by_place = inspect.Parameter.POSITIONAL_OR_KEYWORD
    assert [own.name for own in ours if own.kind is by_place] == [
        parameter.name for parameter in documented if parameter.kind is by_place
    ]
    assert all(own.kind is inspect.Parameter.KEYWORD_ONLY for own in ours if own.kind is not by_place)


@pytest.mark.parametrize("owner", [View, MagView])
def test_documentation(owner: type) -> None:
    for name in PROPERTIES:
        assert isinstance(inspect.getattr_static(owner, name), property)
    for name in (*SIGNATURES, *PROPERTIES):
        member = owner if name == "View" else inspect.getattr_static(owner, name)
        assert inspect.getdoc(member), f"{owner.__name__}.{name} says nothing"


VIEWS = [View, MagView, ArrayInfo, LayerViewConfiguration, DatasetViewConfiguration]
GEOMETRY = [BoundingBox, NDBoundingBox, Vec3Int, VecInt, Mag]


@pytest.mark.parametrize("owner", [*VIEWS, *GEOMETRY])
def test_every_public_method_says_what_it_does(owner: type) -> None:
    names = [name for name in dir(owner) if not name.startswith("_") and not hasattr(tuple, name)]
    members = {name: inspect.getattr_static(owner, name) for name in names}
    kinds = (property, classmethod, staticmethod, types.FunctionType)
    assert [name for name in names if isinstance(members[name], kinds) and not members[name].__doc__] == []


@pytest.mark.parametrize("module", ADDRESSES)
def test_addresses(module: str) -> None:
    for name in ADDRESSES[module]:
        found = getattr(import_module(f"voxbrick.{module}"), name)
        assert getattr(voxbrick, name, found) is found


PLACE = (0, 0, 0)
PLANE = np.zeros((32, 32), np.uint8)
OLD_CALLS: dict[str, Callable[[View], object]] = {
    "header": lambda view: view.header,
    "global_offset": lambda view: view.global_offset,
    "size": lambda view: view.size,
    "write(offset)": lambda view: view.write(PLANE[..., np.newaxis], PLACE),
    "read(offset)": lambda view: view.read(PLACE, (1, 1, 1)),
    "read_bbox": lambda view: view.read_bbox(),
    "get_view(offset)": lambda view: view.get_view(PLACE, (1, 1, 1), read_only=True),
    "get_buffered_slice_writer(offset)": lambda view: view.get_buffered_slice_writer(PLACE),
    "get_buffered_slice_reader(offset)": lambda view: view.get_buffered_slice_reader(PLACE, (1, 1, 1)),
}


@pytest.mark.parametrize("name", DEPRECATED)
def test_deprecations_point_at_the_caller(name: str, tmp_path: Path) -> None:
    scene, call = Scene(tmp_path), OLD_CALLS[name]
    for view in (scene.view, scene.mag):
        with pytest.warns(DeprecationWarning, match="deprecated, please use") as caught:
            call(view)
        places = [(warning.filename, warning.lineno) for warning in caught]
        assert places == [(__file__, call.__code__.co_firstlineno)]
