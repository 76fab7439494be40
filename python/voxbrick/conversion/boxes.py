"""Cutting a volume into boxes that fit into memory."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import attrs

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
