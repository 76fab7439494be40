"""The array of a mag, seen as its boxes see it: channels first, then the axes of the layer.

The array itself may keep its axes in another order, lack channels, or hold those of several layers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import attr
import numpy as np
from numpy.typing import NDArray

from voxbrick.array import Array, open_array
from voxbrick.dataset._lock import exclusive
from voxbrick.dataset.data_format import DataFormat
from voxbrick.errors import BoundsError, InvalidMetadataError, NotFoundError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import XYZ, Vec3Int

Voxels: TypeAlias = NDArray[Any]

_FORMATS = {"wkw": DataFormat.WKW, "zarr": DataFormat.Zarr, "zarr3": DataFormat.Zarr3}


@attr.frozen
class ArrayInfo:
    """What the array of a mag is; shapes are in the voxels of that mag.

    ``shape`` and ``dimension_names`` are those of the stored array, channels included; the shape
    is None for WKW, which has no end.
    """

    data_format: DataFormat
    num_channels: int
    voxel_type: np.dtype[Any]
    chunk_shape: Vec3Int
    chunks_per_shard: Vec3Int
    shape: tuple[int, ...] | None = None
    dimension_names: tuple[str, ...] = ("c", "x", "y", "z")
    compression_mode: bool = False

    @property
    def shard_shape(self) -> Vec3Int:
        """What one file holds."""
        return self.chunk_shape * self.chunks_per_shard


@attr.frozen
class ArrayPlace:
    """Where an array is, and what the properties say about it."""

    path: Path
    axes: tuple[str, ...] | None = None
    """The names of its dimensions, where they overrule those of the array."""
    channel_index: int = 0
    """The first channel of the array that belongs to the layer."""
    num_channels: int | None = None
    dtype: str | None = None
    lock_path: Path | None = None
    """The file that is locked while the array grows."""


class MagArray:
    """Reads and writes boxes in the voxels of the mag.

    Files are opened when they are first needed; what is pickled is only the place.
    """

    def __init__(self, place: ArrayPlace, info: ArrayInfo | None = None) -> None:
        self.place = place
        self._info = info
        self._array: Array | None = None
        self._axes: tuple[str, ...] = ()

    @property
    def info(self) -> ArrayInfo:
        if self._info is None:
            try:
                self._opened()
            except NotFoundError as error:
                raise self._moved(error) from error
        assert self._info is not None
        return self._info

    def read(self, box: NDBoundingBox) -> Voxels:
        """The voxels of a box, channels first, in Fortran order; zeros beyond the array."""
        try:
            return self._read(box)
        except NotFoundError as error:
            raise self._moved(error) from error

    def _read(self, box: NDBoundingBox) -> Voxels:
        array = self._opened()
        if not self.reaches(box):
            array = self._reopened()  # others may have let it grow
        channels = self.info.num_channels
        if self._axes == ("c", *box.axes):
            offset = (self.place.channel_index, *box.topleft)
            return array.read(offset, (channels, *box.size))
        voxels = np.empty((channels, *box.size), self.info.voxel_type, order="F")
        stored = self._as_stored(voxels, box.axes)
        array.read(self._offset(box), stored.shape, out=stored)
        return voxels

    def largest(self, box: NDBoundingBox) -> int:
        """The largest voxel of a box, over all channels."""
        return self._opened().largest(self._offset(box), self._stored_shape(box))

    def find_difference(
        self, box: NDBoundingBox, other: MagArray, other_box: NDBoundingBox
    ) -> NDBoundingBox | None:
        """A voxel of a box that is not as in the box of the same size of another array; None if all are.

        Both arrays have the same dtype.
        """
        array, other_array = (
            each._opened() if each.reaches(part) else each._reopened()
            for each, part in ((self, box), (other, other_box))
        )
        ours, common = self._axes, ("c", *box.axes)
        axes = [ours.index(axis) if axis in ours and axis in common else -1 for axis in other._axes]
        found = array.find_difference(
            self._offset(box), self._stored_shape(box), other_array, other._offset(other_box), axes
        )
        if found is None:
            return None
        at = dict(zip(ours, found, strict=True))
        return box.with_topleft([at[axis] for axis in box.axes]).with_size((1,) * len(box))

    def write(self, box: NDBoundingBox, voxels: Voxels) -> None:
        """Writes the voxels of a box, channels first; the array has to reach that far."""
        try:
            array = self._opened(mode="r+")
            array.write(self._offset(box), self._as_stored(voxels, box.axes))
        except NotFoundError as error:
            raise self._moved(error) from error

    def _moved(self, error: NotFoundError) -> NotFoundError:
        """The same error, saying why an array may be gone that was there when a view was made."""
        return NotFoundError(
            f"{error}; if its layer was renamed or the mag was deleted, get the mag or view again"
        )

    def reaches(self, box: NDBoundingBox) -> bool:
        """Whether the array, as far as is known here, has room for a box."""
        shape = self.info.shape
        if shape is None:
            return True
        end = self._stored_end(box)
        return all(map(int.__ge__, shape, end))

    def reach(self, box: NDBoundingBox) -> None:
        """Lets the array grow until it has room for a box."""
        if self.reaches(box):
            return
        if self.place.lock_path is None:
            raise BoundsError(f"{box} leaves the array in {self.place.path}")
        with exclusive(self.place.lock_path):
            self.grow(box)

    def grow(self, box: NDBoundingBox) -> None:
        """The same for who holds the lock already."""
        if self.info.shape is None:
            return
        array = self._reopened(mode="r+")
        if self.reaches(box):
            return
        meta = array.info
        assert meta.shape is not None
        whole = map(_rounded_up, self._stored_end(box), meta.shard_shape)
        array.resize(map(max, meta.shape, whole))
        self._info = self._described(array)

    def is_all_of(self, axes: tuple[str, ...]) -> bool:
        """Whether the array holds one layer and nothing else, its axes in their order."""
        info = self._opened().info
        return self._axes == ("c", *axes) and self._stored_channels(info) == self.info.num_channels

    def stored_boxes(self, frame: NDBoundingBox) -> list[NDBoundingBox]:
        """The boxes of all shards that are stored, with the axes of ``frame``; sorted."""
        array = self._opened()
        places = [self._axes.index(axis) for axis in frame.axes]
        shards = {tuple(shard[place] for place in places) for shard in array.list_shards()}
        cell = frame.with_size([array.info.shard_shape[place] for place in places])
        return [cell.with_topleft(cell.size * shard) for shard in sorted(shards)]

    def stored_info(self) -> Any:
        """What the engine says about the array."""
        return self._opened().info

    def close(self) -> None:
        """Lets go of the files; the next use opens them again."""
        if self._array is not None:
            self._array.close()
        self._array = None
        self._info = None

    def _opened(self, mode: str = "r") -> Array:
        if self._array is None or (mode == "r+" and self._array.mode == "r"):
            return self._reopened(mode)
        return self._array

    def _reopened(self, mode: str = "r") -> Array:
        if self._array is not None and self._array.mode == "r+":
            mode = "r+"
        array = open_array(self.place.path, "r+" if mode == "r+" else "r")
        self._axes = _axes_of(array, self.place)
        self._info = self._described(array)
        self._array = array
        return array

    def _described(self, array: Array) -> ArrayInfo:
        meta = array.info
        self._check(meta)
        chunk, shard = (
            Vec3Int([shape[self._axes.index(axis)] for axis in XYZ])
            for shape in (meta.chunk_shape, meta.shard_shape)
        )
        return ArrayInfo(
            data_format=_FORMATS[meta.data_format],
            num_channels=self.place.num_channels or self._stored_channels(meta),
            voxel_type=meta.dtype,
            chunk_shape=chunk,
            chunks_per_shard=shard // chunk,
            shape=meta.shape,
            dimension_names=self._axes,
            compression_mode=meta.compressed,
        )

    def _stored_channels(self, meta: Any) -> int:
        if "c" not in self._axes:
            return 1
        extents = meta.chunk_shape if meta.shape is None else meta.shape
        return int(extents[self._axes.index("c")])

    def _check(self, meta: Any) -> None:
        """Refuses an array that is not what the properties say."""
        place = self.place
        if meta.data_format not in _FORMATS:
            self._fail(f"an array of the format {meta.data_format}", "need wkw, zarr or zarr3 there")
        if place.dtype is not None and meta.dtype != np.dtype(place.dtype):
            self._fail(f"voxels of {meta.dtype}", f"say {place.dtype}")
        stored = self._stored_channels(meta)
        wanted = place.channel_index + (place.num_channels or 1)
        if wanted > stored:
            self._fail(f"{stored} channels", f"ask for {wanted}")

    def _fail(self, found: str, wanted: str) -> None:
        raise InvalidMetadataError(
            f"{self.place.path} holds {found}, but the properties of the dataset {wanted}"
        )

    def _as_stored(self, voxels: Voxels, axes: tuple[str, ...]) -> Voxels:
        """The same voxels, seen with the dimensions of the array."""
        names = ("c", *axes)
        if "c" not in self._axes:
            voxels, names = voxels[0], axes
        present = [axis for axis in self._axes if axis in names]
        view = voxels.transpose([names.index(axis) for axis in present])
        others = [place for place, axis in enumerate(self._axes) if axis not in names]
        return np.expand_dims(view, others) if others else view

    def _offset(self, box: NDBoundingBox) -> tuple[int, ...]:
        begin = {"c": self.place.channel_index, **dict(zip(box.axes, box.topleft, strict=True))}
        return tuple(begin.get(axis, 0) for axis in self._axes)

    def _stored_shape(self, box: NDBoundingBox) -> tuple[int, ...]:
        extents = {"c": self.info.num_channels, **dict(zip(box.axes, box.size, strict=True))}
        return tuple(extents.get(axis, 1) for axis in self._axes)

    def _stored_end(self, box: NDBoundingBox) -> tuple[int, ...]:
        end = dict(zip(box.axes, box.bottomright, strict=True))
        return tuple(end.get(axis, 1) for axis in self._axes)

    def __reduce__(self) -> tuple[Any, ...]:
        return MagArray, (self.place,)


def _rounded_up(extent: int, step: int) -> int:
    return -(-extent // step) * step


def _axes_of(array: Array, place: ArrayPlace) -> tuple[str, ...]:
    axes = place.axes or array.info.axes or ("c", *XYZ)[-array.info.rank :]
    if len(axes) != array.info.rank or not set(axes) >= set(XYZ):
        raise InvalidMetadataError(f"{place.path} has {array.info.rank} dimensions, which cannot be {axes}")
    return tuple(axes)
