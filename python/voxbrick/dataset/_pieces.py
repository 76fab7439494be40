"""How much of a mag is made at once, so that a worker stays within its memory: pure functions."""

from __future__ import annotations

from math import lcm

import attr

from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.vec3_int import Vec3Int

WRITING = 2
"""Voxels that are written are there twice: as they are, and encoded."""


@attr.frozen
class Needs:
    """What making voxels of a mag of voxels of another one takes."""

    nbytes: int
    """Of a voxel of the target, over all channels."""
    factors: Vec3Int
    """How many voxels of the source are read for each, along each axis; 1 for a finer target."""
    source_chunk: Vec3Int
    decoding: int
    """Bytes that reading takes beyond the voxels that are read."""

    @property
    def each(self) -> int:
        """Bytes that it takes to make a voxel: those that are read, and itself."""
        return self.nbytes * (self.factors.prod() + 1)

    @property
    def unit(self) -> Vec3Int:
        """The smallest part of the target for which no chunk of the source is read in vain."""
        return Vec3Int(
            [
                lcm(chunk, factor) // factor
                for chunk, factor in zip(self.source_chunk, self.factors, strict=True)
            ]
        )


@attr.frozen
class Pieces:
    """What a worker holds at once, in voxels of the target."""

    piece: Vec3Int
    """What is written at once: whole chunks."""
    part: Vec3Int
    """What is made at once: a piece, or where that needs too much of the source a part of one."""
    memory: int
    """Bytes that it takes at most."""


def pieces_of(chunk: Vec3Int, shard: Vec3Int, needs: Needs, memory: int) -> Pieces:
    """The largest pieces of a shard that can be made in so many bytes.

    Raises:
        InvalidArgumentError: not even a chunk can be written, or a voxel be made.
    """
    room = memory - needs.decoding
    whole = needs.each + (WRITING - 1) * needs.nbytes
    if chunk.prod() * whole <= room:
        piece = piece_shape(chunk, shard, room // whole)
        return Pieces(piece, piece, needs.decoding + piece.prod() * whole)
    held = chunk.prod() * WRITING * needs.nbytes
    part = _part(chunk, needs.unit.pairmin(chunk), max(room - held, 0) // needs.each)
    needed = needs.decoding + held + part.prod() * needs.each
    if needed > memory:
        raise InvalidArgumentError(
            f"each worker needs {needed} bytes of memory to make a chunk of {chunk.to_tuple()} voxels by "
            f"the factors {needs.factors.to_tuple()}; allow more memory than {memory} bytes for each, "
            "or have fewer workers"
        )
    return Pieces(chunk, part, needed)


def _part(chunk: Vec3Int, unit: Vec3Int, voxels: int) -> Vec3Int:
    """Some units, or where not even one fits a part of one; at least a voxel."""
    return (
        piece_shape(unit, chunk, voxels)
        if unit.prod() <= voxels
        else piece_shape(Vec3Int.ones(), unit, voxels)
    )


def piece_shape(chunk: Vec3Int, shard: Vec3Int, voxels: int) -> Vec3Int:
    """Whole chunks, at most a shard and so many voxels; long in x, because arrays are."""
    counts = shard // chunk
    for axis in (2, 1, 0):
        others = (chunk * counts).prod() // (chunk[axis] * counts[axis])
        fitting = max(voxels // (others * chunk[axis]), 1)
        counts = counts.with_replaced(axis, min(counts[axis], fitting))
    return chunk * counts
