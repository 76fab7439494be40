"""Filling a mag from another one of the same layer, a shard of the target at a time.

Shards can be too large for memory, so each is worked on in pieces, one after the other and by one
worker. Pieces are whole cells, counted from the origin: the result does not depend on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import attr
import numpy as np

from voxbrick import resample
from voxbrick.dataset._array import MagArray, Voxels
from voxbrick.dataset._chunk_grid import grid_of
from voxbrick.dataset._chunks import Chunks, How, for_each
from voxbrick.dataset.mag_view import MagView
from voxbrick.dataset.view import View
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import XYZ, Vec3Int

PIECE_BYTES = 256 * 2**20
"""About as many bytes of the finer one of both mags are held by a worker."""


class Fill(Protocol):
    """Makes the voxels of a piece of the target."""

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
    pieces: Vec3Int

    def __call__(self, chunk: tuple[View, int]) -> None:
        target, _ = chunk
        shard = target.bounding_box.in_mag(target.mag)
        for box in _cut(shard, self.pieces):
            target._array.write(box, self.fill(box, target.mag))


def downsample(source: MagView, target: MagView, mode: str, how: How) -> None:
    """Makes each voxel of the target of those of the source that lie in it and in the layer's box."""
    inside = source.bounding_box.in_mag(source.mag)
    fill = Downsampled(source._array, inside, source.mag, mode)
    _fill(target, fill, target.mag.to_vec3_int() // source.mag, how)


def upsample(source: MagView, target: MagView, how: How) -> None:
    """Makes each voxel of the target equal to that of the source in which it lies."""
    _fill(target, Upsampled(source._array, source.mag), Vec3Int.ones(), how)


def _fill(target: MagView, fill: Fill, factors: Vec3Int, how: How) -> None:
    if target.bounding_box.is_empty():
        return
    voxel = target.info.num_channels * target.info.voxel_type.itemsize * factors.prod()
    pieces = piece_shape(target.info.chunk_shape, target.info.shard_shape, PIECE_BYTES // voxel)
    chunks = Chunks.of(target, grid_of(target, None))
    for_each(FillShard(fill, pieces), (chunks,), how)


def piece_shape(chunk: Vec3Int, shard: Vec3Int, voxels: int) -> Vec3Int:
    """Whole chunks, at most a shard and so many voxels; long in x, because arrays are."""
    counts = shard // chunk
    for axis in (2, 1, 0):
        others = (chunk * counts).prod() // (chunk[axis] * counts[axis])
        fitting = max(voxels // (others * chunk[axis]), 1)
        counts = counts.with_replaced(axis, min(counts[axis], fitting))
    return chunk * counts


def _cut(shard: NDBoundingBox, shape: Vec3Int) -> Iterator[NDBoundingBox]:
    return shard.chunk(shape, shape)


def _factors(box: NDBoundingBox, coarse: Mag, fine: Mag) -> Any:
    """One for each axis of a box; other axes than x, y and z stay."""
    xyz = dict(zip(XYZ, np.floor_divide(coarse.to_np(), fine.to_np()).tolist(), strict=True))
    return [xyz.get(axis, 1) for axis in box.axes]
