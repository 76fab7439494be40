"""What mags made of mags, or laid out anew, will be, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import attr

from voxbrick.conversion.budget import pieces_of, portions_of
from voxbrick.geometry.grid import ChunkGrid
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import Vec3Int
from voxbrick.operations import mags
from voxbrick.operations.copying import boxes_to_copy
from voxbrick.operations.handles import LayerHandle, MagHandle
from voxbrick.operations.pyramid import needs_of
from voxbrick.volume.layout import Layout, with_defaults


@attr.frozen
class Outlook:
    """A mag that will be made."""

    mag: Mag
    box: NDBoundingBox
    """In its own voxels."""
    shards: int
    """How many files it has at most, apart from its metadata."""
    nbytes: int
    """Of all voxels, before compression."""
    memory: int
    """Bytes that each worker takes at most."""


def outlook(layer: LayerHandle, pairs: Sequence[tuple[Mag, Mag]], asked: Layout, room: int) -> list[Outlook]:
    """What mags will be, each made of another one: of the first of all, or one that is made before it.

    Raises:
        InvalidArgumentError: workers need more memory than the room that each has.
    """
    if not pairs:
        return []
    first = layer.get_mag(pairs[0][0])
    info = first.info
    new = with_defaults(mags.layout_like(first, asked, layer.data_format), layer.data_format)
    shapes = {first.mag: (info.chunk_shape, info.shard_shape)}
    nbytes = info.num_channels * info.voxel_type.itemsize
    found = []
    for source, mag in pairs:
        shapes[mag] = _shapes(layer, mag, new)
        chunk, shard = shapes[mag]
        source_chunk, _ = shapes[source]
        needs = needs_of(source, mag, nbytes, source_chunk, source_chunk.prod() * nbytes)
        box = layer.bounding_box.align_with_mag(mag, ceil=True).in_mag(mag)
        grid = ChunkGrid(box, box.with_size([1] * len(box)).with_size_xyz(shard).size)
        reached = shard.pairmin(box.size_xyz.ceildiv(chunk) * chunk).pairmax(chunk)
        memory = pieces_of(chunk, reached, needs, room).memory
        found.append(Outlook(mag, box, len(grid), nbytes * prod(box.size), memory))
    return found


def copy_outlook(mag_view: MagHandle, room: int) -> Outlook:
    """What a mag will be whose array is copied into one with the same chunks and shards.

    Raises:
        InvalidArgumentError: workers need more memory than the room that each has.
    """
    array = mag_view._handle().array
    box = mag_view.bounding_box.in_mag(mag_view.mag)
    boxes = boxes_to_copy(array, array, box)
    portions = portions_of(array, array.info.chunk_shape, room)
    memory = max(map(portions.memory, boxes), default=0)
    nbytes = portions.voxel * sum(each.volume() for each in boxes)
    return Outlook(mag_view.mag, box, len(boxes), nbytes, memory)


def _shapes(layer: LayerHandle, mag: Mag, new: Layout) -> tuple[Vec3Int, Vec3Int]:
    """Of the chunks and shards of a mag; one that is there keeps them."""
    if mag in layer.mags:
        info = layer.get_mag(mag).info
        return info.chunk_shape, info.shard_shape
    assert new.chunk_shape is not None
    assert new.chunks_per_shard is not None
    return new.chunk_shape, new.chunk_shape * new.chunks_per_shard
