"""What the slice reader gives, and what it keeps in memory."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from support.slice_functions import DATA, read_all, send_all, slices_of
from voxbrick import (
    BoundingBox,
    CorruptDataError,
    InvalidArgumentError,
    MagView,
)
from voxbrick.volume.mag_array import MagArray

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")


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


@pytest.mark.parametrize("dimension", [0, 1, 2])
def test_two_buffers_are_enough(mag1: MagView, dimension: int) -> None:
    mag1.write(DATA)
    expected = slices_of(DATA, dimension)
    addresses = set()
    with mag1.get_buffered_slice_reader(buffer_size=4, dimension=dimension) as reader:
        for number, plane in enumerate(reader):
            np.testing.assert_array_equal(plane, expected[number])
            whole = len(expected) - len(expected) % 4  # the last buffer is smaller
            if number < whole and number % 4 == 0:
                addresses.add(plane.ctypes.data)
    assert len(addresses) == 2


def test_slices_are_dense_and_do_not_meet_in_the_cache(mag1: MagView) -> None:
    voxels = np.arange(64 * 32 * 4, dtype=np.uint8).reshape(1, 64, 32, 4)  # two KiB a slice
    mag1.write(voxels, allow_resize=True)
    first, second, *_ = kept = read_all(mag1)
    assert all(plane.flags.f_contiguous for plane in kept)
    assert (second.ctypes.data - first.ctypes.data) % 1024 != 0
    np.testing.assert_array_equal(kept, slices_of(voxels, 2))


@pytest.mark.parametrize(
    "keep", [lambda plane: plane[..., 1:3], memoryview, lambda plane: plane.T.reshape(-1), np.asarray]
)
def test_what_is_kept_of_a_slice_stays_as_it_is(mag1: MagView, keep: Callable[[np.ndarray], Any]) -> None:
    """Also of slices between which others were let go."""
    mag1.write(DATA)
    kept = {}
    with mag1.get_buffered_slice_reader(buffer_size=2) as reader:
        for number, plane in enumerate(reader):
            if number % 5 == 0:
                kept[number] = keep(plane)
    for number, part in kept.items():
        np.testing.assert_array_equal(part, keep(np.asfortranarray(DATA[..., number])))


def test_no_more_than_two_buffers_are_read_ahead(mag1: MagView, monkeypatch: pytest.MonkeyPatch) -> None:
    mag1.write(DATA)
    reads: list[str] = []
    read = MagArray.read

    def counted(*arguments: Any) -> np.ndarray:
        reads.append(threading.current_thread().name)
        return read(*arguments)

    monkeypatch.setattr(MagArray, "read", counted)
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


def test_a_reader_is_used_in_its_with_statement(mag1: MagView) -> None:
    mag1.write(DATA)
    reader = mag1.get_buffered_slice_reader(buffer_size=2)
    outside = pytest.raises(InvalidArgumentError, match="inside of its with statement")
    with outside:
        list(reader)
    with reader as first, reader_is_in_use(reader):
        np.testing.assert_array_equal(next(iter(reader)), DATA[..., 0])
        np.testing.assert_array_equal(next(first), DATA[..., 1])
    for _ in range(3):
        with outside:
            next(first)
    with reader as second:
        np.testing.assert_array_equal(list(second), slices_of(DATA, 2))
        with outside:
            next(first)
    with outside:
        list(reader)


@contextmanager
def reader_is_in_use(reader: Any) -> Iterator[None]:
    with pytest.raises(InvalidArgumentError, match="in use already"):
        reader.__enter__()
    yield
    assert len([thread for thread in threading.enumerate() if thread.name.startswith("slice reader")]) == 1


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
