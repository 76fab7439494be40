"""How work is cut: cells that share no shard, and boxes and pieces that fit into memory."""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm, prod
from typing import NamedTuple

import attr

from voxbrick.array import num_threads
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.grid import Box, Shape, around, fit
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import Vec3Int
from voxbrick.sources.source import Source
from voxbrick.volume.mag_array import MagArray

MEMORY = 4 << 30
"""Bytes that a conversion may take, if nothing else is said."""
WORTHWHILE = 16 << 20
"""Bytes of voxels that are worth being a cell of their own: small shards are done together."""
REWRITE = 0.25
"""What writing a shard once more costs, when decoding all slices once more costs 1."""


class Cut(NamedTuple):
    """How the work is divided, and what it takes."""

    cell: Shape
    """What one worker does alone: whole shards."""
    origin: Shape
    """Where the first cell begins in the array."""
    box_shape: Shape
    """What is held in memory at once: a cell, or a part of one in whole chunks."""
    chunk: Shape
    jobs: int
    """How many cells are worked on at once."""
    decoders: int
    """How many threads decode images for each of them."""
    memory: int
    """Bytes that this takes at most: each box decoded and encoded, and what decoders hold."""


def cut(target: Box, source: Source, chunk: Shape, shard: Shape, memory: int, jobs: int) -> Cut:
    """The best way to fill a box of an array from a source of that shape, in bounded memory.

    Raises:
        InvalidArgumentError: not even one layer of chunks fits.
    """
    whole = around(target, shard)
    cells = (
        _cells(source, whole.shape, shard)
        if source.reads_whole_slices
        else [_grown(whole.shape, shard, source)]
    )
    room = tuple(map(max, around(target, chunk).shape, chunk))
    cuts = [
        _fitted(source, cell, whole, room, chunk, step, memory, jobs)
        for cell in cells
        for step in _steps(source, chunk, room)
    ]
    best = min(cuts, key=lambda each: (max(each.memory - memory, 0), _cost(each, whole, source)))
    if best.memory > memory:
        of_source = f", and those of {source.chunk_shape} in {source.name}" if source.chunk_shape else ""
        raise InvalidArgumentError(
            f"{best.jobs} jobs need {best.memory} bytes for chunks of {chunk}{of_source}; "
            f"allow more memory than {memory} bytes, or fewer jobs"
        )
    return best


def _cells(source: Source, whole: Shape, shard: Shape) -> list[Shape]:
    """Of whole slices, cells over all of a slice, over strips of it, and over single shards."""
    if not source.reads_whole_slices:
        return [_grown(whole, shard, source)]
    x, y = source.axes.index("x"), source.axes.index("y")
    strip = tuple(whole[axis] if axis == x else size for axis, size in enumerate(shard))
    slab = tuple(whole[axis] if axis == y else size for axis, size in enumerate(strip))
    return [slab, strip, shard]


def _grown(whole: Shape, shard: Shape, source: Source) -> Shape:
    """A shard, or some side by side: cells are neither too small nor parts of the source's chunks."""
    cell = list(shard)
    for axis, extent in enumerate(whole):
        least = min(extent, source.chunk_shape[axis] if source.chunk_shape else 1)
        while cell[axis] < least or (
            cell[axis] < extent and 2 * prod(cell) * source.dtype.itemsize <= WORTHWHILE
        ):
            cell[axis] *= 2
    return tuple(cell)


def _steps(source: Source, chunk: Shape, room: Shape) -> list[Shape]:
    """What boxes are made of: whole chunks, and better those of the source too, which are decoded once."""
    if source.chunk_shape is None:
        return [chunk]
    both = (
        min(-(-theirs // ours) * ours, most)
        for theirs, ours, most in zip(source.chunk_shape, chunk, room, strict=True)
    )
    return [tuple(both), chunk]


def _fitted(
    source: Source, cell: Shape, whole: Box, room: Shape, chunk: Shape, step: Shape, memory: int, jobs: int
) -> Cut:
    jobs = max(1, min(jobs, prod(_counts(whole.shape, cell))))
    decoders = max(1, num_threads() // jobs)
    held = decoders * source.overhead
    size = source.voxel_bytes + source.dtype.itemsize
    most = tuple(map(min, cell, room))
    box = fit(most, tuple(map(min, step, most)), max(0, memory // jobs - held) // size)
    return Cut(cell, whole.offset, box, chunk, jobs, decoders, jobs * (prod(box) * size + held))


def _cost(cut: Cut, whole: Box, source: Source) -> float:
    """How often slices or chunks are decoded, and how often shards are written."""
    if source.chunk_shape is not None:
        return prod(_counts(source.chunk_shape, cut.box_shape))
    passes = prod(_counts(whole.shape[:-1], cut.box_shape[:-1]))
    return passes + REWRITE * (-(-cut.cell[-1] // cut.box_shape[-1]) - 1)


def _counts(extents: Shape, sizes: Shape) -> Iterator[int]:
    return (-(-extent // size) for extent, size in zip(extents, sizes, strict=True))


# -- pieces of a mag -------------------------------------------------------------------------------
#
# How much of a mag is made at once, so that a worker stays within its memory: pure functions.

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


# -- portions of a copy ----------------------------------------------------------------------------
#
# How much of an array is copied at once, so that a worker stays within its memory.
#
# Pieces are made of whole chunks of the new array, so none is encoded twice, and those of earlier
# pieces are carried over as the bytes they are. What lies in a file does not depend on the pieces.

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
