"""Slice by slice: what the writer takes and the reader gives."""

from __future__ import annotations

import logging
import threading
from typing import Any

import numpy as np
import pytest

from voxbrick import (
    BoundingBox,
    BoundsError,
    CorruptDataError,
    Dataset,
    InvalidArgumentError,
    MagView,
    MisalignedError,
    NDBoundingBox,
    ReadOnlyError,
    View,
)

from .conftest import noise

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

DATA = noise(1, 20, 18, 22)


def slices_of(data: np.ndarray, axis: int) -> list[np.ndarray]:
    """Of channels first data, along one of the axes after the channels."""
    return list(np.moveaxis(data, axis + 1, 0))


def send_all(view: View, slices: Any, **how: Any) -> None:
    with view.get_buffered_slice_writer(**how) as writer:
        for plane in slices:
            writer.send(plane)


def read_all(view: View, **how: Any) -> list[np.ndarray]:
    with view.get_buffered_slice_reader(**how) as reader:
        return list(reader)


# -- what is written, and what is read -------------------------------------------------------------


@pytest.mark.parametrize("buffer_size", [1, 5, 8, 100])
@pytest.mark.parametrize("dimension", [0, 1, 2, "x", "y", "z"])
def test_slices_make_the_volume(mag1: MagView, dimension: int | str, buffer_size: int) -> None:
    axis = dimension if isinstance(dimension, int) else "xyz".index(dimension)
    how = {"dimension": dimension, "buffer_size": buffer_size}
    send_all(mag1, slices_of(DATA, axis), absolute_offset=(3, 2, 1), **how)
    assert mag1.bounding_box == BoundingBox((3, 2, 1), DATA.shape[1:])
    np.testing.assert_array_equal(mag1.read(absolute_offset=(3, 2, 1), size=DATA.shape[1:]), DATA)
    box = BoundingBox((3, 2, 1), DATA.shape[1:])
    read = read_all(mag1, absolute_bounding_box=box, **how)
    np.testing.assert_array_equal(np.stack(read, axis + 1), DATA)


@pytest.mark.parametrize("order", ["C", "F"])
def test_channels(dataset: Dataset, layout: dict[str, Any], order: Any) -> None:
    layer = dataset.add_layer("rgb", "color", num_channels=3, data_format=layout["data_format"])
    mag = layer.add_mag(1, 8, 2, layout["compress"])
    data = noise(3, 9, 10, 11)
    send_all(
        mag, [np.array(plane, order=order) for plane in slices_of(data, 1)], dimension="y", buffer_size=4
    )
    np.testing.assert_array_equal(mag.read(), data)
    read = read_all(mag, dimension="y", buffer_size=4)
    assert read[0].shape == (3, 9, 11)
    np.testing.assert_array_equal(np.stack(read, 2), data)


def test_further_axes(dataset: Dataset) -> None:
    box = NDBoundingBox((0, 0, 4, 0), (3, 10, 12, 8), ("t", "x", "y", "z"), (1, 2, 3, 4))
    layer = dataset.add_layer("movie", "color", data_format="zarr3", bounding_box=box)
    mag = layer.add_mag(1, 4, 2)
    data = noise(1, 3, 10, 12, 8)
    for name, axis in (("t", 0), ("x", 1), (2, 3)):
        send_all(mag, slices_of(data + axis, axis), dimension=name, buffer_size=2)
        np.testing.assert_array_equal(mag.read(), data + axis)
        np.testing.assert_array_equal(read_all(mag, dimension=name), slices_of(data + axis, axis))


@pytest.mark.parametrize(
    ("where", "corner"),
    [
        ({}, (8, 8, 8)),
        ({"relative_offset": (2, 0, 4)}, (10, 8, 12)),
        ({"absolute_offset": (10, 8, 12)}, (10, 8, 12)),
        ({"relative_bounding_box": BoundingBox((2, 0, 4), (2, 2, 1))}, (10, 8, 12)),
        ({"absolute_bounding_box": BoundingBox((10, 8, 12), (2, 2, 1))}, (10, 8, 12)),
    ],
)
def test_places_are_in_mag1_and_slices_in_the_mag(mag2: MagView, where: dict[str, Any], corner: Any) -> None:
    mag2.layer.bounding_box = BoundingBox((8, 8, 8), (24, 24, 24))
    data = noise(1, 4, 5, 6)
    send_all(mag2, slices_of(data, 0), dimension="x", **where)
    np.testing.assert_array_equal(mag2.read(absolute_offset=corner, size=(8, 10, 6)), data)
    assert np.count_nonzero(mag2.read()) == data.size


def test_the_old_offset_is_in_the_mag(mag2: MagView) -> None:
    mag2.layer.bounding_box = BoundingBox((8, 8, 8), (24, 24, 24))
    data = noise(1, 4, 5, 6)
    view = mag2.get_view(absolute_offset=(8, 8, 8), size=(24, 24, 24))
    for part, offset in ((mag2, (5, 4, 10)), (view, (1, 0, 2))):
        with pytest.warns(DeprecationWarning, match="offset"):
            send_all(part, slices_of(data, 2), offset=offset)
        with pytest.warns(DeprecationWarning, match="offset"):
            read = read_all(part, offset=offset, size=(4, 5, 6))
        np.testing.assert_array_equal(read, slices_of(data, 2))
    np.testing.assert_array_equal(mag2.read(absolute_offset=(10, 8, 10), size=(8, 10, 6)), data)


# -- the writer ------------------------------------------------------------------------------------


def test_a_full_buffer_is_written_at_once(mag1: MagView) -> None:
    with mag1.get_buffered_slice_writer(buffer_size=3) as writer:
        for number, plane in enumerate(slices_of(DATA, 2), 1):
            writer.send(plane)
            assert mag1.bounding_box.size.z == number // 3 * 3
    assert mag1.bounding_box.size.z == 22


def test_nothing_sent_is_nothing_written(mag1: MagView) -> None:
    send_all(mag1, [], absolute_offset=(16, 16, 16))
    assert mag1.bounding_box.is_empty()


def test_the_caller_may_reuse_its_slice(mag1: MagView) -> None:
    plane = np.empty((4, 4), np.uint8)
    with mag1.get_buffered_slice_writer() as writer:
        for number in range(5):
            plane[...] = number
            writer.send(plane)
    np.testing.assert_array_equal(mag1.read()[0, 0, 0], range(5))


def test_slices_of_differing_sizes(mag1: MagView) -> None:
    old = np.full((8, 8, 4), 200, np.uint8)
    mag1.write(old)
    shapes = [(2, 3), (5, 1), (4, 4), (1, 1)]
    planes = [noise(*shape) for shape in shapes]
    send_all(mag1, planes, buffer_size=2)
    expected = old.copy()
    expected[:5, :3, :2], expected[:4, :4, 2:] = 0, 0
    for number, plane in enumerate(planes):
        expected[: plane.shape[0], : plane.shape[1], number] = plane
    np.testing.assert_array_equal(mag1.read()[0], expected)


def test_dtypes_are_cast_only_without_loss(dataset: Dataset) -> None:
    mag = dataset.add_layer("wide", "color", None, np.uint16).add_mag(1, 8, 2)
    with mag.get_buffered_slice_writer() as writer:
        writer.send(np.full((2, 2), 7, np.uint8))
        with pytest.raises(InvalidArgumentError, match="may lose values"):
            writer.send(np.full((2, 2), 7, np.float32))
        writer.send(np.full((2, 2), 8, np.uint16))
    np.testing.assert_array_equal(mag.read()[0, 0, 0], [7, 8])


@pytest.mark.parametrize("shape", [(4,), (2, 4, 4), (1, 1, 4, 4), ()])
def test_shapes_are_checked_when_a_slice_is_sent(mag1: MagView, shape: tuple[int, ...]) -> None:
    with mag1.get_buffered_slice_writer() as writer, pytest.raises(InvalidArgumentError, match="shape"):
        writer.send(np.zeros(shape, np.uint8))
    assert mag1.bounding_box.is_empty()


def test_what_leaves_the_view_is_refused_at_once(mag1: MagView) -> None:
    mag1.write(noise(8, 8, 4))
    view = mag1.get_view(absolute_offset=(0, 0, 0), size=(8, 8, 3))
    data = noise(1, 8, 8, 3)
    with view.get_buffered_slice_writer() as writer:
        with pytest.raises(BoundsError, match="leaves the view"):
            writer.send(np.zeros((9, 8), np.uint8))
        for plane in slices_of(data, 2):
            writer.send(plane)
        with pytest.raises(BoundsError, match="leaves the view"):
            writer.send(np.zeros((8, 8), np.uint8))
    np.testing.assert_array_equal(view.read(), data)


def test_the_layer_grows_only_where_it_may(mag1: MagView) -> None:
    send_all(mag1, slices_of(DATA, 2), json_update_allowed=False)
    assert mag1.bounding_box.is_empty()
    np.testing.assert_array_equal(mag1.read(absolute_offset=(0, 0, 0), size=DATA.shape[1:]), DATA)


def test_another_place_is_gone_to(mag1: MagView) -> None:
    planes = slices_of(DATA, 2)
    with mag1.get_buffered_slice_writer(buffer_size=4) as writer:
        for plane in planes[:6]:
            writer.send(plane)
        writer.reset_offset(absolute_offset=(0, 0, 10))
        for plane in planes[6:9]:
            writer.send(plane)
        with pytest.raises(BoundsError):
            writer.reset_offset(absolute_offset=(0, 0, -1))
        writer.send(planes[9])
        writer.reset_offset()
        writer.send(planes[10])
    expected = np.zeros((20, 18, 14), np.uint8)
    expected[..., :6], expected[..., 10:], expected[..., 0] = (
        DATA[0, ..., :6],
        DATA[0, ..., 6:10],
        DATA[0, ..., 10],
    )
    np.testing.assert_array_equal(mag1.read()[0], expected)


def test_an_error_of_the_caller_loses_nothing(mag1: MagView) -> None:
    with pytest.raises(ZeroDivisionError), mag1.get_buffered_slice_writer() as writer:  # noqa: PT012
        writer.send(DATA[..., 0])
        raise ZeroDivisionError
    np.testing.assert_array_equal(mag1.read(), DATA[..., :1])


class BrokenDiskError(OSError):
    pass


@pytest.fixture
def broken(mag1: MagView, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Breaks writing; lists the attempts."""
    attempts: list[int] = []

    def fail(*arguments: Any, **keywords: Any) -> None:
        attempts.append(len(attempts))
        raise BrokenDiskError(f"attempt {len(attempts)}")

    monkeypatch.setattr(View, "write", fail)
    return attempts


def test_the_first_error_stands(mag1: MagView, broken: list[int]) -> None:
    with mag1.get_buffered_slice_writer(buffer_size=1) as writer:
        for _ in range(3):
            with pytest.raises(BrokenDiskError, match="attempt 1"):
                writer.send(DATA[..., 0])
    assert broken == [0]


def test_an_error_at_the_end_is_raised(mag1: MagView, broken: list[int]) -> None:
    with pytest.raises(BrokenDiskError):
        send_all(mag1, [DATA[..., 0]])


def test_an_error_at_the_end_hides_no_other(mag1: MagView, broken: list[int]) -> None:
    with pytest.raises(ZeroDivisionError) as caught, mag1.get_buffered_slice_writer() as writer:  # noqa: PT012
        writer.send(DATA[..., 0])
        raise ZeroDivisionError
    assert "1 slices that were sent before are not written" in caught.value.__notes__[0]


def test_the_writer_is_used_in_its_with_statement(mag1: MagView) -> None:
    writer = mag1.get_buffered_slice_writer()
    with pytest.raises(InvalidArgumentError, match="with statement"):
        writer.send(DATA[..., 0])
    with writer:
        writer.send(DATA[..., 0])
    for use in (lambda: writer.send(DATA[..., 0]), writer.reset_offset):
        with pytest.raises(InvalidArgumentError, match="with statement"):
            use()


def test_read_only_views_are_not_written(mag1: MagView) -> None:
    mag1.write(DATA)
    with pytest.raises(ReadOnlyError):
        mag1.get_view(read_only=True).get_buffered_slice_writer()


@pytest.mark.filterwarnings("error")
def test_warnings_about_chunks(mag1: MagView) -> None:
    for how in ({"absolute_offset": (1, 1, 8)}, {"buffer_size": 16}, {"buffer_size": 4}):
        mag1.get_buffered_slice_writer(**{"buffer_size": 8, **how})  # type: ignore[arg-type]
    for how, message in (
        ({"absolute_offset": (0, 0, 3)}, "begins at z=3"),
        ({"buffer_size": 12}, "buffers 12"),
    ):
        with pytest.warns(UserWarning, match=message) as caught:
            mag1.get_buffered_slice_writer(**{"buffer_size": 8, **how})  # type: ignore[arg-type]
        assert caught[0].filename == __file__


# -- the reader ------------------------------------------------------------------------------------


def test_boxes_are_in_mag1(mag2: MagView) -> None:
    mag2.write(DATA)
    for dimension in range(3):
        box = BoundingBox((4, 6, 5), (20, 8, 30))
        expected = slices_of(mag2.read(absolute_bounding_box=box), dimension)
        read = read_all(mag2, dimension=dimension, buffer_size=3, relative_bounding_box=box)
        np.testing.assert_array_equal(read, expected)
        assert not read[-1][..., -1].any() or dimension == 2


def test_no_slices_of_nothing(mag1: MagView) -> None:
    assert read_all(mag1) == []


def test_slices_may_be_kept_and_share_the_memory_of_their_buffer(mag1: MagView) -> None:
    mag1.write(DATA)
    kept = read_all(mag1, buffer_size=8)
    np.testing.assert_array_equal(kept, slices_of(DATA, 2))
    buffers = {plane.base.ctypes.data for plane in kept if plane.base is not None}
    assert len(buffers) == 3


def test_no_more_than_two_buffers_are_read_ahead(mag1: MagView, monkeypatch: pytest.MonkeyPatch) -> None:
    mag1.write(DATA)
    reads: list[str] = []
    read = View.read

    def counted(*arguments: Any, **keywords: Any) -> np.ndarray:
        reads.append(threading.current_thread().name)
        return read(*arguments, **keywords)

    monkeypatch.setattr(View, "read", counted)
    with mag1.get_buffered_slice_reader(buffer_size=2) as reader:
        for number, _ in enumerate(reader):
            assert len(reads) <= number // 2 + 2
    assert len(reads) == 11
    assert threading.main_thread().name not in reads


def test_a_reader_can_be_left_and_entered_again(mag1: MagView) -> None:
    mag1.write(DATA)
    reader = mag1.get_buffered_slice_reader(buffer_size=2)
    for _ in range(2):
        with reader as slices:
            np.testing.assert_array_equal(next(slices), DATA[..., 0])
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("slice reader")]


@pytest.mark.parametrize("layout", [{"data_format": "wkw", "compress": True}], ids=["wkw_lz4"])
def test_damage_is_told_where_it_is_read(mag1: MagView) -> None:
    mag1.write(DATA)
    for file in mag1.path.rglob("z1/**/x*.wkw"):
        file.write_bytes(file.read_bytes()[:40])
    with mag1.get_buffered_slice_reader(buffer_size=8) as reader:
        for number in range(16):
            np.testing.assert_array_equal(next(reader), DATA[..., number])
        with pytest.raises(CorruptDataError):
            next(reader)


def test_logging(mag1: MagView, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    send_all(mag1, slices_of(DATA, 2), use_logging=True)
    read_all(mag1, use_logging=True)
    assert ["wrote 22 slices" in caplog.messages[0], "read Bound" in caplog.messages[1]] == [True, True]
    send_all(mag1, slices_of(DATA, 2))
    assert len(caplog.messages) == 2


# -- bad requests to both --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["get_buffered_slice_writer", "get_buffered_slice_reader"])
@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"dimension": 3}, InvalidArgumentError),
        ({"dimension": -1}, InvalidArgumentError),
        ({"dimension": "t"}, InvalidArgumentError),
        ({"buffer_size": 0}, InvalidArgumentError),
        ({"buffer_size": 2.5}, InvalidArgumentError),
        ({"absolute_bounding_box": BoundingBox((1, 0, 0), (2, 2, 2))}, MisalignedError),
        ({"absolute_bounding_box": BoundingBox((-2, 0, 0), (2, 2, 2))}, BoundsError),
        (
            dict.fromkeys(
                ["absolute_bounding_box", "relative_bounding_box"], BoundingBox((0, 0, 0), (2, 2, 2))
            ),
            InvalidArgumentError,
        ),
    ],
)
def test_bad_requests(mag2: MagView, kind: str, how: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        getattr(mag2, kind)(**how)


def test_a_size_needs_an_offset(mag1: MagView) -> None:
    with pytest.raises(InvalidArgumentError, match="offset"):
        mag1.get_buffered_slice_reader(size=(1, 1, 1))
