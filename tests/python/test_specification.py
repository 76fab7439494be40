"""The documented interface of a view: each row of the page is shown by a test, and none is without."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import voxbrick
from specification import chunks, examples, slices, views, voxels  # noqa: F401
from specification.page import DEPRECATED, PARAMETERS, PROPERTIES, ROWS, SIGNATURES
from specification.scene import TESTS, Scene
from voxbrick import MagView, View

ADDRESSES = {
    "dataset.view": ["View"],
    "dataset.mag_view": ["MagView"],
    "dataset.layer": ["Layer", "SegmentationLayer"],
    "dataset.dataset": ["Dataset"],
    "dataset.layer_categories": ["COLOR_CATEGORY", "SEGMENTATION_CATEGORY", "LayerCategoryType"],
    "dataset.data_format": ["DataFormat"],
    "dataset._array": ["ArrayInfo"],
    "dataset._utils.buffered_slice_reader": ["BufferedSliceReader"],
    "dataset._utils.buffered_slice_writer": ["BufferedSliceWriter"],
    "geometry.vec_int": ["VecInt", "VecIntLike"],
    "geometry.vec3_int": ["Vec3Int", "Vec3IntLike"],
    "geometry.mag": ["Mag"],
    "geometry.bounding_box": ["BoundingBox"],
    "geometry.nd_bounding_box": ["NDBoundingBox"],
    "utils": ["named_partial"],
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


@pytest.mark.parametrize("module", ADDRESSES)
def test_addresses(module: str) -> None:
    for name in ADDRESSES[module]:
        found = getattr(import_module(f"voxbrick.{module}"), name)
        assert getattr(voxbrick, name, found) is found


@pytest.mark.parametrize("name", ["header", "global_offset", "size", "write(offset)"])
def test_deprecations_point_at_the_caller(name: str, tmp_path: Path) -> None:
    view, member = Scene(tmp_path).view, name.partition("(")[0]
    with pytest.warns(DeprecationWarning, match="deprecated, please use") as caught:
        view.write(view.read(), (0, 0, 0)) if member == "write" else getattr(view, member)
    assert [warning.filename for warning in caught] == [__file__]
    assert name in DEPRECATED
