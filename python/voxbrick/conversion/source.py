"""What a conversion reads from."""

import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxbrick.array import Array
from voxbrick.array_meta import ArrayMeta
from voxbrick.conversion.boxes import Box, Shape
from voxbrick.conversion.fingerprint import of_files
from voxbrick.conversion.places import noted_place, place_of_level
from voxbrick.dataset._ome_level import level_of
from voxbrick.errors import InvalidArgumentError, UnsupportedError

CXYZ = ("c", "x", "y", "z")
CTXYZ = ("c", "t", "x", "y", "z")
UNNAMED = {2: CXYZ[1:3], 3: CXYZ[1:], 4: CXYZ}
"""What the axes of a volume are if nothing says so, by their number."""


class Source(ABC):
    """A volume that can be read box by box, also from several threads.

    It can be sent to other processes.
    """

    name: str
    """For messages."""
    dtype: np.dtype[Any]
    """In native byte order."""
    axes: tuple[str, ...]
    shape: Shape
    fill_value: Any = 0
    attributes: Mapping[str, Any] | None = None
    begin: tuple[int, ...] = (0, 0, 0)
    """Where its first voxel lies along x, y and z in the volume that it is a part of."""
    reads_whole_slices = False
    """True if a part of a slice along the last axis costs as much as all of it."""
    broken: Sequence[Path] = ()
    """Files that cannot be decoded, in whose place there is nothing."""
    decoders = 1
    """How many threads a read may use."""

    @abstractmethod
    def read(self, box: Box) -> NDArray[Any]:
        """The voxels of a box that lies inside the shape."""

    def is_absent(self, box: Box) -> bool:
        """True if the box is known to hold nothing but the fill value."""
        return False

    @property
    def overhead(self) -> int:
        """Bytes that each decoder takes beyond the voxels that are returned."""
        return 0

    @property
    def voxel_bytes(self) -> int:
        """Bytes that each voxel of a box takes while it is read."""
        return self.dtype.itemsize

    @property
    def chunk_shape(self) -> Shape | None:
        """What is decoded as a whole, if it is stored in chunks."""
        return None

    @property
    def fingerprint(self) -> Any:
        """What tells it from a source that has the same name; of JSON values."""
        return None

    @property
    def voxels(self) -> int:
        """How many there are, over all channels."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of all voxels."""
        return self.voxels * self.dtype.itemsize


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


def cells_around(offset: Iterable[int], shape: Iterable[int], cell: Shape) -> Iterator[tuple[int, ...]]:
    """The numbers, along each axis, of all cells of a grid that a box meets."""
    touched = (
        range(begin // size, -(-(begin + extent) // size))
        for begin, extent, size in zip(offset, shape, cell, strict=True)
    )
    return itertools.product(*touched)


def axes_of(meta: ArrayMeta, name: str) -> tuple[str, ...]:
    """The names of the axes, or the usual ones where the array does not say."""
    if any(meta.axes):
        return meta.axes
    if meta.rank not in UNNAMED:
        raise UnsupportedError(f"{name} has {meta.rank} axes without names; they have to be named")
    return UNNAMED[meta.rank]
