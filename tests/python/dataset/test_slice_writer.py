"""What the slice writer takes, when it writes, and how it fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from support.datasets import noise
from support.slice_functions import DATA, send_all, slices_of
from voxbrick import (
    BoundingBox,
    BoundsError,
    Dataset,
    InvalidArgumentError,
    MagView,
    ReadOnlyError,
    View,
)

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")


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


@pytest.mark.parametrize(
    ("plane", "message"),
    [
        (np.zeros((4, 4), np.uint8), r"a slice of shape \(4, 4\) .* 3 channels, .* \(channels, x, y\)$"),
        (np.zeros((2, 4, 4), np.uint8), r"a slice of shape \(2, 4, 4\) .* 3 channels"),
        (np.zeros((3, 4, 4, 1), np.uint8), r"\(channels, x, y\)$"),
        ([[1], [2, 3]], "a slice that is no array"),
        (np.zeros((3, 4, 4)), "a slice of type float64 may lose values"),
    ],
)
def test_messages_speak_of_slices(dataset: Dataset, plane: Any, message: str) -> None:
    mag = dataset.add_layer("color", "color", None, np.uint8, 3).add_mag(1, 8, 2)
    with mag.get_buffered_slice_writer() as writer, pytest.raises(InvalidArgumentError, match=message):
        writer.send(plane)


def test_a_buffer_is_as_large_as_what_is_sent(mag1: MagView) -> None:
    data = noise(1, 4, 5, 100)
    send_all(mag1, slices_of(data, 2), buffer_size=10**15)
    np.testing.assert_array_equal(mag1.read(), data)


def test_a_deep_buffer_of_growing_slices(mag1: MagView) -> None:
    planes = [noise(1 + number // 20, 3 + number % 7) for number in range(100)]
    send_all(mag1, [*planes, *planes], buffer_size=100)
    expected = np.zeros((5, 9, 200), np.uint8)
    for number, plane in enumerate([*planes, *planes]):
        expected[: plane.shape[0], : plane.shape[1], number] = plane
    np.testing.assert_array_equal(mag1.read()[0], expected)


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
    expected[..., :6], expected[..., 10:] = DATA[0, ..., :6], DATA[0, ..., 6:10]
    expected[..., 0] = DATA[0, ..., 10]
    np.testing.assert_array_equal(mag1.read()[0], expected)


def one_and_an_error() -> Iterator[np.ndarray]:
    yield DATA[..., 0]
    raise ZeroDivisionError


def test_an_error_of_the_caller_loses_nothing(mag1: MagView) -> None:
    with pytest.raises(ZeroDivisionError):
        send_all(mag1, one_and_an_error())
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
    with pytest.raises(BrokenDiskError) as caught:
        send_all(mag1, [DATA[..., 0]])
    assert MISSING.format(1, BoundingBox((0, 0, 0), (20, 18, 1))) in caught.value.__notes__


MISSING = "slices that are not written, or only in part: {}, {}"


def test_a_failure_says_what_is_missing(mag2: MagView, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of seven slices, the third and fourth fail, and the last three are not taken."""
    mag2.write(noise(20, 18, 2))
    write = View.write

    def fill_the_disk(view: View, *arguments: Any, **keywords: Any) -> None:
        if keywords["absolute_bounding_box"].topleft.z:
            raise BrokenDiskError
        write(view, *arguments, **keywords)

    monkeypatch.setattr(View, "write", fill_the_disk)
    with pytest.raises(BrokenDiskError) as caught:
        send_all(mag2, slices_of(DATA, 2)[:7], buffer_size=2)
    missing = MISSING.format(2, BoundingBox((0, 0, 2), (40, 36, 2)))
    assert caught.value.__notes__ == [f"{missing} (in Mag(2-2-1): {BoundingBox((0, 0, 2), (20, 18, 2))})"]


def send_in_spite_of_failures(view: View, then: type[Exception] | None = None) -> None:
    with view.get_buffered_slice_writer(buffer_size=2) as writer:
        for plane in slices_of(DATA, 2):
            with suppress(BrokenDiskError):
                writer.send(plane)
        if then is not None:
            raise then


def test_a_failure_that_was_caught_is_told_at_the_end(mag1: MagView, broken: list[int]) -> None:
    missing = MISSING.format(2, BoundingBox((0, 0, 0), (20, 18, 2)))
    with pytest.warns(UserWarning, match=f"failed before, {re.escape(missing)}.*attempt 1") as caught:
        send_in_spite_of_failures(mag1)
    assert [warning.filename for warning in caught] == [__file__]


def test_a_failure_that_was_caught_is_told_with_a_later_error(mag1: MagView, broken: list[int]) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        send_in_spite_of_failures(mag1, ZeroDivisionError)
    assert MISSING.format(2, BoundingBox((0, 0, 0), (20, 18, 2))) in caught.value.__notes__[0]


def test_an_error_at_the_end_hides_no_other(mag1: MagView, broken: list[int]) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        send_all(mag1, one_and_an_error())
    assert MISSING.format(1, BoundingBox((0, 0, 0), (20, 18, 1))) in caught.value.__notes__[0]


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
    cases = ({"absolute_offset": (0, 0, 3)}, "begins at z=3"), ({"buffer_size": 12}, "buffers 12")
    for how, message in cases:
        with pytest.warns(UserWarning, match=message) as caught:
            mag1.get_buffered_slice_writer(**{"buffer_size": 8, **how})  # type: ignore[arg-type]
        assert caught[0].filename == __file__
