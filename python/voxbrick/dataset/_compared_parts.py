"""How much of two arrays is compared at once, so that a worker stays within its memory.

The engine compares pieces as large as the larger chunk of both arrays, one in each of its threads,
whatever the size of the box: so the size of shards does not matter. Where memory is too short for
that, it gets boxes of one piece each, for one thread; and where it is too short for a whole piece,
parts of pieces, for each of which the chunks around it are decoded again.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from math import prod
from typing import TYPE_CHECKING

import attr

from voxbrick.array import num_threads
from voxbrick.dataset._pieces import piece_shape
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import Vec3Int

if TYPE_CHECKING:
    from voxbrick.dataset.view import View

LARGEST_PIECE = 1 << 24
"""Voxels; where the larger chunk has more, the engine's pieces are chunks of the first array."""
CODED = 2
"""A chunk is in memory encoded and decoded."""


class Kept(Enum):
    """What is in memory at once."""

    CHUNKS = 0
    """Pieces in the engine."""
    VALUES = 4
    """Voxels in numpy, and for each of them so many bytes of truth values."""


@attr.frozen
class _Sizes:
    """Of two arrays that are compared."""

    chunk: Vec3Int
    """What is compared at once."""
    both: int
    """Bytes of a voxel over all channels, in both arrays, and what is kept for it."""
    others: int
    """How many times as large pieces of the engine are, along other axes."""
    coding: int
    """Bytes that a thread needs to decode a chunk."""

    @property
    def piece(self) -> int:
        """Bytes that comparing a piece takes in a thread of the engine."""
        return self.both * self.others * self.chunk.prod() + self.coding


def compared_parts(one: View, other: View, room: int | None, kept: Kept) -> Iterator[NDBoundingBox]:
    """Cuts the box of a view, in its own voxels, into what can be compared in so many bytes.

    Raises:
        InvalidArgumentError: not even a voxel can.
    """
    box = one.bounding_box.in_mag(one.mag)
    sizes = _sizes_of(one, other, kept)
    if kept is Kept.CHUNKS and (room is None or num_threads() * sizes.piece <= room):
        return iter((box,))
    shape = _shape(sizes, room, kept)
    # Parts lie in one piece of the engine each, or two of its threads would be at work.
    return (part for piece in box.chunk(sizes.chunk, sizes.chunk) for part in piece.chunk(shape))


def _shape(sizes: _Sizes, room: int | None, kept: Kept) -> Vec3Int:
    if room is None:
        return sizes.chunk
    # Reading a part for numpy decodes chunks in all threads, comparing it in the engine in one.
    coding = sizes.coding * (num_threads() if kept is Kept.VALUES else 1)
    if room < coding + sizes.both:
        raise InvalidArgumentError(
            f"each worker needs {coding + sizes.both} bytes of memory to compare voxels of a chunk; allow "
            f"more memory than {room} bytes for each, or have fewer workers"
        )
    voxels = (room - coding) // sizes.both
    return piece_shape(Vec3Int.ones(), sizes.chunk, voxels)


def _sizes_of(one: View, other: View, kept: Kept) -> _Sizes:
    infos = one.info, other.info
    stored = [view._array.stored_info() for view in (one, other)]
    voxels = [prod(info.chunk_shape) for info in stored]
    others = max(count // info.chunk_shape.prod() for count, info in zip(voxels, infos, strict=True))
    chunk = infos[0].chunk_shape
    if kept is Kept.CHUNKS and chunk.pairmax(infos[1].chunk_shape).prod() * others <= LARGEST_PIECE:
        chunk = chunk.pairmax(infos[1].chunk_shape)
    coding = CODED * max(count * info.voxel_type.itemsize for count, info in zip(voxels, infos, strict=True))
    itemsizes = sum(info.voxel_type.itemsize for info in infos)
    channels = infos[0].num_channels
    return _Sizes(chunk, channels * (itemsizes + kept.value), max(others // channels, 1), coding)
