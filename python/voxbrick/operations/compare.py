"""Where two views hold different voxels, and what two datasets say differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from enum import Enum
from math import prod
from typing import Any

import attr
import numpy as np

from voxbrick.array import num_threads
from voxbrick.conversion.budget import piece_shape
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.grid import ChunkGrid
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import Vec3Int
from voxbrick.operations.chunks import Chunks, shown_progress
from voxbrick.operations.handles import DatasetHandle, ViewHandle
from voxbrick.volume.create import noted_attributes
from voxbrick.volume.mag_array import MagArray
from voxbrick.work.executors import workers_of
from voxbrick.work.fan_out import give_up, outcomes


def is_comparable(one: ViewHandle, other: ViewHandle) -> bool:
    """Whether each voxel of one view has a counterpart in the other."""
    same_box = one.bounding_box.size == other.bounding_box.size and one.mag == other.mag
    return same_box and one.info.num_channels == other.info.num_channels


def difference_of(
    one: ViewHandle,
    other: ViewHandle,
    executor: Any,
    progress_desc: str | None = None,
    memory: int | None = None,
) -> NDBoundingBox | None:
    """A voxel of the first view, in Mag(1), that is another in the second; None if all are equal.

    Compares file by file of the first view, and ends at the first difference. With ``memory``, all
    workers together take so many bytes for voxels.
    """
    chunks = Chunks.of(
        one.without_view(),
        ChunkGrid(one.bounding_box, one.stored_shapes[1]),
        read_only=True,
    )
    room = None if memory is None else memory // workers_of(executor)
    job = _DifferenceIn(chunks, other.without_view(), room)
    numbers = range(len(chunks.grid))
    difference: NDBoundingBox | None
    with (
        shown_progress(chunks, numbers, progress_desc) as finished,
        closing(outcomes(job, numbers, executor)) as every,
    ):
        for number, difference, error in every:
            if error is not None:
                give_up(executor, every, error, chunks.note(number))
            if difference is not None:
                return difference
            finished(number)
    return None


@attr.frozen
class _DifferenceIn:
    """Compares the chunk of a number with what corresponds to it in the other view."""

    chunks: Chunks
    other: ViewHandle
    room: int | None
    """Bytes that it may take for voxels."""

    def __call__(self, number: int) -> NDBoundingBox | None:
        one: ViewHandle = self.chunks[number]
        shift = self.other.bounding_box.topleft - self.chunks.grid.box.topleft
        other = self.other.part(one.bounding_box.offset(shift))
        if one.info.voxel_type != other.info.voxel_type:
            return self._difference_of_values(one, other)
        shift = other.box.topleft - one.box.topleft
        for part in compared_parts(one, other, self.room, Kept.CHUNKS):
            difference = one.array.find_difference(part, other.array, part.offset(shift))
            if difference is not None:
                return difference.from_mag_to_mag1(one.mag)
        return None

    def _difference_of_values(self, one: ViewHandle, other: ViewHandle) -> NDBoundingBox | None:
        """The same for dtypes that differ: compared part by part in memory."""
        shift = other.box.topleft - one.box.topleft
        for part in compared_parts(one, other, self.room, Kept.VALUES):
            a, b = one.array.read(part), other.array.read(part.offset(shift))
            differing = (a != b) & ~((a != a) & (b != b))  # NaN is not equal to itself
            if differing.any():
                # Not argwhere: it would list all places, which take far more than the voxels.
                place = np.unravel_index(int(differing.argmax()), differing.shape)[1:]
                voxel = part.offset([int(at) for at in place]).with_size((1,) * len(place))
                return voxel.from_mag_to_mag1(one.mag)
            del a, b, differing  # before the next part is read
        return None


# -- memory ----------------------------------------------------------------------------------------
#
# How much of two arrays is compared at once, so that a worker stays within its memory.
#
# The engine compares pieces as large as the larger chunk of both arrays, one in each of its threads,
# whatever the size of the box: so the size of shards does not matter. Where memory is too short for
# that, it gets boxes of one piece each, for one thread; and where it is too short for a whole piece,
# parts of pieces, for each of which the chunks around it are decoded again.

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


def compared_parts(
    one: ViewHandle, other: ViewHandle, room: int | None, kept: Kept
) -> Iterator[NDBoundingBox]:
    """Cuts the box of a view, in its own voxels, into what can be compared in so many bytes.

    Raises:
        InvalidArgumentError: not even a voxel can.
    """
    box = one.box
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


def _sizes_of(one: ViewHandle, other: ViewHandle, kept: Kept) -> _Sizes:
    infos = one.info, other.info
    stored = [view.array.stored_info() for view in (one, other)]
    voxels = [prod(info.chunk_shape) for info in stored]
    others = max(count // info.chunk_shape.prod() for count, info in zip(voxels, infos, strict=True))
    chunk = infos[0].chunk_shape
    if kept is Kept.CHUNKS and chunk.pairmax(infos[1].chunk_shape).prod() * others <= LARGEST_PIECE:
        chunk = chunk.pairmax(infos[1].chunk_shape)
    coding = CODED * max(count * info.voxel_type.itemsize for count, info in zip(voxels, infos, strict=True))
    itemsizes = sum(info.voxel_type.itemsize for info in infos)
    channels = infos[0].num_channels
    return _Sizes(chunk, channels * (itemsizes + kept.value), max(others // channels, 1), coding)


# -- metadata --------------------------------------------------------------------------------------


def metadata_differences(one: DatasetHandle, other: DatasetHandle, only: Sequence[str]) -> Iterator[str]:
    """What two datasets say differently beside their voxels, one sentence each.

    That is how they are first shown, all members of their layers that do not say how these are stored,
    known here or not, and the attributes and fill values of the arrays of mags that both have.
    """
    documents = one._file.document(), other._file.document()
    yield from _unequal(
        "the dataset",
        *({key: each.json.get(key) for key in ("defaultViewConfiguration",)} for each in documents),
    )
    for name in only:
        if name in one.layers and name in other.layers:
            yield from _unequal(f"layer {name}", *(each.described(name) for each in documents))
            layers = one.get_layer(name), other.get_layer(name)
            for mag in sorted({*layers[0].mags} & {*layers[1].mags}):
                arrays = (layer.get_mag(mag)._handle().array for layer in layers)
                yield from _unequal(f"layer {name}: mag {mag}", *map(_described_array, arrays))


def _described_array(array: MagArray) -> dict[str, Any]:
    return {"attributes": noted_attributes(array), "fill value": array.fill_value}


def _unequal(what: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted({*one, *other}):
        a, b = one.get(key), other.get(key)
        if a != b and not (a != a and b != b):  # NaN is the same as NaN
            yield f"{what}: {key} differs, {a} and {b}"
