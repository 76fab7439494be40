"""Arrays as sources, and where they begin in the volume that they are a part of, if anything says it."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxbrick.array import Array, ArrayMeta
from voxbrick.errors import InvalidArgumentError, UnsupportedError
from voxbrick.files.fingerprint import of_files
from voxbrick.geometry.grid import Box, Shape, cells_around
from voxbrick.geometry.vec3_int import XYZ
from voxbrick.metadata.ome_images import Level, level_of
from voxbrick.sources.source import UNNAMED, Source

# No length is as large in whatever unit, and up to so many voxels floats are exact.
_LARGEST = 1e100
_FARTHEST = 2.0**53

Place = tuple[int, ...]
"""Of the first voxel along x, y and z, in voxels of the array."""


def noted_place(attributes: Mapping[str, Any], axes: tuple[str, ...]) -> Place | None:
    """Where an array begins as its attributes say it; None if they do not.

    Two ways to say it are known: ``voxel_offset``, in voxels along x, y and z, is what precomputed
    volumes have, and what arrays keep that were converted from them. ``offset`` counts in the unit of
    ``resolution`` or ``voxel_size``, along the axes in the order of the array; Paintera and programs
    with Daisy write it into N5 and Zarr. It is rounded to whole voxels.
    """
    voxels = _numbers(attributes.get("voxel_offset"), 3)
    if voxels is not None:
        return _in_voxels(XYZ, voxels, (1, 1, 1))
    space = tuple(axis for axis in axes if axis in XYZ)
    offset = _numbers(attributes.get("offset"), len(space))
    size = _numbers(attributes.get("resolution", attributes.get("voxel_size")), len(space))
    if offset is None or size is None or min(size, default=0) <= 0:
        return None
    return _in_voxels(space, offset, size)


def place_of_level(level: Level, axes: tuple[str, ...]) -> Place | None:
    """Where a level of an image begins, in whole voxels; None if no array reaches so far.

    The centre of a coarser level's first voxel lies less than half of one further.
    """
    return _in_voxels(axes, level.translation, level.scale)


def _in_voxels(axes: tuple[str, ...], offset: Any, size: Any) -> Place | None:
    begin = {axis: at / step for axis, at, step in zip(axes, offset, size, strict=True) if axis in XYZ}
    if not all(abs(voxels) < _FARTHEST for voxels in begin.values()):
        return None
    return tuple(round(begin.get(axis, 0)) for axis in XYZ)


def _numbers(value: Any, count: int) -> list[float] | None:
    """A list of so many finite numbers, or None: attributes may mean anything else by the same name."""
    if not isinstance(value, list) or len(value) != count:
        return None
    is_plain = all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in value)
    return value if is_plain and all(abs(number) < _LARGEST for number in value) else None


class ArraySource(Source):
    """An array. WKW arrays have no end: without a `shape` (x, y, z), all stored shards count."""

    def __init__(self, array: Array, shape: Shape | None = None) -> None:
        meta = array.info
        self._array = array
        self._chunk_shape = meta.chunk_shape
        self._shard_shape = meta.shard_shape
        self._shards = set(array.list_shards())
        self.name = array.path
        self.data_format = meta.data_format
        self.dtype = meta.dtype
        is_zarr = meta.data_format in ("zarr", "zarr3")
        known = level_of(Path(array.path), meta.rank) if is_zarr else None
        self.axes = known.axes if known and not any(meta.axes) else axes_of(meta, array.path)
        self.shape = self._extent(meta, shape)
        self.fill_value = meta.fill_value
        self.attributes = meta.attributes
        place = noted_place(meta.attributes, self.axes)
        if place is None and known:
            place = place_of_level(known.level, self.axes)
        self.begin = place or self.begin

    @property
    def chunk_shape(self) -> Shape | None:
        return self._chunk_shape

    @property
    def overhead(self) -> int:
        """A chunk, as it is stored and as it is decoded."""
        return 2 * math.prod(self._chunk_shape) * self.dtype.itemsize

    @property
    def fingerprint(self) -> Any:
        return of_files(sorted(self._array.list_files()))

    def read(self, box: Box) -> NDArray[Any]:
        return self._array.read(box.offset, box.shape)

    def is_absent(self, box: Box) -> bool:
        return self._shards.isdisjoint(cells_around(box.offset, box.shape, self._shard_shape))

    def _extent(self, meta: ArrayMeta, shape: Shape | None) -> Shape:
        if meta.shape is None:
            return (meta.num_channels, *(shape or self._stored_extent()[1:]))
        if shape is not None:
            raise InvalidArgumentError(f"{self.name} has the shape {meta.shape}; only WKW needs one")
        return meta.shape

    def _stored_extent(self) -> Shape:
        last = np.max([(-1,) * len(self._shard_shape), *self._shards], axis=0)
        return tuple(((last + 1) * self._shard_shape).tolist())


def axes_of(meta: ArrayMeta, name: str) -> tuple[str, ...]:
    """The names of the axes, or the usual ones where the array does not say."""
    if any(meta.axes):
        return meta.axes
    if meta.rank not in UNNAMED:
        raise UnsupportedError(f"{name} has {meta.rank} axes without names; they have to be named")
    return UNNAMED[meta.rank]
