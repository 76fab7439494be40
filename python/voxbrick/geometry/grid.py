"""Grids: boxes that are cut into cells or chunks, which are counted and not listed."""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple

import attr
import attrs

from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec_int import VecInt

Shape = tuple[int, ...]


class Box(NamedTuple):
    """Where it begins and how far it reaches, one entry for each axis."""

    offset: Shape
    shape: Shape

    @property
    def volume(self) -> int:
        """The number of voxels."""
        return math.prod(self.shape)


def whole(shape: Shape) -> Box:
    """All of a volume."""
    return Box((0,) * len(shape), shape)


def tiles(box: Box, cell: Shape) -> Iterator[Box]:
    """The parts of a box in a grid of cells that begins where the box does, first axis fastest."""
    grid = Cells(box, cell, box.offset)
    return (grid[number] for number in range(len(grid)))


@attrs.frozen
class Cells(Sequence[Box]):
    """The parts of a box in a grid of cells, counted but not listed; first axis fastest."""

    box: Box
    cell: Shape
    origin: Shape
    """Where one of the cells begins; those at the border of the box are clipped."""

    @property
    def counts(self) -> Shape:
        """How many cells there are along each axis."""
        return tuple(
            last - first
            for first, last in (
                ((begin - origin) // size, -(-(begin + extent - origin) // size))
                for begin, extent, origin, size in zip(*self.box, self.origin, self.cell, strict=True)
            )
        )

    def __len__(self) -> int:
        return math.prod(self.counts) if self.box.volume else 0

    def __getitem__(self, number: Any) -> Any:
        if not 0 <= number < len(self):
            raise IndexError(f"there are {len(self)} cells, and none has the number {number}")
        spans = []
        for axis, count in enumerate(self.counts):
            number, along = divmod(number, count)
            spans.append(self._span(axis, along))
        return Box(*(tuple(numbers) for numbers in zip(*spans, strict=True)))

    def _span(self, axis: int, along: int) -> tuple[int, int]:
        """Where a cell begins, and how far it reaches."""
        begin, extent = self.box.offset[axis], self.box.shape[axis]
        corner = begin - (begin - self.origin[axis]) % self.cell[axis] + along * self.cell[axis]
        first = max(corner, begin)
        return first, min(corner + self.cell[axis], begin + extent) - first


def around(box: Box, cell: Shape) -> Box:
    """The box of whole cells, counted from the origin, that a box meets."""
    begin = tuple(a // size * size for a, size in zip(box.offset, cell, strict=True))
    end = (-(-(a + n) // size) * size for a, n, size in zip(*box, cell, strict=True))
    return Box(begin, tuple(map(int.__sub__, end, begin)))


def fit(cell: Shape, step: Shape, limit: int) -> Shape:
    """The cell, cut along its last axes until it has at most `limit` voxels.

    Every entry stays a multiple of `step`, so the result is never smaller than that.
    """
    shape = list(cell)
    for axis in reversed(range(len(cell))):
        others = math.prod(shape) // shape[axis]
        steps = max(1, limit // (others * step[axis]))
        shape[axis] = min(shape[axis], steps * step[axis])
    return tuple(shape)


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


def cells_around(offset: Iterable[int], shape: Iterable[int], cell: Shape) -> Iterator[tuple[int, ...]]:
    """The numbers, along each axis, of all cells of a grid that a box meets."""
    touched = (
        range(begin // size, -(-(begin + extent) // size))
        for begin, extent, size in zip(offset, shape, cell, strict=True)
    )
    return itertools.product(*touched)
