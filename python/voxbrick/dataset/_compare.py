"""Where two views hold different voxels, if they do."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import attr
import numpy as np

from voxbrick.dataset._chunk_grid import ChunkGrid, check_view, stored_shapes
from voxbrick.dataset._chunks import Chunks
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


def difference_of(one: View, other: View, executor: Any) -> NDBoundingBox | None:
    """A voxel of the first view, in Mag(1), that is another in the second; None if all are equal.

    Compares file by file of the first view, and ends at the first difference.
    """
    chunks = Chunks.of(one, ChunkGrid(one.bounding_box, stored_shapes(one)[1]), read_only=True)
    job = _DifferenceIn(chunks, other._part(other.bounding_box, read_only=True))
    difference: NDBoundingBox | None
    with closing(outcomes(job, range(len(chunks.grid)), executor)) as every:
        for number, difference, error in every:
            if error is not None:
                give_up(executor, error, chunks.note(number))
            if difference is not None:
                return difference
    return None


@attr.frozen
class _DifferenceIn:
    """Compares the chunk of a number with what corresponds to it in the other view."""

    chunks: Chunks
    other: View

    def __call__(self, number: int) -> NDBoundingBox | None:
        one = self.chunks[number]
        shift = self.other.bounding_box.topleft - self.chunks.grid.box.topleft
        other = self.other._part(one.bounding_box.offset(shift), read_only=True)
        if one.get_dtype() != other.get_dtype():
            return _difference_of_values(one, other)
        difference = one._array.find_difference(_box(one), other._array, _box(other))
        return None if difference is None else difference.from_mag_to_mag1(one.mag)


def _box(view: View) -> NDBoundingBox:
    return view.bounding_box.in_mag(view.mag)


def _difference_of_values(one: View, other: View) -> NDBoundingBox | None:
    """The same for dtypes that differ: compared chunk by chunk in memory."""
    shift = other.bounding_box.topleft - one.bounding_box.topleft
    grid = ChunkGrid(one.bounding_box, stored_shapes(one)[0])
    for number in range(len(grid)):
        box = grid[number]
        a, b = one.read(absolute_bounding_box=box), other.read(absolute_bounding_box=box.offset(shift))
        differing = (a != b) & ~((a != a) & (b != b))  # NaN is not equal to itself
        if differing.any():
            place = np.argwhere(differing)[0, 1:].tolist()
            voxel = box.in_mag(one.mag).offset(place).with_size((1,) * len(place))
            return voxel.from_mag_to_mag1(one.mag)
    return None
