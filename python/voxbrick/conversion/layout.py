"""How a converted array is laid out: format, chunks and shards."""

from collections.abc import Sequence
from typing import Any

import attrs

from voxbrick.array import Array
from voxbrick.array.array import PathLike
from voxbrick.array.create import Kept, create_array
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.grid import Shape
from voxbrick.sources.source import Source

USUAL_CHUNK = 32
USUAL_SHARD = 1024
"""Sides of chunks and, at most, of shards, where nothing else is asked for."""

SPACE = ("x", "y", "z", "")


@attrs.frozen(kw_only=True)
class ArrayLayout:
    """What the destination of a conversion is to be; shapes as the axes of the source."""

    data_format: str
    compress: bool
    chunk_shape: Shape
    shard_shape: Shape

    @property
    def work(self) -> dict[str, Any]:
        """All of it, as JSON values."""
        shapes = {"chunk_shape": list(self.chunk_shape), "shard_shape": list(self.shard_shape)}
        return attrs.asdict(self) | shapes

    def create(self, path: PathLike, source: Source) -> Array:
        """Creates the array, empty."""
        keywords: dict[str, Any] = attrs.asdict(self) | {"dtype": source.dtype}
        if self.data_format == "wkw":
            return create_array(path, num_channels=source.shape[0], **keywords)
        return create_array(
            path,
            shape=source.shape,
            axes=source.axes,
            fill_value=source.fill_value,
            attributes=None if source.attributes is None else Kept(source.attributes),
            **keywords,
        )


def layout_for(
    source: Source,
    data_format: str,
    *,
    compress: bool,
    chunk_shape: Sequence[int] | None,
    shard_shape: Sequence[int] | None,
) -> ArrayLayout:
    """The layout asked for, the rest filled with what is usual."""
    chunk = _per_axis(source, chunk_shape or (USUAL_CHUNK,))
    shard = _per_axis(source, shard_shape) if shard_shape else _usual_shard(source, data_format, chunk)
    if data_format == "wkw" and not shard_shape:
        shard = (shard[0], *(max(shard[1:]),) * 3)
    return ArrayLayout(data_format=data_format, compress=compress, chunk_shape=chunk, shard_shape=shard)


def _per_axis(source: Source, given: Sequence[int]) -> Shape:
    """One entry for each axis, from as many, from one for each axis of space, or from one alone."""
    space = [axis for axis in source.axes if axis in SPACE]
    if len(given) == len(source.axes):
        return tuple(given)
    if len(given) == 1:
        given = (*given,) * len(space)
    if len(given) != len(space):
        raise InvalidArgumentError(
            f"the shape {tuple(given)} does not fit to the axes {', '.join(source.axes)}; "
            "give one entry for each, or for each axis of space, or one for all"
        )
    sizes = iter(given)
    channels = {"c": max(1, dict(zip(source.axes, source.shape, strict=True)).get("c", 1))}
    return tuple(next(sizes) if axis in SPACE else channels.get(axis, 1) for axis in source.axes)


def _usual_shard(source: Source, data_format: str, chunk: Shape) -> Shape:
    if data_format == "zarr":  # version 2 has none
        return chunk
    return tuple(
        _covering(extent, size) if axis in SPACE else size
        for axis, extent, size in zip(source.axes, source.shape, chunk, strict=True)
    )


def _covering(extent: int, chunk: int) -> int:
    """The chunk, doubled until it covers the extent or is as large as usual shards are."""
    side = chunk
    while side < extent and 2 * side <= USUAL_SHARD:
        side *= 2
    return side
