"""How much of an array is copied at once, so that a worker stays within its memory.

Pieces are made of whole chunks of the new array, so none is encoded twice, and those of earlier
pieces are carried over as the bytes they are. What lies in a file does not depend on the pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import attr

from voxbrick.array import num_threads
from voxbrick.dataset._array import MagArray
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import Vec3Int

PIECE_BYTES = 2**26
"""64 MiB of voxels, if nothing else is said; a piece is larger only if a single chunk is."""
COPIES = 2
"""Voxels that are copied are there twice: as they are, and encoded."""


@attr.frozen
class Portions:
    """What a worker copies at once."""

    chunk: Vec3Int
    """Of the new array."""
    source_chunk: Vec3Int
    voxel: int
    """Bytes of a voxel, over all channels."""
    coding: int = 0
    """Bytes that the engine's threads take to decode and encode their chunks."""
    most: int = attr.field(factory=lambda: PIECE_BYTES)
    """Bytes of the voxels of a piece."""

    def cut(self, box: NDBoundingBox) -> Iterator[NDBoundingBox]:
        """The pieces of a box."""
        return box.chunk(self.shape(box), self._unit)

    def shape(self, box: NDBoundingBox) -> Vec3Int:
        """The largest shape of a piece; along other axes than x, y and z one step."""
        unit = self._unit
        shape = box.align_with_mag(unit, ceil=True).size_xyz
        while self.voxel * shape.prod() > self.most and shape != unit:
            axis = max(range(3), key=lambda axis: shape[axis] // unit[axis])
            half = -(-shape[axis] // (2 * unit[axis])) * unit[axis]
            shape = shape.with_replaced(axis, half)
        return shape

    def memory(self, box: NDBoundingBox) -> int:
        """Bytes that copying a box takes at most."""
        return self.coding + COPIES * self.voxel * self.shape(box).prod()

    @property
    def _unit(self) -> Vec3Int:
        """Cuts lie where chunks of the new array begin, and if it can be those of the source as well."""
        both = self.chunk.pairmax(self.source_chunk)
        fits = both % self.chunk == Vec3Int.zeros() and self.voxel * both.prod() <= self.most
        return both if fits else self.chunk


def portions_of(source: MagArray, chunk: Vec3Int, memory: int | None = None) -> Portions:
    """What a worker copies at once of an array into one with such chunks.

    Raises:
        InvalidArgumentError: a single chunk needs more memory than the worker has.
    """
    info, stored = source.info, source.stored_info()
    voxel = info.num_channels * info.voxel_type.itemsize
    if memory is None:
        return Portions(chunk, info.chunk_shape, voxel)
    coded = prod(stored.chunk_shape) * info.voxel_type.itemsize + voxel * chunk.prod()
    coding = num_threads() * coded
    needed = coding + COPIES * voxel * chunk.prod()
    if needed > memory:
        raise InvalidArgumentError(
            f"each worker needs {needed} bytes of memory to copy a chunk of {chunk.to_tuple()} voxels; "
            f"allow more memory than {memory} bytes for each, or have fewer workers"
        )
    return Portions(chunk, info.chunk_shape, voxel, coding, (memory - coding) // COPIES)
