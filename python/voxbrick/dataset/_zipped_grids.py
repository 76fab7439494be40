"""The chunks of two views that belong together."""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING

from voxbrick.dataset._chunk_grid import ChunkGrid, check_chunk_shape, check_view, spread_shape, stored_shapes
from voxbrick.errors import InvalidArgumentError, MisalignedError
from voxbrick.geometry.vec3_int import Vec3IntLike
from voxbrick.geometry.vec_int import VecInt

if TYPE_CHECKING:
    from voxbrick.dataset.view import View


def zipped_grids(
    source: View,
    target: View,
    source_chunk_shape: Vec3IntLike | int | None,
    target_chunk_shape: Vec3IntLike | int | None,
) -> tuple[ChunkGrid, ChunkGrid]:
    """Two grids whose chunks correspond one to one.

    Raises:
        InvalidArgumentError: only one shape is given, the axes differ, or the target is no view.
        MisalignedError: chunks would share files of the target, or do not correspond.
    """
    check_view("target_view", target)
    if source.bounding_box.axes != target.bounding_box.axes:
        raise InvalidArgumentError(f"{source} and {target} have different axes")
    shapes = _shapes(source, target, source_chunk_shape, target_chunk_shape)
    grids = ChunkGrid(source.bounding_box, shapes[0]), ChunkGrid(target.bounding_box, shapes[1])
    if not (source.bounding_box.is_empty() and target.bounding_box.is_empty()):
        _check_ratio(*grids)
        _check_pairs(*grids)
    return grids


def _shapes(
    source: View, target: View, source_shape: Vec3IntLike | int | None, target_shape: Vec3IntLike | int | None
) -> tuple[VecInt, VecInt]:
    source_shard, target_shard = stored_shapes(source)[1], stored_shapes(target)[1]
    if (source_shape is None) != (target_shape is None):
        raise InvalidArgumentError(
            "source_chunk_shape and target_chunk_shape are given together or not at all"
        )
    if source_shape is None or target_shape is None:
        # That is the larger one, unless their sizes are odd.
        both = source.bounding_box.with_size(map(lcm, source_shard, target_shard)).size
        return both, both
    ours = spread_shape(source_shape, source, source_shard)
    theirs = spread_shape(target_shape, target, target_shard)
    check_chunk_shape("source_chunk_shape", ours, source, read_only=True)
    check_chunk_shape("target_chunk_shape", theirs, target, target.read_only)
    return ours, theirs


def _check_ratio(source: ChunkGrid, target: ChunkGrid) -> None:
    if source.box.size * target.shape != target.box.size * source.shape:
        raise MisalignedError(
            f"source view and chunk, {source.box.size.to_tuple()} and {source.shape.to_tuple()}, are not "
            f"in the ratio of target view and chunk, {target.box.size.to_tuple()} and "
            f"{target.shape.to_tuple()}, in Mag(1); give both views the same size, and both chunks the "
            "same shape"
        )


def _check_pairs(source: ChunkGrid, target: ChunkGrid) -> None:
    """Refuses views whose chunks are cut at different places."""
    for place, axis in enumerate(source.box.axes):
        ours = [length * target.shape[place] for length in source.lengths(place)]
        theirs = [length * source.shape[place] for length in target.lengths(place)]
        if ours != theirs:
            raise MisalignedError(
                f"along {axis} the source {_cuts(source, place)}, the target {_cuts(target, place)}, so "
                "their chunks do not correspond; move one of the views"
            )


def _cuts(grid: ChunkGrid, place: int) -> str:
    return f"begins at {grid.box.topleft[place]} and is cut at multiples of {grid.shape[place]}"
