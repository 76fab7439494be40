"""ChunkGrid: the chunks of a box, counted but not listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

import attr

from voxbrick.errors import InvalidArgumentError, MisalignedError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import XYZ, Vec3IntLike
from voxbrick.geometry.vec_int import VecInt, VecIntLike, to_int, to_ints

if TYPE_CHECKING:
    from voxbrick.dataset.view import View


@attr.frozen
class ChunkGrid:
    """A box in Mag(1), cut at whole multiples of a shape; the chunks at its border are clipped.

    Chunks are numbered with the first axis slowest. Each is worked out when it is asked for, so a
    grid of a million chunks is as small, and as quickly sent to another process, as one of two.
    """

    box: NDBoundingBox
    shape: VecInt

    @property
    def counts(self) -> tuple[int, ...]:
        """How many chunks there are along each axis."""
        if self.box.is_empty():
            return (0,) * len(self.shape)
        return tuple(self.box.bottomright.ceildiv(self.shape) - self._first())

    def __len__(self) -> int:
        return prod(self.counts)

    def __getitem__(self, number: int) -> NDBoundingBox:
        """The chunk of that number."""
        corner = self.shape * self._place(number) + self._first() * self.shape
        begin = corner.pairmax(self.box.topleft)
        end = (corner + self.shape).pairmin(self.box.bottomright)
        return self.box.with_topleft(begin).with_size(end - begin)

    def meeting(self, box: NDBoundingBox) -> Iterator[int]:
        """The numbers of the chunks that a box inside of the grid's meets."""
        if box.is_empty():
            return
        first = self._first()
        begin, end = box.topleft // self.shape - first, box.bottomright.ceildiv(self.shape) - first
        counts = self.counts
        for place in product(*map(range, begin, end)):
            number = 0
            for along, count in zip(place, counts, strict=True):
                number = number * count + along
            yield number

    def lengths(self, axis: int) -> Iterator[int]:
        """How long the chunks are along one axis."""
        begin, end, step = self.box.topleft[axis], self.box.bottomright[axis], self.shape[axis]
        for border in range(begin // step * step, end, step):
            yield min(border + step, end) - max(begin, border)

    def _first(self) -> VecInt:
        return self.box.topleft // self.shape

    def _place(self, number: int) -> tuple[int, ...]:
        if not 0 <= number < len(self):
            raise IndexError(f"there are {len(self)} chunks, and none has the number {number}")
        place = []
        for count in reversed(self.counts):
            number, along = divmod(number, count)
            place.append(along)
        return tuple(reversed(place))


def check_view(name: str, view: Any) -> None:
    """Refuses what is no view where one is needed."""
    from voxbrick.dataset.view import View

    if not isinstance(view, View):
        raise InvalidArgumentError(f"{name} is {view!r}; give a view or a mag")


def stored_shapes(view: View) -> tuple[VecInt, VecInt]:
    """What a chunk and a file of the array cover, in Mag(1) and with the axes of the view."""
    box, info = view.bounding_box, view._array.stored_info()
    places = [view.info.dimension_names.index(axis) for axis in box.axes]
    chunk, shard = (
        box.with_size([shape[place] for place in places]).from_mag_to_mag1(view.mag).size
        for shape in (info.chunk_shape, info.shard_shape)
    )
    return chunk, shard


def spread_shape(shape: Vec3IntLike | VecIntLike | int, view: View, others: VecInt) -> VecInt:
    """A shape that a script gives, with the axes of the view.

    A number stands for three of itself; axes other than x, y and z are as in ``others``, if they
    are not given.
    """
    numbers = to_ints(shape) if isinstance(shape, Iterable) else (to_int(shape),) * 3
    box = view.bounding_box.with_size(others)
    if len(numbers) == 3:
        return box.with_size_xyz(_positive(numbers)).size
    if len(numbers) != len(box):
        raise InvalidArgumentError(f"chunks of {numbers} do not fit the axes {box.axes} or {XYZ}")
    return box.with_size(_positive(numbers)).size


def _positive(numbers: tuple[int, ...]) -> tuple[int, ...]:
    if min(numbers) <= 0:
        raise InvalidArgumentError(f"a chunk cannot have the shape {tuple(numbers)}")
    return numbers


def check_chunk_shape(name: str, shape: VecInt, view: View, read_only: bool) -> None:
    """Refuses chunks that would share what is read at once, or files if they are written."""
    chunk, shard = stored_shapes(view)
    unit, what = (chunk, "what is read at once") if read_only else (shard, "what one file holds")
    if any(shape % unit):
        raise MisalignedError(
            f"{name} {shape.to_tuple()} has to be a multiple of {unit.to_tuple()}, {what} in Mag(1); "
            f"for example {(shape.ceildiv(unit) * unit).to_tuple()}"
        )


def grid_of(view: View, chunk_shape: Vec3IntLike | int | None) -> ChunkGrid:
    """The chunks of a view, by default one per file.

    Raises:
        MisalignedError: chunks of a writable view would share files.
    """
    shard = stored_shapes(view)[1]
    shape = shard if chunk_shape is None else spread_shape(chunk_shape, view, shard)
    check_chunk_shape("chunk_shape", shape, view, view.read_only)
    return ChunkGrid(view.bounding_box, shape)
