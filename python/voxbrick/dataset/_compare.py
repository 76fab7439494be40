"""Where two views hold different voxels, if they do."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import attr
import numpy as np

from voxbrick._executors import workers_of
from voxbrick.dataset._chunk_grid import ChunkGrid, check_view, stored_shapes
from voxbrick.dataset._chunks import Chunks, shown_progress
from voxbrick.dataset._compared_parts import Kept, compared_parts
from voxbrick.dataset._fan_out import give_up, outcomes
from voxbrick.geometry.nd_bounding_box import NDBoundingBox

if TYPE_CHECKING:
    from voxbrick.dataset.view import View


def is_comparable(one: View, other: View) -> bool:
    """Whether each voxel of one view has a counterpart in the other.

    Raises:
        InvalidArgumentError: the other is no view.
    """
    check_view("other", other)
    same_box = one.bounding_box.size == other.bounding_box.size and one.mag == other.mag
    return same_box and one.info.num_channels == other.info.num_channels


def difference_of(
    one: View,
    other: View,
    executor: Any,
    progress_desc: str | None = None,
    memory: int | None = None,
) -> NDBoundingBox | None:
    """A voxel of the first view, in Mag(1), that is another in the second; None if all are equal.

    Compares file by file of the first view, and ends at the first difference. With ``memory``, all
    workers together take so many bytes for voxels.
    """
    chunks = Chunks.of(one, ChunkGrid(one.bounding_box, stored_shapes(one)[1]), read_only=True)
    room = None if memory is None else memory // workers_of(executor)
    job = _DifferenceIn(chunks, other._part(other.bounding_box, read_only=True), room)
    numbers = range(len(chunks.grid))
    difference: NDBoundingBox | None
    with (
        shown_progress(chunks, numbers, progress_desc) as finished,
        closing(outcomes(job, numbers, executor)) as every,
    ):
        for number, difference, error in every:
            if error is not None:
                give_up(executor, every, error, chunks.note(number))
            if difference is not None:
                return difference
            finished(number)
    return None


@attr.frozen
class _DifferenceIn:
    """Compares the chunk of a number with what corresponds to it in the other view."""

    chunks: Chunks
    other: View
    room: int | None
    """Bytes that it may take for voxels."""

    def __call__(self, number: int) -> NDBoundingBox | None:
        one = self.chunks[number]
        shift = self.other.bounding_box.topleft - self.chunks.grid.box.topleft
        other = self.other._part(one.bounding_box.offset(shift), read_only=True)
        if one.get_dtype() != other.get_dtype():
            return self._difference_of_values(one, other)
        shift = _box(other).topleft - _box(one).topleft
        for part in compared_parts(one, other, self.room, Kept.CHUNKS):
            difference = one._array.find_difference(part, other._array, part.offset(shift))
            if difference is not None:
                return difference.from_mag_to_mag1(one.mag)
        return None

    def _difference_of_values(self, one: View, other: View) -> NDBoundingBox | None:
        """The same for dtypes that differ: compared part by part in memory."""
        shift = _box(other).topleft - _box(one).topleft
        for part in compared_parts(one, other, self.room, Kept.VALUES):
            a, b = one._array.read(part), other._array.read(part.offset(shift))
            differing = (a != b) & ~((a != a) & (b != b))  # NaN is not equal to itself
            if differing.any():
                # Not argwhere: it would list all places, which take far more than the voxels.
                place = np.unravel_index(int(differing.argmax()), differing.shape)[1:]
                voxel = part.offset([int(at) for at in place]).with_size((1,) * len(place))
                return voxel.from_mag_to_mag1(one.mag)
            del a, b, differing  # before the next part is read
        return None


def _box(view: View) -> NDBoundingBox:
    return view.bounding_box.in_mag(view.mag)
