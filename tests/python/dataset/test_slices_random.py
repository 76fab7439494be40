"""Slices in any order of events, beside a writer so simple that it has to be right."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from voxbrick import BoundingBox, Dataset, Mag

from .conftest import noise, small_mag

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

EXTENT = 64
"""Of the model along each axis, in voxels of the mag; nothing below writes as far."""

corners = st.tuples(*[st.integers(0, 20)] * 3)
sizes = st.tuples(*[st.integers(1, 20)] * 3)


class SimpleWriter:
    """Keeps slices in a list and a volume in an array."""

    def __init__(self, channels: int) -> None:
        self.volume = np.zeros((channels, EXTENT, EXTENT, EXTENT), np.uint8)

    def begin(self, corner: tuple[int, ...], axis: int, buffer_size: int) -> None:
        self.corner, self.axis, self.buffer_size = list(corner), axis, buffer_size
        self.planes: list[np.ndarray] = []

    def send(self, plane: np.ndarray) -> None:
        self.planes.append(plane)
        if len(self.planes) == self.buffer_size:
            self.flush()

    def flush(self) -> None:
        extent = [max(lengths) for lengths in zip(*(plane.shape for plane in self.planes), strict=True)]
        for plane in self.planes:
            padded = np.pad(plane, [(0, all_ - own) for all_, own in zip(extent, plane.shape, strict=True)])
            data = np.expand_dims(padded, self.axis + 1)
            ends = (begin + length for begin, length in zip(self.corner, data.shape[1:], strict=True))
            self.volume[(slice(None), *map(slice, self.corner, ends))] = data
            self.corner[self.axis] += 1
        self.planes = []


class Slices(RuleBasedStateMachine):
    """Whatever is sent where, the volume is that of the model; and so are the slices that are read."""

    data_format: str
    compress: bool

    @initialize(mag=st.sampled_from([1, 2, "2-2-1"]), channels=st.sampled_from([1, 3]))
    def make(self, mag: Any, channels: int) -> None:
        self.folder = Path(tempfile.mkdtemp())
        dataset = Dataset(self.folder / "dataset", (1, 1, 1))
        layer = dataset.add_layer("color", "color", None, np.uint8, channels, self.data_format)
        self.mag = Mag(mag)
        self.channels = channels
        self.view = small_mag(layer, mag, self.compress)
        self.model = SimpleWriter(channels)
        self.open((0, 0, 0), 2, 4)

    def open(self, corner: tuple[int, ...], axis: int, buffer_size: int) -> None:
        offset = self.mag.to_vec3_int() * corner
        how = {"absolute_offset": offset, "dimension": axis, "buffer_size": buffer_size}
        self.writer = self.view.get_buffered_slice_writer(**how).__enter__()
        self.model.begin(corner, axis, buffer_size)

    @rule(corner=corners, axis=st.integers(0, 2), buffer_size=st.integers(1, 12), failing=st.booleans())
    def write_elsewhere(self, corner: Any, axis: int, buffer_size: int, failing: bool) -> None:
        """Leaves the writer, by an error or not, and takes another one."""
        with suppress(ZeroDivisionError), self.writer:
            if failing:
                raise ZeroDivisionError
        self.model.flush()
        self.open(corner, axis, buffer_size)

    @rule(corner=corners)
    def reset_offset(self, corner: Any) -> None:
        self.writer.reset_offset(absolute_offset=self.mag.to_vec3_int() * corner)
        self.model.flush()
        self.model.corner = list(corner)

    @rule(shape=sizes, count=st.integers(1, 20), differing=st.booleans(), order=st.sampled_from("CF"))
    def send(self, shape: Any, count: int, differing: bool, order: Any) -> None:
        for number in range(min(count, EXTENT - 1 - self.model.corner[self.model.axis] - 12)):
            a, b = shape[0] + (number % 3 if differing else 0), shape[1]
            plane = np.asarray(noise(self.channels, a, b) + number, order=order)
            self.writer.send(plane[0] if self.channels == 1 and number % 2 else plane)
            self.model.send(plane)

    @rule(corner=corners, size=sizes, axis=st.integers(0, 2), buffer_size=st.integers(1, 12))
    def read(self, corner: Any, size: Any, axis: int, buffer_size: int) -> None:
        box = BoundingBox(corner, size).from_mag_to_mag1(self.mag)
        how = {"absolute_bounding_box": box, "dimension": axis, "buffer_size": buffer_size}
        with self.view.get_buffered_slice_reader(**how) as reader:
            slices = list(reader)
        ends = (begin + length for begin, length in zip(corner, size, strict=True))
        expected = self.model.volume[(slice(None), *map(slice, corner, ends))]
        np.testing.assert_array_equal(slices, np.moveaxis(expected, axis + 1, 0))

    @invariant()
    def volume_is_that_of_the_model(self) -> None:
        box = BoundingBox((0, 0, 0), (EXTENT,) * 3).from_mag_to_mag1(self.mag)
        np.testing.assert_array_equal(self.view.read(absolute_bounding_box=box), self.model.volume)

    def teardown(self) -> None:
        shutil.rmtree(self.folder)


@pytest.mark.parametrize(
    ("data_format", "compress"), [("wkw", False), ("wkw", True), ("zarr3", True)], ids=["raw", "lz4", "zarr3"]
)
def test_random_events(data_format: str, compress: bool) -> None:
    machine = type("Machine", (Slices,), {"data_format": data_format, "compress": compress})
    machine.TestCase.settings = settings(
        max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
    )
    machine.TestCase().runTest()
