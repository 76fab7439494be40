"""Slices in any order of events, beside a writer so simple that it has to be right."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from support.datasets import small_mag
from voxbrick import BoundingBox, BoundsError, Dataset, Mag, NDBoundingBox

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

SCENES: dict[str, NDBoundingBox] = {
    "growing layer": BoundingBox((0, 0, 0), (64, 64, 64)),
    "bounded view": BoundingBox((0, 0, 0), (30, 30, 30)),
    "axis of time": NDBoundingBox((0, 0, 0, 0), (5, 48, 48, 48), ("t", "x", "y", "z"), (1, 2, 3, 4)),
}
"""Where slices may lie, in voxels of the mag; a view refuses what leaves that, elsewhere nothing does."""

# The first number is that of time, where there is such an axis.
corners = st.tuples(st.integers(0, 3), *[st.integers(0, 20)] * 3)
sizes = st.tuples(st.integers(1, 2), *[st.integers(1, 20)] * 3)
dimensions = st.integers(0, 3)
seeds = st.integers(0, 2**32 - 1)


class FullDiskError(Exception):
    pass


class SimpleWriter:
    """Keeps slices in a list and a volume in an array."""

    def __init__(self, channels: int, room: NDBoundingBox) -> None:
        self.volume = np.zeros((channels, *room.size), np.uint8)
        self.room = room
        self.written = room.with_size([0] * len(room))

    def begin(self, corner: tuple[int, ...], axis: int, buffer_size: int) -> None:
        self.corner, self.axis, self.buffer_size = list(corner), axis, buffer_size
        self.planes: list[np.ndarray] = []

    def has_room(self, plane: np.ndarray) -> bool:
        end = np.add(self.corner, np.expand_dims(plane, self.axis + 1).shape[1:])
        end[self.axis] += len(self.planes)
        return bool((end <= self.room.size).all())

    def send(self, plane: np.ndarray) -> None:
        self.planes.append(plane)
        if len(self.planes) == self.buffer_size:
            self.flush()

    def flush(self) -> None:
        extent = [max(lengths) for lengths in zip(*(plane.shape for plane in self.planes), strict=True)]
        for plane in self.planes:
            padded = np.pad(plane, [(0, all_ - own) for all_, own in zip(extent, plane.shape, strict=True)])
            data = np.expand_dims(padded, self.axis + 1)
            box = self.room.with_topleft(self.corner).with_size(data.shape[1:])
            self.volume[(slice(None), *box.to_slices())] = data
            self.written = self.written.extended_by(box)
            self.corner[self.axis] += 1
        self.planes = []


class Slices(RuleBasedStateMachine):
    """Whatever is sent where, the volume is that of the model; and so are the slices that are read."""

    data_format: str
    compress: bool
    scene: str

    @initialize(mag=st.sampled_from([1, 2, "2-2-1"]), channels=st.sampled_from([1, 3]))
    def make(self, mag: Any, channels: int) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.room = SCENES[self.scene]
        self.grows = self.scene == "growing layer"
        self.mag = Mag(mag)
        self.channels = channels
        everything = self.room.from_mag_to_mag1(self.mag)
        layer = Dataset(self.folder / "dataset", (1, 1, 1)).add_layer(
            "color",
            "color",
            dtype_per_channel=np.uint8,
            num_channels=channels,
            data_format=self.data_format,
            bounding_box=None if self.grows else everything,
        )
        self.view: Any = small_mag(layer, mag, self.compress)
        if self.scene == "bounded view":
            self.view = self.view.get_view(absolute_bounding_box=everything)
        self.model = SimpleWriter(channels, self.room)
        self.open((0, 0, 0, 0), 3, 4)

    def numbers(self, of_all: tuple[int, ...]) -> tuple[int, ...]:
        """Those of the axes that there are."""
        return of_all[-len(self.room) :]

    def box(self, corner: tuple[int, ...], size: tuple[int, ...]) -> NDBoundingBox:
        place = self.room.with_topleft(self.numbers(corner)).with_size(self.numbers(size))
        return place.from_mag_to_mag1(self.mag)

    def open(self, corner: tuple[int, ...], dimension: int, buffer_size: int) -> None:
        axis = dimension % len(self.room)
        place = {"absolute_bounding_box": self.box(corner, (1,) * 4), "dimension": self.room.axes[axis]}
        self.writer = self.view.get_buffered_slice_writer(**place, buffer_size=buffer_size).__enter__()
        self.model.begin(self.numbers(corner), axis, buffer_size)

    def plane(self, size: tuple[int, ...], seed: int) -> np.ndarray:
        shape = np.delete(self.numbers(size), self.model.axis)
        return np.random.default_rng(seed).integers(0, 256, (self.channels, *shape), np.uint8)

    @rule(corner=corners, dimension=dimensions, buffer_size=st.integers(1, 12), failing=st.booleans())
    def write_elsewhere(self, corner: Any, dimension: int, buffer_size: int, failing: bool) -> None:
        """Leaves the writer, by an error or not, and takes another one."""
        with suppress(ZeroDivisionError), self.writer:
            if failing:
                raise ZeroDivisionError
        self.model.flush()
        self.open(corner, dimension, buffer_size)

    @rule(corner=corners)
    def reset_offset(self, corner: Any) -> None:
        self.writer.reset_offset(absolute_bounding_box=self.box(corner, (1,) * 4))
        self.model.flush()
        self.model.corner = list(self.numbers(corner))

    @rule(
        size=sizes,
        count=st.integers(1, 20),
        differing=st.booleans(),
        order=st.sampled_from("CF"),
        seed=seeds,
    )
    def send(self, size: Any, count: int, differing: bool, order: Any, seed: int) -> None:
        for number in range(count):
            larger = (*size[:2], size[2] + (number % 3 if differing else 0), size[3])
            plane = np.asarray(self.plane(larger, seed + number), order=order)
            if not self.model.has_room(plane):
                self.refuse(plane)
                return
            self.writer.send(plane[0] if self.channels == 1 and number % 2 else plane)
            self.model.send(plane)

    def refuse(self, plane: np.ndarray) -> None:
        if self.scene == "bounded view":
            with pytest.raises(BoundsError, match="leaves the view"):
                self.writer.send(plane)

    @rule(size=sizes, seed=seeds, corner=corners, dimension=dimensions, at_the_end=st.booleans())
    def fail(self, size: Any, seed: int, corner: Any, dimension: int, at_the_end: bool) -> None:
        """What waits is lost, and the error says how much that is; what was written before stays."""

        def fill_the_disk(*_: Any) -> NoReturn:
            raise FullDiskError

        plane = self.plane(size, seed)
        if not self.model.has_room(plane):
            return
        self.view._array.write = fill_the_disk
        with pytest.raises(FullDiskError) as caught:
            self.send_and_leave(plane, at_the_end)
        del self.view._array.write
        lost = len(self.model.planes) + 1
        assert [f"or only in part: {lost}, " in note for note in caught.value.__notes__] == [True]
        self.open(corner, dimension, 4)

    def send_and_leave(self, plane: np.ndarray, at_the_end: bool) -> None:
        """What waits is written at the end, or before."""
        with self.writer:
            self.writer.send(plane)
            if not at_the_end:
                self.writer.reset_offset()

    @rule(corner=corners, size=sizes, dimension=dimensions, buffer_size=st.integers(1, 12))
    def read(self, corner: Any, size: Any, dimension: int, buffer_size: int) -> None:
        axis = dimension % len(self.room)
        how = {"absolute_bounding_box": self.box(corner, size), "dimension": self.room.axes[axis]}
        with self.view.get_buffered_slice_reader(**how, buffer_size=buffer_size) as reader:
            slices = list(reader)
        ends = np.add(self.numbers(corner), self.numbers(size))
        expected = self.model.volume[(slice(None), *map(slice, self.numbers(corner), ends))]
        inside = [
            (0, wanted - has) for wanted, has in zip(self.numbers(size), expected.shape[1:], strict=True)
        ]
        expected = np.pad(expected, [(0, 0), *inside])
        np.testing.assert_array_equal(slices, np.moveaxis(expected, axis + 1, 0))

    @invariant()
    def volume_is_that_of_the_model(self) -> None:
        box = self.room.from_mag_to_mag1(self.mag)
        np.testing.assert_array_equal(self.view.read(absolute_bounding_box=box), self.model.volume)

    @invariant()
    def box_promises_what_is_written(self) -> None:
        promised = self.model.written if self.grows else self.room
        assert self.view.bounding_box == promised.from_mag_to_mag1(self.mag)

    def teardown(self) -> None:
        shutil.rmtree(self.folder)


LAYOUTS = {"raw": ("wkw", False), "lz4": ("wkw", True), "zarr3": ("zarr3", True)}
CASES = [
    (layout, scene) for layout in LAYOUTS for scene in SCENES if layout == "zarr3" or scene != "axis of time"
]


@pytest.mark.parametrize(("layout", "scene"), CASES)
def test_random_events(layout: str, scene: str) -> None:
    data_format, compress = LAYOUTS[layout]
    parts = {"data_format": data_format, "compress": compress, "scene": scene}
    machine = type("Machine", (Slices,), parts)
    machine.TestCase.settings = settings(
        max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
    )
    machine.TestCase().runTest()
