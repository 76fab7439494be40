"""SliceBuffer: slices that wait to be written together."""

from __future__ import annotations

import numpy as np

from voxbrick.dataset._array import Voxels


class SliceBuffer:
    """Holds up to ``depth`` slices of shape (channels, a, b), which may differ in a and b.

    Slices are copied once, into the memory that is written from, and that is used again and again.
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
        planes = self._with_room(extent, plane)
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

    def _with_room(self, extent: tuple[int, ...], plane: Voxels) -> Voxels:
        old = self._planes
        if old is not None and all(map(int.__ge__, old.shape[1:], extent)):
            return old
        # Slices in the order of their own memory are copied fastest.
        axes = range(len(extent))
        order = sorted(axes, key=lambda axis: -abs(plane.strides[axis]))
        stored = np.zeros((self._depth, *(extent[axis] for axis in order)), self._dtype)
        planes = stored.transpose(0, *(1 + order.index(axis) for axis in axes))
        if self._count:
            held = self.slices()
            planes[tuple(map(slice, held.shape))] = held
        self._planes = planes
        return planes
