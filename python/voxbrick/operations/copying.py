"""Copying what one array holds into another.

Workers do a shard of the new array each, in pieces that fit into memory, as shards may be larger.
"""

from __future__ import annotations

from functools import reduce

import attr
import numpy as np

from voxbrick.conversion.budget import Portions, portions_of
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.grid import ChunkGrid
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.operations.chunks import Chunks, How, for_each
from voxbrick.operations.handles import LayerHandle, MagHandle, ViewHandle
from voxbrick.volume.mag_array import MagArray, Voxels
from voxbrick.work.executors import workers_of


def check_fits(source: MagHandle, layer: LayerHandle, verb: str) -> None:
    """Refuses voxels that a layer cannot hold, before anything is changed."""
    has = (source.info.num_channels, source.bounding_box.axes)
    wanted = (layer.num_channels, layer.bounding_box.axes)
    dtypes = source.info.voxel_type, layer.dtype_per_channel
    if has != wanted or not np.can_cast(*dtypes, "safe"):
        raise InvalidArgumentError(
            f"{source} cannot {verb} {layer}: it has {has[0]} channels of {dtypes[0]} with the axes "
            f"{has[1]}, the layer {wanted[0]} channels of {dtypes[1]} with the axes {wanted[1]}"
        )


@attr.frozen
class CopyShard:
    """Copies what belongs into a shard of the new array, in whatever process."""

    source: MagArray
    portions: Portions
    durable: bool = False
    """Whether voxels are on disk before it says that it is done."""

    def __call__(self, chunk: tuple[ViewHandle, int]) -> None:
        shard, _ = chunk
        target = shard.array
        fill = np.asarray(target.fill_value, target.info.voxel_type)
        for piece in self.portions.cut(shard.box):
            self._copy(piece, target, fill)

    def _copy(self, piece: NDBoundingBox, target: MagArray, fill: Voxels) -> None:
        """By itself, so that no two pieces are in memory."""
        voxels = self.source.read(piece)
        # Nothing else was written there before, and each write to a shard carries all its chunks over.
        if not _holds_only(voxels, fill):
            target.write(piece, voxels, durable=self.durable)


def copy_voxels(
    source: MagArray,
    target: MagArray,
    frame: NDBoundingBox,
    how: How,
    memory: int | None = None,
    durable: bool = False,
) -> None:
    """Copies everything that is stored into a new array; ``frame`` is any box with the layer's axes.

    Where the new array fills gaps with another value than the old one, the gaps are written, too.
    With ``memory``, all workers together take so many bytes for voxels.
    """
    boxes = boxes_to_copy(source, target, frame)
    if not boxes:
        return
    whole = reduce(NDBoundingBox.extended_by, boxes)
    target.reach(whole)
    room = None if memory is None else memory // workers_of(how.executor)
    job = CopyShard(source, portions_of(source, target.info.chunk_shape, room), durable)
    # As if the array were of Mag(1): boxes are in its own voxels.
    view = ViewHandle(target, whole, Mag(1), read_only=False)
    grid = ChunkGrid(whole, view.stored_shapes[1])
    numbers = sorted({number for box in boxes for number in grid.meeting(box)})
    for_each(job, (Chunks.of(view, grid),), how, numbers)


def boxes_to_copy(source: MagArray, target: MagArray, frame: NDBoundingBox) -> list[NDBoundingBox]:
    """All that is stored; where gaps read otherwise in the new array, the whole old one."""
    extent = source.extent(frame)
    if extent is None:
        return source.stored_boxes(frame)
    fill = np.asarray(source.fill_value).astype(target.info.voxel_type)
    if fill.tobytes() != np.asarray(target.fill_value).tobytes():
        return [extent]
    return [box.intersected_with(extent) for box in source.stored_boxes(frame)]


def _holds_only(voxels: Voxels, fill: Voxels) -> bool:
    """To the last bit; plane by plane, as the result of a comparison is as large as what is compared."""
    bits, wanted = (each.view(f"u{each.itemsize}") for each in (voxels, fill))
    if not wanted:
        return not bits.any()
    return all((bits[..., place] == wanted).all() for place in range(bits.shape[-1]))
