"""SliceBuffer: slices that wait to be written together."""

from __future__ import annotations

import numpy as np

from voxbrick.dataset._array import Voxels
from voxbrick.dataset._utils.spread import spread

_FEW = 32
"""Slices for which there is room from the start."""


class SliceBuffer:
    """Holds up to ``depth`` slices of shape (channels, a, b), which may differ in a and b.

    Slices are copied into the memory that is written from, and that is used again and again. It
    grows with what is sent: beyond a few slices it doubles. Only if a slice is larger than those
    that wait, these are in memory twice for a moment.
    """

    def __init__(self, depth: int, dtype: np.dtype[np.generic]) -> None:
        self._depth = depth
        self._dtype = dtype
        self._planes: Voxels | None = None
        self._extent: tuple[int, ...] = ()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def is_full(self) -> bool:
        return self._count == self._depth

    def append(self, plane: Voxels) -> None:
        """Adds a copy of a slice."""
        extent = tuple(map(max, self._extent, plane.shape)) if self._count else plane.shape
        if not self._has_room(extent):
            self._make_room(extent, plane)
        planes = self._planes
        assert planes is not None
        room = planes[self._count]
        if plane.shape != room.shape:
            room[...] = 0
        room[tuple(map(slice, plane.shape))] = plane
        self._extent = extent
        self._count += 1

    def slices(self) -> Voxels:
        """All slices one behind the other, with zeros where some are smaller than others."""
        assert self._planes is not None
        return self._planes[(slice(self._count), *map(slice, self._extent))]

    def clear(self) -> None:
        """Forgets the slices but keeps the memory."""
        self._count = 0

    def _has_room(self, extent: tuple[int, ...]) -> bool:
        """For one more slice."""
        room = (0,) if self._planes is None else self._planes.shape
        return all(map(int.__ge__, room, (self._count + 1, *extent)))

    def _make_room(self, extent: tuple[int, ...], plane: Voxels) -> None:
        if self._count == 0:
            self._planes = None  # rather than to hold the old memory beside the new
        # Slices in the order of their own memory are copied fastest.
        axes = range(len(extent))
        order = sorted(axes, key=lambda axis: -abs(plane.strides[axis]))
        depth = min(self._depth, max(_FEW, 2 * self._count))
        # Zeros, as memory that nobody writes to is none yet.
        stored = spread((*(extent[axis] for axis in reversed(order)), depth), self._dtype, np.zeros).T
        planes = stored.transpose(0, *(1 + order.index(axis) for axis in axes))
        if self._count:
            held = self.slices()
            planes[tuple(map(slice, held.shape))] = held
        self._planes = planes
