"""Filling a mag from another one of the same layer, a shard of the target at a time.

Shards can be too large for memory, so each is worked on in pieces, one after the other and by one
worker, and a piece is made part by part where it is made of very much. Parts are whole cells, counted
from the origin: the result does not depend on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any, Protocol

import attr
import numpy as np

from voxbrick import resample
from voxbrick.array import num_threads
from voxbrick.conversion.budget import Needs, Pieces, pieces_of
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import XYZ, Vec3Int
from voxbrick.operations.chunks import Chunks, How, for_each, grid_of
from voxbrick.operations.handles import MagHandle, ViewHandle
from voxbrick.volume.mag_array import MagArray, Voxels
from voxbrick.work.executors import workers_of

WORKER_BYTES = 512 * 2**20
"""Bytes that each worker may take, if nothing else is said."""


class Fill(Protocol):
    """Makes the voxels of a part of the target."""

    def __call__(self, box: NDBoundingBox, target: Mag) -> Voxels: ...


@attr.frozen
class Downsampled:
    """Voxels of a coarser mag."""

    array: MagArray
    inside: NDBoundingBox
    """In the voxels of the source: what lies outside is not looked at."""
    mag: Mag
    mode: str

    def __call__(self, box: NDBoundingBox, target: Mag) -> Voxels:
        factors = _factors(box, target, self.mag)
        cells = box.with_topleft(box.topleft * factors).with_size(box.size * factors)
        part = cells.intersected_with(self.inside)
        voxels = self.array.read(part)
        return resample.downsample(voxels, (1, *factors), self.mode, offset=(0, *part.topleft))


@attr.frozen
class Upsampled:
    """Voxels of a finer mag."""

    array: MagArray
    mag: Mag

    def __call__(self, box: NDBoundingBox, target: Mag) -> Voxels:
        factors = _factors(box, self.mag, target)
        begin, end = box.topleft // factors, box.bottomright.ceildiv(factors)
        voxels = self.array.read(box.with_topleft(begin).with_size(end - begin))
        shape = (len(voxels), *box.size)
        return resample.upsample(voxels, (1, *factors), offset=(0, *box.topleft), shape=shape)


@attr.frozen
class FillShard:
    """What is done for a shard of the target, by whatever process."""

    fill: Fill
    pieces: Pieces
    durable: bool = False
    """Whether voxels are on disk before it says that it is done."""

    def __call__(self, chunk: tuple[ViewHandle, int]) -> None:
        target, _ = chunk
        shard = target.box
        for box in _cut(shard, self.pieces.piece):
            target.array.write(box, self._made(box, target), durable=self.durable)

    def _made(self, box: NDBoundingBox, target: ViewHandle) -> Voxels:
        if self.pieces.part == self.pieces.piece:
            return self.fill(box, target.mag)
        info = target.info
        voxels = np.empty((info.num_channels, *box.size), info.voxel_type, order="F")
        for part in _cut(box, self.pieces.part):
            place = part.offset(-box.topleft).to_slices()
            voxels[(slice(None), *place)] = self.fill(part, target.mag)
        return voxels


def downsample(
    source: MagHandle, target: ViewHandle, mode: str, how: How, memory: int | None, durable: bool = False
) -> None:
    """Makes each voxel of the target of those of the source that lie in it and in the layer's box."""
    inside = source.bounding_box.in_mag(source.mag)
    fill = Downsampled(source._handle().array, inside, source.mag, mode)
    _fill(source, target, fill, how, memory, durable)


def upsample(
    source: MagHandle, target: ViewHandle, how: How, memory: int | None, durable: bool = False
) -> None:
    """Makes each voxel of the target equal to that of the source in which it lies."""
    _fill(source, target, Upsampled(source._handle().array, source.mag), how, memory, durable)


def _fill(
    source: MagHandle, target: ViewHandle, fill: Fill, how: How, memory: int | None, durable: bool
) -> None:
    if target.bounding_box.is_empty():
        return
    info, room = target.info, room_of(memory, workers_of(how.executor))
    pieces = pieces_of(info.chunk_shape, info.shard_shape, _needs(source, target.mag), room)
    chunks = Chunks.of(target, grid_of(target, None))
    for_each(FillShard(fill, pieces, durable), (chunks,), how)


def _needs(source: MagHandle, target: Mag) -> Needs:
    """What it takes to make voxels of a mag of those of another one."""
    info, stored = source.info, source._handle().array.stored_info()
    chunk_bytes = prod(stored.chunk_shape) * info.voxel_type.itemsize
    return needs_of(
        source.mag, target, info.num_channels * info.voxel_type.itemsize, info.chunk_shape, chunk_bytes
    )


def needs_of(source: Mag, target: Mag, nbytes: int, chunk: Vec3Int, chunk_bytes: int) -> Needs:
    """The same for a source whose voxels and chunks take so many bytes."""
    factors = Vec3Int(np.maximum(target.to_np() // source.to_np(), 1).tolist())
    return Needs(nbytes, factors, chunk, num_threads() * chunk_bytes)


def room_of(memory: int | None, workers: int) -> int:
    """Bytes that each worker may take."""
    return WORKER_BYTES if memory is None else memory // workers


def _cut(box: NDBoundingBox, shape: Vec3Int) -> Iterator[NDBoundingBox]:
    return box.chunk(shape, shape)


def _factors(box: NDBoundingBox, coarse: Mag, fine: Mag) -> Any:
    """One for each axis of a box; other axes than x, y and z stay."""
    xyz = dict(zip(XYZ, np.floor_divide(coarse.to_np(), fine.to_np()).tolist(), strict=True))
    return [xyz.get(axis, 1) for axis in box.axes]
