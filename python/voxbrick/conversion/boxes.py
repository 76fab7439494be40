"""Cutting a volume into boxes that fit into memory."""

import itertools
import math
from collections.abc import Iterator
from typing import NamedTuple

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
    steps = [range(0, extent, size) for extent, size in zip(box.shape, cell, strict=True)]
    for start in itertools.product(*reversed(steps)):
        corner = start[::-1]
        yield Box(
            tuple(a + b for a, b in zip(box.offset, corner, strict=True)),
            tuple(min(size, end - a) for size, end, a in zip(cell, box.shape, corner, strict=True)),
        )


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
