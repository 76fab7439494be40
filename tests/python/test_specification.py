"""The documented interface of a view, row by row: every name, parameter, default, deprecation and example."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

import voxbrick
from voxbrick import BoundingBox, BoundsError, Dataset, MagView, SegmentationLayer, View
from voxbrick.utils import named_partial

SIGNATURES = {
    "__init__": "self, path_to_mag_view, array_info, bounding_box, mag, read_only=False",
    "write": "self, data, offset=None, json_update_allowed=True, *, relative_offset=None,"
    " absolute_offset=None, relative_bounding_box=None, absolute_bounding_box=None",
    "read": "self, offset=None, size=None, *, relative_offset=None, absolute_offset=None,"
    " relative_bounding_box=None, absolute_bounding_box=None",
    "read_bbox": "self, bounding_box=None",
    "get_view": "self, offset=None, size=None, *, relative_offset=None, absolute_offset=None,"
    " relative_bbox=None, absolute_bbox=None, read_only=None",
    "get_buffered_slice_writer": "self, offset=None, buffer_size=32, dimension=2, json_update_allowed=True,"
    " *, relative_offset=None, absolute_offset=None, relative_bounding_box=None,"
    " absolute_bounding_box=None, use_logging=False",
    "get_buffered_slice_reader": "self, offset=None, size=None, buffer_size=32, dimension=2,"
    " *, relative_bounding_box=None, absolute_bounding_box=None, use_logging=False",
    "for_each_chunk": "self, func_per_chunk, chunk_shape=None, executor=None, progress_desc=None,"
    " *, chunk_size=None",
    "map_chunk": "self, func_per_chunk, chunk_shape=None, executor=None, progress_desc=None",
    "for_zipped_chunks": "self, func_per_chunk, target_view, source_chunk_shape=None,"
    " target_chunk_shape=None, executor=None, progress_desc=None,"
    " *, source_chunk_size=None, target_chunk_size=None",
    "content_is_equal": "self, other, args=None, executor=None",
    "get_dtype": "self",
}

PROPERTIES = ["bounding_box", "global_offset", "header", "info", "mag", "read_only", "size"]

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

DATA = np.random.default_rng(0).integers(1, 255, (100, 200, 300), dtype=np.uint8)


@pytest.fixture
def mag1(tmp_path: Path) -> MagView:
    """What the examples call a mag view: it has data at (10, 20, 30), and more room around."""
    layer = Dataset(tmp_path / "dataset", (1, 1, 1)).add_layer("color", voxbrick.COLOR_CATEGORY)
    layer.bounding_box = BoundingBox((0, 0, 0), (256, 256, 384))
    mag = layer.add_mag(1, 32, 4)
    mag.write(DATA, absolute_offset=(10, 20, 30))
    return mag


@pytest.fixture
def view(mag1: MagView) -> View:
    with pytest.warns(UserWarning, match="alignment"):
        return mag1.get_view(absolute_offset=(10, 20, 30), size=(100, 200, 300))


# -- names, parameters and defaults ----------------------------------------------------------------


@pytest.mark.parametrize("name", SIGNATURES)
def test_parameters_and_defaults(name: str) -> None:
    documented = inspect.signature(eval(f"lambda {SIGNATURES[name]}: None")).parameters
    ours = inspect.signature(getattr(View, name)).parameters
    for parameter in documented.values():
        assert ours[parameter.name].default == parameter.default
        assert ours[parameter.name].kind == parameter.kind
    by_place = [name for name, own in ours.items() if own.kind is own.POSITIONAL_OR_KEYWORD]
    assert by_place == [name for name, own in documented.items() if own.kind is own.POSITIONAL_OR_KEYWORD]
    assert all(ours[name].kind is inspect.Parameter.KEYWORD_ONLY for name in ours.keys() - documented.keys())


@pytest.mark.parametrize("owner", [View, MagView])
def test_properties(owner: type) -> None:
    for name in PROPERTIES:
        assert isinstance(inspect.getattr_static(owner, name), property)


@pytest.mark.parametrize("module", ADDRESSES)
def test_addresses(module: str) -> None:
    for name in ADDRESSES[module]:
        found = getattr(import_module(f"voxbrick.{module}"), name)
        assert getattr(voxbrick, name, found) is found


def test_everything_public_is_documented() -> None:
    for owner in (View, MagView):
        for name, member in inspect.getmembers(owner):
            if name in SIGNATURES:
                assert inspect.getdoc(member), f"{owner.__name__}.{name} says nothing"


# -- what is deprecated ----------------------------------------------------------------------------

DEPRECATED: dict[str, tuple[Callable[[View], Any], str]] = {
    "header": (lambda view: view.header, "info"),
    "global_offset": (lambda view: view.global_offset, "bounding_box"),
    "size": (lambda view: view.size, "bounding_box"),
    "write(offset)": (lambda view: view.write(DATA[:1, :1, :1], (0, 0, 0)), "relative_offset"),
    "read(offset, size)": (lambda view: view.read((0, 0, 0), (1, 1, 1)), "relative_offset"),
    "read_bbox": (lambda view: view.read_bbox(BoundingBox((0, 0, 0), (1, 1, 1))), "bounding_box"),
    "get_view(offset, size)": (lambda view: view.get_view((0, 0, 0), (1, 1, 1), read_only=True), "offset"),
    "get_view(size)": (lambda view: view.get_view(size=(1, 1, 1), read_only=True), "offset"),
    "slice writer(offset)": (lambda view: view.get_buffered_slice_writer((0, 0, 0)), "relative_offset"),
    "slice reader(offset, size)": (
        lambda view: view.get_buffered_slice_reader((0, 0, 0), (1, 1, 1)),
        "bounding_box",
    ),
    "for_each_chunk(chunk_size)": (
        lambda view: view.get_view(read_only=True).for_each_chunk(lambda _: None, chunk_size=(128, 128, 384)),
        "chunk_shape",
    ),
    "for_zipped_chunks(…_chunk_size)": (
        lambda view: view.get_view(read_only=True).for_zipped_chunks(
            lambda _: None,
            view.get_view(read_only=True),
            source_chunk_size=(128, 128, 384),
            target_chunk_size=(128, 128, 384),
        ),
        "chunk_shape",
    ),
    "content_is_equal(args)": (lambda view: view.content_is_equal(view, cast(Any, ())), "executor"),
}


@pytest.mark.parametrize("row", DEPRECATED)
@pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")
def test_deprecated(view: View, row: str) -> None:
    call, replacement = DEPRECATED[row]
    with pytest.warns(DeprecationWarning, match=replacement) as caught:
        call(view)
    assert {warning.filename for warning in caught} == {__file__}


# -- the examples ----------------------------------------------------------------------------------


def test_example_of_write(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "dataset", voxel_size=(1, 1, 1))
    layer = cast(SegmentationLayer, dataset.add_layer("segmentation", voxbrick.SEGMENTATION_CATEGORY))
    mag = layer.add_mag(voxbrick.Mag(1))
    mag.write(data=DATA)
    assert layer.largest_segment_id is None
    layer.refresh_largest_segment_id()
    assert layer.largest_segment_id == DATA.max()


def test_example_of_read(view: View) -> None:
    """Relative, not absolute: at the origin of the dataset the view has no data."""
    assert np.array_equal(view.read(relative_offset=(0, 0, 0), size=(100, 200, 300)), view.read())
    assert not np.array_equal(view.read(absolute_offset=(0, 0, 0), size=(100, 200, 300)), view.read())


@pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")
def test_example_of_get_view(view: View) -> None:
    sub_view = view.get_view(relative_offset=(50, 60, 70), size=(10, 120, 230))
    assert sub_view.bounding_box == BoundingBox((60, 80, 100), (10, 120, 230))
    with pytest.raises(BoundsError):
        view.get_view(relative_offset=(50, 60, 70), size=(999, 120, 230))
    larger = view.get_view(relative_offset=(50, 60, 70), size=(999, 120, 230), read_only=True)
    assert larger.bounding_box.size == (999, 120, 230)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_example_of_the_slice_writer(view: View) -> None:
    data_cube = DATA[..., ::-1]
    with view.get_buffered_slice_writer() as writer:
        for number in range(data_cube.shape[-1]):
            writer.send(data_cube[..., number])
    np.testing.assert_array_equal(view.read()[0], data_cube)


def test_example_of_the_slice_reader(view: View) -> None:
    with view.get_buffered_slice_reader() as reader:
        slices = list(reader)
    np.testing.assert_array_equal(np.stack(slices, axis=-1), view.read())


def some_work(args: tuple[View, int], some_parameter: int) -> None:
    view_of_single_chunk, number = args
    voxels = np.full(view_of_single_chunk.bounding_box.size, some_parameter + number, np.uint8)
    view_of_single_chunk.write(voxels)


def test_example_of_for_each_chunk(mag1: MagView) -> None:
    mag1.for_each_chunk(named_partial(some_work, some_parameter=42))
    assert sorted(np.unique(mag1.read())) == list(range(42, 42 + 2 * 2 * 3))


def largest(view: View, some_parameter: int) -> int:
    return int(view.read().max()) + some_parameter


def test_example_of_map_chunk(mag1: MagView) -> None:
    results = mag1.map_chunk(named_partial(largest, some_parameter=42))
    assert len(results) == 2 * 2 * 3
    assert max(results) == int(DATA.max()) + 42


def halve(args: tuple[View, View, int]) -> None:
    source, target, _ = args
    target.write(source.read()[:, ::2, ::2, ::2])


def test_example_of_for_zipped_chunks(mag1: MagView) -> None:
    mag2 = mag1.layer.add_mag(2, 32, 2)
    mag1.for_zipped_chunks(halve, mag2)
    np.testing.assert_array_equal(mag2.read(), mag1.read()[:, ::2, ::2, ::2])


# -- what else is said -----------------------------------------------------------------------------


def test_views_are_passed_around(view: View) -> None:
    copy = pickle.loads(pickle.dumps(view))
    assert copy.content_is_equal(view)
    assert copy.get_dtype() == np.dtype("uint8")


def test_what_exceeds_the_data_is_padded_with_zeros(mag1: MagView) -> None:
    padded = mag1.read(absolute_offset=(109, 219, 329), size=(1000, 2, 2))
    assert padded[0, 0, 0, 0] == DATA[-1, -1, -1]
    assert np.count_nonzero(padded) == 1
