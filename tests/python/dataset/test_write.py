"""Writing: where data goes, what is refused before anything happens, and when a warning comes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from support.datasets import LAYOUTS, SHARD, noise, small_mag
from voxbrick import (
    BoundingBox,
    BoundsError,
    ConflictingArgumentsError,
    Dataset,
    InvalidArgumentError,
    MagView,
    MisalignedError,
    ReadOnlyError,
    View,
)

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

DATA = noise(4, 5, 6)


@pytest.fixture
def room(mag1: MagView) -> MagView:
    """A mag whose layer has a box already."""
    mag1.layer.bounding_box = BoundingBox((0, 0, 0), (32, 32, 32))
    return mag1


@pytest.fixture
def view(room: MagView) -> View:
    return room.get_view(absolute_offset=(16, 16, 16), size=(16, 16, 16))


def stored(view: View) -> np.ndarray:
    return view.read(absolute_offset=(0, 0, 0), size=(32, 32, 32))[0]


PLACES: list[tuple[dict[str, Any], tuple[int, int, int]]] = [
    ({}, (16, 16, 16)),
    ({"relative_offset": (1, 2, 3)}, (17, 18, 19)),
    ({"absolute_offset": (17, 18, 19)}, (17, 18, 19)),
    ({"relative_bounding_box": BoundingBox((1, 2, 3), DATA.shape)}, (17, 18, 19)),
    ({"absolute_bounding_box": BoundingBox((17, 18, 19), DATA.shape)}, (17, 18, 19)),
]


@pytest.mark.parametrize(("place", "topleft"), PLACES)
def test_places(view: View, place: dict[str, Any], topleft: tuple[int, int, int]) -> None:
    view.write(DATA, **place)
    expected = np.zeros((32, 32, 32), np.uint8)
    BoundingBox(topleft, DATA.shape).slice_array(expected)[...] = DATA
    np.testing.assert_array_equal(stored(view), expected)


def test_the_deprecated_offset_counts_voxels_of_the_mag(mag2: MagView) -> None:
    mag2.layer.bounding_box = BoundingBox((0, 0, 0), (64, 64, 32))
    view = mag2.get_view(absolute_offset=(32, 32, 16), size=(32, 32, 16))
    with pytest.warns(DeprecationWarning, match="offset"):
        view.write(DATA, (1, 2, 3))
    with pytest.warns(DeprecationWarning, match="offset"):
        mag2.write(DATA, (0, 0, 0))
    for topleft in ((34, 36, 19), (0, 0, 0)):
        found = mag2.read(absolute_offset=topleft, size=(8, 10, 6))
        np.testing.assert_array_equal(found[0], DATA)


@pytest.mark.parametrize("layout_name", LAYOUTS)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint32", "int64", "float32"])
def test_what_is_written_is_read(dataset: Dataset, layout_name: str, channels: int, dtype: str) -> None:
    layout = LAYOUTS[layout_name]
    layer = dataset.add_layer("any", "color", None, dtype, channels, layout["data_format"])
    mag = layer.add_mag(1, 8, 2, layout["compress"])
    data = noise(channels, 20, 9, 17, dtype=dtype)
    mag.write(data, absolute_offset=(3, 4, 5))
    np.testing.assert_array_equal(mag.read(), data)


@pytest.mark.parametrize(
    "arranged",
    [
        lambda data: data,
        np.asfortranarray,
        lambda data: data[::-1, ::-1, ::-1][::-1, ::-1, ::-1],
        lambda data: np.repeat(data, 2, axis=1)[:, ::2],
        lambda data: data[np.newaxis],
    ],
)
def test_any_memory_layout(view: View, arranged: Any) -> None:
    data = arranged(DATA.copy())
    data.flags.writeable = False
    view.write(data)
    np.testing.assert_array_equal(view.read()[0, :4, :5, :6], DATA)


def test_lists_are_taken(dataset: Dataset) -> None:
    mag = dataset.add_layer("lists", "color", None, "int64").add_mag(1)
    mag.write([[[1, 2], [3, 4]]])
    assert mag.read().tolist() == [[[[1, 2], [3, 4]]]]


@pytest.mark.parametrize("dtype", [np.int64, np.uint64])
def test_large_integers_are_not_rounded(dataset: Dataset, dtype: Any) -> None:
    mag = small_mag(dataset.add_layer("color", "color", None, np.float64), 1)
    exact = np.array([0, 2**53, 5], dtype).reshape(3, 1, 1)
    mag.write(exact)
    mag.write(exact[:0])
    np.testing.assert_array_equal(mag.read()[0], exact)
    extremes = [2**53 + 1, np.iinfo(dtype).max] + [-(2**53) - 1] * (dtype is np.int64)
    for value in extremes:
        with pytest.raises(InvalidArgumentError, match=f"holds {value}, which a view of float64 may round"):
            mag.write(np.array([1, value, 2], dtype).reshape(3, 1, 1))
    np.testing.assert_array_equal(mag.read()[0], exact)


def test_data_of_a_smaller_type_fits(dataset: Dataset) -> None:
    mag = dataset.add_layer("wide", "color", None, "uint16").add_mag(1, 8, 2)
    for data in (DATA, DATA > 50, DATA.astype(">u2")):
        mag.write(data)
        np.testing.assert_array_equal(mag.read()[0], data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (DATA.astype(np.uint16), "astype"),
        (DATA.astype(float), "astype"),
        (DATA[0], r"\(channels, x, y, z\), or \(x, y, z\)"),
        (DATA[np.newaxis, np.newaxis], "channels"),
        (np.stack([DATA, DATA]), "1 channels"),
    ],
)
def test_data_that_does_not_fit(room: MagView, data: np.ndarray, message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        room.write(data, absolute_offset=(100, 0, 0))
    assert room.layer.bounding_box == BoundingBox((0, 0, 0), (32, 32, 32))
    assert not stored(room).any()


def test_channels_are_not_guessed(dataset: Dataset) -> None:
    mag = dataset.add_layer("rgb", "color", num_channels=3).add_mag(1)
    with pytest.raises(InvalidArgumentError, match="3 channels"):
        mag.write(DATA)


@pytest.mark.parametrize(
    ("place", "error"),
    [
        ({"relative_offset": (15, 0, 0)}, BoundsError),
        ({"relative_offset": (-1, 0, 0)}, BoundsError),
        ({"absolute_offset": (0, 0, 0), "json_update_allowed": False}, BoundsError),
        ({"absolute_offset": (-1, 0, 0)}, BoundsError),
        ({"relative_bounding_box": BoundingBox((0, 0, 0), (4, 5, 7))}, InvalidArgumentError),
        ({"relative_offset": (0, 0, 0), "absolute_offset": (16, 16, 16)}, InvalidArgumentError),
        (
            {
                "relative_offset": (0, 0, 0),
                "relative_bounding_box": BoundingBox((0, 0, 0), DATA.shape),
            },
            InvalidArgumentError,
        ),
    ],
)
def test_places_that_are_refused(view: View, place: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        view.write(DATA, **place)
    assert not stored(view).any()


def test_places_of_nothing_are_checked(view: View) -> None:
    with pytest.raises(ConflictingArgumentsError):
        view.write(DATA[:0], relative_offset=(0, 0, 0), absolute_offset=(16, 16, 16))


def test_a_message_tells_both_boxes_in_both_mags(mag2: MagView) -> None:
    mag2.layer.bounding_box = BoundingBox((0, 0, 0), (64, 64, 32))
    view = mag2.get_view(absolute_offset=(0, 0, 0), size=(32, 32, 16))
    with pytest.raises(BoundsError) as caught:
        view.write(DATA, absolute_offset=(28, 0, 0))
    for box in (
        BoundingBox((28, 0, 0), (8, 10, 6)),
        BoundingBox((0, 0, 0), (32, 32, 16)),
        BoundingBox((14, 0, 0), (4, 5, 6)),
        BoundingBox((0, 0, 0), (16, 16, 16)),
    ):
        assert str(box) in str(caught.value)


def test_misaligned_places_change_nothing(mag2: MagView) -> None:
    with pytest.raises(MisalignedError):
        mag2.write(DATA, absolute_offset=(1, 0, 0))
    assert mag2.layer.bounding_box.is_empty()


def test_read_only_comes_first(view: View) -> None:
    with pytest.raises(ReadOnlyError):
        view.get_view(read_only=True).write("anything")


def test_no_data_no_change(mag1: MagView) -> None:
    mag1.write(np.zeros((0, 5, 6), np.uint8), absolute_offset=(100, 0, 0))
    assert mag1.layer.bounding_box.is_empty()


def test_the_rest_of_a_shard_stays(room: MagView, view: View) -> None:
    everything = noise(32, 32, 32)
    room.write(everything)
    view.write(DATA, relative_offset=(3, 2, 1))
    everything[19:23, 18:23, 17:23] = DATA
    np.testing.assert_array_equal(stored(view), everything)


def test_the_later_write_wins(view: View) -> None:
    view.write(DATA)
    view.write(DATA + 1, relative_offset=(1, 1, 1))
    assert view.read()[0, 1, 1, 1] == DATA[0, 0, 0] + 1
    assert view.read()[0, 0, 0, 0] == DATA[0, 0, 0]


def test_segment_ids_are_not_tracked(dataset: Dataset) -> None:
    layer = dataset.add_layer("seg", "segmentation", largest_segment_id=5)
    layer.add_mag(1).write(DATA + 100)
    assert layer.largest_segment_id == 5  # type: ignore[attr-defined]


class TestAlignmentWarning:
    """Compressed arrays warn where a write cuts shards inside the view."""

    @pytest.fixture(autouse=True)
    def strict(self) -> Iterator[None]:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield

    def test_cut_shards(self, room: MagView) -> None:
        if room.info.compression_mode:
            with pytest.warns(UserWarning, match=r"^\[WARNING\] write\(\) was called on a") as caught:
                room.write(DATA, absolute_offset=(1, 1, 1))
            assert caught[0].filename == __file__
        else:
            room.write(DATA, absolute_offset=(1, 1, 1))

    def test_whole_shards(self, room: MagView) -> None:
        room.write(noise(SHARD, 2 * SHARD, SHARD), absolute_offset=(16, 0, 16))

    def test_whole_view(self, mag1: MagView) -> None:
        mag1.layer.bounding_box = BoundingBox((3, 3, 3), (7, 7, 7))
        mag1.write(noise(7, 7, 7), absolute_offset=(3, 3, 3))

    @pytest.mark.parametrize("silencer", [{"allow_unaligned": True}, {"json_update_allowed": False}])
    def test_silenced(self, room: MagView, silencer: dict[str, bool]) -> None:
        room.write(DATA, absolute_offset=(1, 1, 1), **silencer)
        np.testing.assert_array_equal(stored(room)[1:5, 1:6, 1:7], DATA)
