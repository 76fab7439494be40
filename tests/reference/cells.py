"""Cutting a box along a regular grid."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

Index = tuple[int, ...]
Slices = tuple[slice, ...]


class Cell(NamedTuple):
    index: Index  # which cell of the grid
    inside: Slices  # the part of the cell that lies in the box, counted from the cell's corner
    target: Slices  # the same part, counted from the box's corner


def cells(origin: Sequence[int], shape: Sequence[int], cell_shape: Sequence[int]) -> Iterator[Cell]:
    """Every grid cell that meets the box."""
    axes = [_along_axis(*axis) for axis in zip(origin, shape, cell_shape, strict=True)]
    for parts in itertools.product(*axes):
        index, inside, target = zip(*parts, strict=True) if parts else ((), (), ())
        yield Cell(index, inside, target)


def _along_axis(start: int, size: int, step: int) -> list[tuple[int, slice, slice]]:
    parts = []
    position = start
    while position < start + size:
        index = position // step
        end = min((index + 1) * step, start + size)
        inside = slice(position - index * step, end - index * step)
        parts.append((index, inside, slice(position - start, end - start)))
        position = end
    return parts
