"""Copying what one array holds into another.

Workers do a shard of the new array each, in pieces of at most `PIECE_BYTES`: a worker needs about
twice that, as shards may be larger than memory. Pieces are made of whole blocks of the new array, so
none is encoded twice, and those of earlier pieces are carried over as the bytes they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from voxbrick.dataset._array import MagArray
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import Vec3Int
from voxbrick.utils import wait_and_ensure_success

if TYPE_CHECKING:
    from voxbrick.dataset.layer import Layer
    from voxbrick.dataset.mag_view import MagView

PIECE_BYTES = 2**26
"""64 MiB of voxels; a piece is larger only if a single block is."""


def run(function: Callable[..., Any], jobs: Iterable[tuple[Any, ...]], executor: Executor | None) -> None:
    """Does all jobs: here and one after the other, or wherever an executor does them."""
    if executor is None:
        for job in jobs:
            function(*job)
    else:
        wait_and_ensure_success([executor.submit(function, *job) for job in jobs], executor)


def check_fits(source: MagView, layer: Layer, verb: str) -> None:
    """Refuses voxels that a layer cannot hold, before anything is changed."""
    has = (source.info.num_channels, source.bounding_box.axes)
    wanted = (layer.num_channels, layer.bounding_box.axes)
    dtypes = source.info.voxel_type, layer.dtype_per_channel
    if has != wanted or not np.can_cast(*dtypes, "safe"):
        raise InvalidArgumentError(
            f"{source} cannot {verb} {layer}: it has {has[0]} channels of {dtypes[0]} with the axes "
            f"{has[1]}, the layer {wanted[0]} channels of {dtypes[1]} with the axes {wanted[1]}"
        )


def fill_value_of(array: MagArray) -> Any:
    """What reads where nothing was ever written; 0 for WKW."""
    return array.stored_info().fill_value


def is_zero(fill_value: Any) -> bool:
    """To the last bit, so not -0.0."""
    return not np.asarray(fill_value).tobytes().strip(b"\0")


def extent_of(array: MagArray, frame: NDBoundingBox) -> NDBoundingBox | None:
    """The box of the whole array, with the axes of ``frame``; None for WKW, which has no end."""
    shape = array.info.shape
    if shape is None:
        return None
    extents = dict(zip(array.info.dimension_names, shape, strict=True))
    return frame.with_topleft((0,) * len(frame)).with_size([extents.get(axis, 1) for axis in frame.axes])


def copy_voxels(source: MagArray, target: MagArray, frame: NDBoundingBox, executor: Executor | None) -> None:
    """Copies everything that is stored into a new array; ``frame`` is any box with the layer's axes.

    Where the new array fills gaps with another value than the old one, the gaps are written, too.
    """
    cells = _cells(_boxes_to_copy(source, target, frame), target)
    if cells:
        target.reach(reduce(NDBoundingBox.extended_by, cells))
    run(_copy_cell, ((source, target, cell) for cell in cells), executor)


def _boxes_to_copy(source: MagArray, target: MagArray, frame: NDBoundingBox) -> list[NDBoundingBox]:
    extent = extent_of(source, frame)
    if extent is None:
        return source.stored_boxes(frame)
    fill = np.asarray(fill_value_of(source)).astype(target.info.voxel_type)
    if fill.tobytes() != np.asarray(fill_value_of(target)).tobytes():
        return [extent]
    return [box.intersected_with(extent) for box in source.stored_boxes(frame)]


def _cells(boxes: list[NDBoundingBox], target: MagArray) -> list[NDBoundingBox]:
    """For each shard of the target that meets one of the boxes: the box around what it meets."""
    shard = target.info.shard_shape
    cells: dict[NDBoundingBox, NDBoundingBox] = {}
    for piece in (piece for box in boxes for piece in box.chunk(shard, shard)):
        cell = piece.align_with_mag(shard, ceil=True)
        cells[cell] = cells[cell].extended_by(piece) if cell in cells else piece
    return list(cells.values())


def _copy_cell(source: MagArray, target: MagArray, cell: NDBoundingBox) -> None:
    fills_with_zero = is_zero(fill_value_of(target))
    for piece in pieces(cell, source, target):
        _copy_piece(source, target, piece, fills_with_zero)


def _copy_piece(source: MagArray, target: MagArray, piece: NDBoundingBox, fills_with_zero: bool) -> None:
    """By itself, so that no two pieces are in memory."""
    voxels = source.read(piece)
    # Nothing was written there before, and each write to a shard carries all its blocks over.
    if not fills_with_zero or voxels.view(f"u{voxels.itemsize}").any():
        target.write(piece, voxels)


def pieces(box: NDBoundingBox, source: MagArray, target: MagArray) -> Iterator[NDBoundingBox]:
    """Cuts a box where blocks of the target begin, and if it can be those of the source as well."""
    chunk = target.info.chunk_shape
    both = chunk.pairmax(source.info.chunk_shape)
    voxel = source.info.num_channels * source.info.voxel_type.itemsize
    most = PIECE_BYTES // voxel
    unit = both if both % chunk == Vec3Int.zeros() and both.prod() <= most else chunk
    # Along other axes boxes are cut into single steps.
    shape = box.align_with_mag(unit, ceil=True).size_xyz
    while shape.prod() > most and shape != unit:
        axis = max(range(3), key=lambda axis: shape[axis] // unit[axis])
        half = -(-shape[axis] // (2 * unit[axis])) * unit[axis]
        shape = shape.with_replaced(axis, half)
    return box.chunk(shape, unit)
