"""Memory for slices: those that wait to be written together, and those that are read together."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any
from weakref import ref

import numpy as np
from numpy.typing import DTypeLike, NDArray

from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import XYZ
from voxbrick.geometry.vec_int import to_int
from voxbrick.volume.mag_array import Voxels

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


# -- used again ------------------------------------------------------------------------------------
#
# Memory for arrays that are handed out one after the other, used again when nobody holds one any more.
#
# New memory is not cheap: the system clears each page of it when it is touched first, which takes as long
# as reading the voxels that then go there.


class _Loan:
    """What an array and all views of it hold while they live, and nobody else does."""

    def __init__(self, memory: NDArray[Any]) -> None:
        self._memory = memory
        self.__array_interface__ = memory.__array_interface__


class Recycled:
    """Makes arrays in Fortran order, and keeps the memory of the last two.

    Each plane, all that has the same last index, is dense. Between planes there may be a gap.
    """

    def __init__(self) -> None:
        self._lent: list[tuple[NDArray[Any], ref[_Loan]]] = []

    def array(self, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """An array that nobody else has; what it holds is left from earlier ones."""
        memory = self._returned(shape, np.dtype(dtype))
        if memory is None:
            memory = spread(shape, np.dtype(dtype))
        loan = _Loan(memory)
        self._lent = [*self._lent[-1:], (memory, ref(loan))]
        return np.asarray(loan)

    def _returned(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any] | None:
        for place, (memory, loan) in enumerate(self._lent):
            if loan() is None and (memory.shape, memory.dtype) == (shape, dtype):
                del self._lent[place]
                return memory
        return None


# -- padded ----------------------------------------------------------------------------------------
#
# Memory for planes into which, or out of which, blocks are copied.
#
# A block is a few bytes of each of many planes. Where these meet in the processor's cache they displace each
# other when only a part of them was used: to copy blocks takes twice as long.

_CACHE_LINE = 64
_CROWDED = 1024
"""Planes meet that begin at multiples of this."""
_GAP = 3 * _CACHE_LINE


def spread(
    shape: tuple[int, ...], dtype: np.dtype[Any], make: Callable[..., NDArray[Any]] = np.empty
) -> NDArray[Any]:
    """An array in Fortran order that begins with a cache line; `make` may be `np.zeros`, too.

    Each plane, all that has the same last index, is dense. Between planes there may be a gap.
    """
    plane = prod(shape[:-1]) * dtype.itemsize
    step = plane + _GAP if plane % _CROWDED == 0 else plane
    memory = make(step * shape[-1] + _CACHE_LINE, np.uint8)
    begin = -memory.ctypes.data % _CACHE_LINE
    strides = [dtype.itemsize * prod(shape[:axis]) for axis in range(len(shape) - 1)]
    return np.ndarray(shape, dtype, memory, begin, (*strides, step))


# -- checks ----------------------------------------------------------------------------------------
#
# What the slice reader and the slice writer share: along which axis, and how many at once.


def place_of(dimension: int | str, box: NDBoundingBox) -> int:
    """Which axis of a box is meant by "x", "y", "z" (or 0, 1, 2), or the name of another axis."""
    name = dimension
    if not isinstance(dimension, str):
        number = to_int(dimension)
        name = XYZ[number] if 0 <= number < len(XYZ) else str(dimension)
    if name not in box.axes:
        raise InvalidArgumentError(f"dimension is {dimension!r}; give 0, 1 or 2, or one of {box.axes}")
    return box.axes.index(name)


def checked_buffer_size(buffer_size: Any) -> int:
    """The same number, which has to be positive."""
    number = to_int(buffer_size)
    if number < 1:
        raise InvalidArgumentError(f"buffer_size is {number}; a buffer holds at least one slice")
    return number
