"""Slice by slice."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

import numpy as np
import pytest

from specification.scene import PART, PLACES, VIEW, Scene, shows
from voxbrick import BoundingBox

PLANE = np.full((8, 4), 255, np.uint8)
"""A slice of a part along z."""
WRITTEN = BoundingBox(PART.topleft, (16, 8, 6))
"""What three of them cover."""

# -- writer ----------------------------------------------------------------------------------------


def write_three(scene: Scene, **arguments: Any) -> None:
    with scene.view.get_buffered_slice_writer(**arguments) as writer:
        for _ in range(3):
            writer.send(PLANE)
    scene.expected(WRITTEN)[:] = 255
    assert np.array_equal(scene.mag.read(), scene.voxels)


def writer_at(keyword: str, scene: Scene) -> None:
    write_three(scene, **{keyword: PLACES[keyword]}, buffer_size=2)


for keyword in PLACES:
    if not keyword.endswith("bbox"):
        shows(f"get_buffered_slice_writer({keyword})")(partial(writer_at, keyword))


@shows("get_buffered_slice_writer(offset)", "deprecated: get_buffered_slice_writer(offset)")
def old_writer(scene: Scene) -> None:
    with pytest.deprecated_call(match="relative_offset or absolute_offset"):
        write_three(scene, offset=(4, 8, 8), buffer_size=2)


@shows("get_buffered_slice_writer", "slice writer: leaving the context writes what is left")
def writer(scene: Scene) -> None:
    with scene.view.get_buffered_slice_writer() as slices:
        slices.send(np.full((32, 32), 255, np.uint8))
        assert np.array_equal(scene.mag.read(), scene.voxels)
    scene.expected(VIEW)[..., 0] = 255
    assert np.array_equal(scene.mag.read(), scene.voxels)


@shows("get_buffered_slice_writer(buffer_size)", "slice writer: as soon as the buffer is full, it is written")
def writer_buffer(scene: Scene) -> None:
    with scene.view.get_buffered_slice_writer(buffer_size=2) as slices:
        slices.send(PLANE)
        assert np.array_equal(scene.mag.read(), scene.voxels)
        slices.send(PLANE)
        assert np.count_nonzero(scene.mag.read() == 255) == 2 * PLANE.size


@shows("get_buffered_slice_writer(dimension)")
def writer_dimension(scene: Scene) -> None:
    for dimension in range(3):
        scene.mag.write(scene.voxels)
        with scene.view.get_buffered_slice_writer(dimension=dimension) as slices:
            slices.send(PLANE)
        expected = scene.voxels.copy()
        expected[0, 16:48, 16:48, 16:48][tuple(np.insert([slice(8), slice(4)], dimension, 0))] = 255
        assert np.array_equal(scene.mag.read(), expected)


@shows("get_buffered_slice_writer(json_update_allowed)")
def writer_growth(scene: Scene) -> None:
    before, plane = scene.layer.bounding_box, np.full((8, 8), 255, np.uint8)
    for allowed, after in ((False, before), (True, BoundingBox((0, 0, 0), (96, 96, 98)))):
        place = {"absolute_offset": (0, 0, 96), "json_update_allowed": allowed}
        with scene.mag.get_buffered_slice_writer(**place, buffer_size=1) as slices:
            slices.send(plane)
        assert scene.layer.bounding_box == after


@shows("get_buffered_slice_writer(use_logging)", "get_buffered_slice_reader(use_logging)")
def logs(scene: Scene) -> None:
    messages: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        write_three(scene, relative_offset=PLACES["relative_offset"], use_logging=True)
        with scene.view.get_buffered_slice_reader(use_logging=True) as slices:
            next(iter(slices))
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert {message.split()[0] for message in messages} == {"wrote", "read"}


# -- reader ----------------------------------------------------------------------------------------


def read_all(view: Any, axis: int = 3, **arguments: Any) -> np.ndarray:
    with view.get_buffered_slice_reader(**arguments) as slices:
        return np.stack(list(slices), axis)


def reader_at(keyword: str, scene: Scene) -> None:
    assert np.array_equal(read_all(scene.view, **{keyword: PLACES[keyword]}), scene.expected(PART))


for keyword in ("relative_bounding_box", "absolute_bounding_box"):
    shows(f"get_buffered_slice_reader({keyword})")(partial(reader_at, keyword))


@shows(
    "get_buffered_slice_reader(offset)",
    "get_buffered_slice_reader(size)",
    "deprecated: get_buffered_slice_reader(offset)",
)
def old_reader(scene: Scene) -> None:
    for view, offset in ((scene.view, (4, 8, 8)), (scene.mag, (20, 24, 24))):
        with pytest.deprecated_call(match="relative_bounding_box or absolute_bounding_box"):
            found = read_all(view, offset=offset, size=(8, 4, 2))
        assert np.array_equal(found, scene.expected(PART))


@shows("get_buffered_slice_reader", "get_buffered_slice_reader(dimension)")
def reader(scene: Scene) -> None:
    for dimension in range(3):
        assert np.array_equal(read_all(scene.view, dimension + 1, dimension=dimension), scene.view.read())


@shows("get_buffered_slice_reader(buffer_size)", "slice reader: reads multiple slices at once")
def reader_buffer(scene: Scene) -> None:
    depths: list[int] = []
    array = scene.mag._array

    class Counting(type(array)):  # type: ignore[misc]
        def read(self, *args: Any) -> np.ndarray:
            voxels = super().read(*args)
            depths.append(voxels.shape[-1])
            return voxels

    array.__class__ = Counting
    assert np.array_equal(read_all(scene.mag, buffer_size=20), scene.voxels)
    assert depths == [20, 20, 8]
