"""Reading: the ways to say what, the shape and order of what comes, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from support.datasets import noise, small_mag
from voxbrick import (
    BoundingBox,
    BoundsError,
    Dataset,
    InvalidArgumentError,
    MagView,
    MisalignedError,
    NotFoundError,
    View,
)

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

DATA = noise(20, 24, 28)
"""At (10, 20, 30)."""


@pytest.fixture
def written(mag1: MagView) -> MagView:
    mag1.write(DATA, absolute_offset=(10, 20, 30))
    return mag1


@pytest.fixture
def view(written: MagView) -> View:
    return written.get_view(absolute_offset=(10, 20, 30), size=(20, 24, 28))


def test_everything(written: MagView, view: View) -> None:
    for whole in (written.read(), view.read()):
        np.testing.assert_array_equal(whole, DATA[np.newaxis])


def test_four_ways_to_say_the_same(view: View) -> None:
    expected = DATA[np.newaxis, 5:9, 6:12, 7:9]
    size = (4, 6, 2)
    for region in (
        view.read(relative_offset=(5, 6, 7), size=size),
        view.read(absolute_offset=(15, 26, 37), size=size),
        view.read(relative_bounding_box=BoundingBox((5, 6, 7), size)),
        view.read(absolute_bounding_box=BoundingBox((15, 26, 37), size)),
    ):
        np.testing.assert_array_equal(region, expected)


@pytest.mark.parametrize(
    "offset", [(5, 6, 7), [5, 6, 7], np.array([5, 6, 7]), (n for n in (5, 6, 7)), (5.0, 6.0, 7.0)]
)
def test_anything_like_three_numbers(dataset: Dataset, offset: Any) -> None:
    mag = dataset.add_layer("other", "color").add_mag(1)
    assert mag.read(absolute_offset=offset, size=(4, 6, 2)).shape == (1, 4, 6, 2)


@pytest.mark.parametrize("size", [(20, 24, 28), (1, 1, 1), (60, 50, 40)])
def test_what_comes_belongs_to_the_caller(view: View, size: tuple[int, int, int]) -> None:
    voxels = view.read(relative_offset=(0, 0, 0), size=size)
    assert voxels.shape == (1, *size)
    assert voxels.dtype == view.get_dtype() == np.uint8
    assert voxels.flags.f_contiguous
    assert voxels.flags.writeable
    voxels[...] = 0
    assert view.read(relative_offset=(0, 0, 0), size=size).any()


def test_beyond_the_data_there_are_zeros(written: MagView, view: View) -> None:
    around = written.read(absolute_offset=(0, 0, 0), size=(50, 50, 70))
    np.testing.assert_array_equal(around[0, 10:30, 20:44, 30:58], DATA)
    assert np.count_nonzero(around) == DATA.size
    assert not view.read(absolute_offset=(1000, 1000, 1000), size=(3, 3, 3)).any()
    assert view.read(relative_offset=(-10, -20, -30), size=(11, 21, 31))[0, 10, 20, 30] == DATA[0, 0, 0]


def test_a_negative_size_flips(written: MagView) -> None:
    flipped = written.read(absolute_offset=(30, 20, 30), size=(-20, 24, 28))
    np.testing.assert_array_equal(flipped[0], DATA)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"relative_offset": (0, 0, 0)}, InvalidArgumentError),
        ({"absolute_offset": (0, 0, 0)}, InvalidArgumentError),
        ({"size": (1, 1, 1)}, InvalidArgumentError),
        ({"absolute_bounding_box": ((0, 0, 0), (1, 1, 1))}, InvalidArgumentError),
        ({"relative_bounding_box": 7}, InvalidArgumentError),
        (
            {"relative_offset": (0, 0, 0), "absolute_offset": (0, 0, 0), "size": (1, 1, 1)},
            InvalidArgumentError,
        ),
        (
            {
                "relative_bounding_box": BoundingBox((0, 0, 0), (1, 1, 1)),
                "absolute_bounding_box": BoundingBox((0, 0, 0), (1, 1, 1)),
            },
            InvalidArgumentError,
        ),
        (
            {"absolute_bounding_box": BoundingBox((0, 0, 0), (1, 1, 1)), "size": (1, 1, 1)},
            InvalidArgumentError,
        ),
        (
            {
                "absolute_bounding_box": BoundingBox((0, 0, 0), (1, 1, 1)),
                "relative_offset": (0, 0, 0),
            },
            InvalidArgumentError,
        ),
        ({"absolute_offset": (0, 0, 0), "size": (1, 0, 1)}, BoundsError),
        ({"absolute_offset": (-1, 0, 0), "size": (1, 1, 1)}, BoundsError),
        ({"relative_offset": (-11, 0, 0), "size": (1, 1, 1)}, BoundsError),
        ({"absolute_offset": (0, 0.5, 0), "size": (1, 1, 1)}, InvalidArgumentError),
    ],
)
def test_refused(view: View, arguments: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        view.read(**arguments)
    assert isinstance(caught.value, AssertionError)


def test_an_empty_layer_has_nothing_to_read(mag1: MagView) -> None:
    with pytest.raises(BoundsError, match="no voxel"):
        mag1.read()


def test_deprecated_forms_count_voxels_of_the_mag(mag2: MagView) -> None:
    mag2.write(DATA, absolute_offset=(20, 40, 30))
    view = mag2.get_view(absolute_offset=(20, 40, 30), size=(40, 48, 28))
    expected = DATA[np.newaxis, 1:3, 2:5, 3:7]
    with pytest.warns(DeprecationWarning, match="relative_offset or absolute_offset") as caught:
        relative = view.read((1, 2, 3), (2, 3, 4))
    assert caught[0].filename == __file__
    with pytest.warns(DeprecationWarning, match="offset"):
        absolute = mag2.read((11, 22, 33), (2, 3, 4))
    with pytest.warns(DeprecationWarning, match="read_bbox"):
        boxed = view.read_bbox(BoundingBox((1, 2, 3), (2, 3, 4)))
    with pytest.warns(DeprecationWarning, match="read_bbox"):
        boxed_absolutely = mag2.read_bbox(BoundingBox((11, 22, 33), (2, 3, 4)))
    for found in (relative, absolute, boxed, boxed_absolutely):
        np.testing.assert_array_equal(found, expected)
    with pytest.warns(DeprecationWarning, match="read_bbox"):
        np.testing.assert_array_equal(view.read_bbox(), view.read())


def test_coarse_mags_take_boxes_of_mag1(mag2: MagView) -> None:
    mag2.write(DATA, absolute_offset=(20, 40, 30))
    assert mag2.bounding_box == BoundingBox((20, 40, 30), (40, 48, 28))
    np.testing.assert_array_equal(
        mag2.read(absolute_offset=(22, 44, 33), size=(4, 6, 4))[0], DATA[1:3, 2:5, 3:7]
    )


@pytest.mark.parametrize("box", [BoundingBox((1, 0, 0), (2, 2, 2)), BoundingBox((0, 0, 0), (2, 3, 2))])
def test_regions_have_to_be_aligned(mag2: MagView, box: BoundingBox) -> None:
    with pytest.raises(MisalignedError, match=r"in Mag\(1\)") as caught:
        mag2.read(absolute_bounding_box=box)
    assert "Mag(2-2-1)" in str(caught.value)


def test_a_mag_covers_its_layer_and_more(mag2: MagView) -> None:
    mag2.layer.bounding_box = BoundingBox((1, 2, 3), (5, 5, 5))
    assert mag2.bounding_box == BoundingBox((0, 2, 3), (6, 6, 5))
    assert mag2.read().shape == (1, 3, 3, 5)


def test_reading_makes_no_files(mag1: MagView) -> None:
    mag1.layer.bounding_box = BoundingBox((0, 0, 0), (40, 40, 40))
    before = sorted(mag1.path.rglob("*"))
    assert not mag1.read().any()
    assert sorted(mag1.path.rglob("*")) == before


def test_what_others_write_is_seen(written: MagView, view: View) -> None:
    assert view.read().any()
    other = Dataset.open(written.layer.dataset.path).get_layer("color").get_mag(1)
    other.write(DATA + 1, absolute_offset=(10, 20, 30))
    np.testing.assert_array_equal(view.read()[0], DATA + 1)


def test_what_others_let_grow_is_seen(written: MagView) -> None:
    """The array as it is known here ends before what is read."""
    other = Dataset.open(written.layer.dataset.path).get_layer("color").get_mag(1)
    other.write(DATA, absolute_offset=(200, 0, 0))
    np.testing.assert_array_equal(written.read(absolute_offset=(200, 0, 0), size=DATA.shape)[0], DATA)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_bit_of_floats(dataset: Dataset, layout: dict[str, Any], dtype: str) -> None:
    layer = dataset.add_layer("floats", "color", None, dtype, data_format=layout["data_format"])
    values = np.array([0.0, -0.0, np.nan, -np.nan, np.inf, 1e-40], dtype=dtype).reshape(1, 2, 3)
    mag = layer.add_mag(1, compress=layout["compress"])
    mag.write(values)
    assert mag.read()[0].tobytes("C") == values.tobytes("C")


def test_a_missing_array_is_no_zeros(written: MagView) -> None:
    opened = Dataset.open(written.layer.dataset.path).get_layer("color")
    written.path.rename(written.path.with_name("elsewhere"))
    with pytest.raises(NotFoundError, match="color"):
        opened.get_mag(1).read()


def test_what_a_view_is(written: MagView, view: View) -> None:
    assert view.bounding_box == BoundingBox((10, 20, 30), (20, 24, 28))
    assert (view.mag, view.read_only, view.info) == (written.mag, False, written.info)
    assert view.info.shard_shape == view.info.chunk_shape * view.info.chunks_per_shard == (16,) * 3
    axes = view.info.axis_order
    assert (axes.axes, axes) == (view.info.dimension_names, (0, 1, 2, 3))
    with pytest.warns(DeprecationWarning, match="shard_shape"):
        assert view.info.shard_size == view.info.shard_shape
    assert str(written.path) in repr(view)
    assert str(view.bounding_box) in repr(view)


def test_deprecated_properties(mag2: MagView) -> None:
    mag2.write(DATA, absolute_offset=(20, 40, 30))
    view = mag2.get_view(read_only=True)
    for owner, name, expected in [
        (view, "global_offset", (10, 20, 30)),
        (view, "size", (20, 24, 28)),
        (mag2, "global_offset", (0, 0, 0)),
        (mag2, "size", (30, 44, 58)),
    ]:
        with pytest.warns(DeprecationWarning, match=name):
            assert getattr(owner, name) == expected
    with pytest.warns(DeprecationWarning, match="with view"), view as same:
        assert same is view


def test_the_deprecated_header(dataset: Dataset) -> None:
    mag = small_mag(dataset.add_layer("color", "color"), 1)
    with pytest.warns(DeprecationWarning, match="info"):
        header = mag.header
    assert (header.block_len, header.file_len, header.num_channels) == (8, 2, 1)
    assert header.voxel_type == np.uint8
    assert header.block_type == header.BLOCK_TYPE_RAW == 1


@pytest.mark.filterwarnings("ignore:.*header:DeprecationWarning")
def test_the_block_type_of_compressed_arrays(dataset: Dataset) -> None:
    header = small_mag(dataset.add_layer("color", "color"), 1, compress=True).header
    assert header.block_type in (header.BLOCK_TYPE_LZ4, header.BLOCK_TYPE_LZ4HC)
    assert (header.BLOCK_TYPE_LZ4, header.BLOCK_TYPE_LZ4HC) == (2, 3)


@pytest.mark.filterwarnings("ignore:.*header:DeprecationWarning")
def test_only_wkw_has_a_header(dataset: Dataset) -> None:
    mag = dataset.add_layer("color", "color", data_format="zarr3").add_mag(1)
    with pytest.raises(InvalidArgumentError, match="only WKW"):
        _ = mag.header
