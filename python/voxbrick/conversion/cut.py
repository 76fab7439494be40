"""Cutting a conversion into work: cells that share no shard, and boxes that fit into memory."""

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from voxbrick.array import num_threads
from voxbrick.conversion.boxes import Box, Shape, around, fit
from voxbrick.conversion.source import Source
from voxbrick.errors import InvalidArgumentError

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
