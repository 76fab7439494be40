"""Slices that are written and read again, and requests that neither can fulfil."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from support.datasets import noise
from support.slice_functions import DATA, read_all, send_all, slices_of
from voxbrick import (
    BoundingBox,
    BoundsError,
    Dataset,
    InvalidArgumentError,
    MagView,
    MisalignedError,
    NDBoundingBox,
)

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")


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
    planes = [np.array(plane, order=order) for plane in slices_of(data, 1)]
    send_all(mag, planes, dimension="y", buffer_size=4)
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
