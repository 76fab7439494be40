"""The array of a mag, seen as its boxes see it: channels first, then the axes of the layer.

The array itself may keep its axes in another order, lack channels, or hold those of several layers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Literal, TypeAlias, TypeVar

import attr
import numpy as np
from numpy.typing import NDArray

from voxbrick.array import Array, open_array
from voxbrick.errors import BoundsError, CorruptDataError, InvalidMetadataError, NotFoundError
from voxbrick.files.fingerprint import METADATA, SeenFile, look_at
from voxbrick.files.locking import lock
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec_int import VecInt
from voxbrick.metadata.zarr_groups import drop_consolidated
from voxbrick.volume.info import ArrayInfo, ArrayPlace, axes_of, description, stored_channels

__all__ = ["ArrayInfo", "ArrayPlace", "MagArray", "Voxels"]

Voxels: TypeAlias = NDArray[Any]

_T = TypeVar("_T")
_Mode = Literal["r", "r+"]

# Seconds; while an array is laid out anew, there is none for a moment.
_MOMENT = 0.05


class MagArray:
    """Reads and writes boxes in the voxels of the mag.

    Files are opened when they are first needed, and again where others laid the array out anew.
    What is pickled is only the place.
    """

    def __init__(self, place: ArrayPlace, info: ArrayInfo | None = None) -> None:
        self.place = place
        self._path = place.path.absolute()  # also for who leaves the working directory
        self._metadata: SeenFile | None = None
        self._header: SeenFile | None = None
        self._info = info
        self._array: Array | None = None
        self._axes: tuple[str, ...] = ()

    @property
    def info(self) -> ArrayInfo:
        """What the array is by now, whoever let it grow or laid it out anew."""
        if self._array is not None:
            self._fresh()
        return self._known

    @property
    def _known(self) -> ArrayInfo:
        """What the array was when it was last opened, without a look at the disk."""
        if self._info is None:
            self._opened()
        assert self._info is not None
        return self._info

    def read(self, box: NDBoundingBox, out: Voxels | None = None) -> Voxels:
        """The voxels of a box, channels first, in Fortran order; zeros beyond the array."""
        if not self.reaches(box):
            self._reopened()  # others may have let it grow
        return self._use(lambda array: self._read(array, box, out))

    def _read(self, array: Array, box: NDBoundingBox, out: Voxels | None) -> Voxels:
        channels = self._known.num_channels
        if self._axes == ("c", *box.axes):
            return array.read(self._offset(box), (channels, *box.size), out=out)
        if out is None:
            out = np.empty((channels, *box.size), self._known.voxel_type, order="F")
        stored = self._as_stored(out, box.axes)
        array.read(self._offset(box), stored.shape, out=stored)
        return out

    def largest(self, box: NDBoundingBox) -> int:
        """The largest voxel of a box, over all channels."""
        return self._use(lambda array: array.largest(self._offset(box), self._stored_shape(box)))

    def find_difference(
        self, box: NDBoundingBox, other: MagArray, other_box: NDBoundingBox
    ) -> NDBoundingBox | None:
        """A voxel of a box that is not as in the box of the same size of another array; None if all are.

        Both arrays have the same dtype.
        """
        for each, part in ((self, box), (other, other_box)):
            if not each.reaches(part):
                each._reopened()

        def difference(array: Array, other_array: Array) -> tuple[int, ...] | None:
            ours, common = self._axes, ("c", *box.axes)
            axes = [ours.index(axis) if axis in ours and axis in common else -1 for axis in other._axes]
            place, shape = self._offset(box), self._stored_shape(box)
            return array.find_difference(place, shape, other_array, other._offset(other_box), axes)

        found = self._use(lambda array: other._use(lambda other_array: difference(array, other_array)))
        if found is None:
            return None
        at = dict(zip(self._axes, found, strict=True))
        return box.with_topleft([at[axis] for axis in box.axes]).with_size((1,) * len(box))

    def write(self, box: NDBoundingBox, voxels: Voxels, *, durable: bool = False) -> None:
        """Writes the voxels of a box, channels first; the array grows if it has to."""

        def write(array: Array) -> None:
            self.reach(box)
            array.write(self._offset(box), self._as_stored(voxels, box.axes), durable=durable)

        self._use(write, "r+")

    def reaches(self, box: NDBoundingBox) -> bool:
        """Whether the array, as far as is known here, has room for a box."""
        shape = self._known.shape
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
        with lock(self.place.lock_path):
            self.grow(box)

    def grow(self, box: NDBoundingBox) -> None:
        """The same for who holds the lock already."""
        if self._known.shape is None:
            return
        array = self._reopened(mode="r+")
        if self.reaches(box):
            return
        meta = array.info
        assert meta.shape is not None
        whole = map(_rounded_up, self._stored_end(box), meta.shard_shape)
        drop_consolidated(self.place.path.parent)
        array.resize(map(max, meta.shape, whole))
        self._info = description(array.info, self._axes, self.place)

    def is_all_of(self, axes: tuple[str, ...]) -> bool:
        """Whether the array holds one layer and nothing else, its axes in their order."""
        meta = self._opened().info
        return self._axes == ("c", *axes) and stored_channels(meta, self._axes) == self._known.num_channels

    def stored_boxes(self, frame: NDBoundingBox) -> list[NDBoundingBox]:
        """The boxes of all shards that are stored, with the axes of ``frame``; sorted."""
        array = self._fresh()
        places = [self._axes.index(axis) for axis in frame.axes]
        shards = {tuple(shard[place] for place in places) for shard in array.list_shards()}
        cell = frame.with_size([array.info.shard_shape[place] for place in places])
        return [cell.with_topleft(cell.size * shard) for shard in sorted(shards)]

    def stored_shapes(self, frame: NDBoundingBox, mag: Mag) -> tuple[VecInt, VecInt]:
        """What a chunk and a file of the array of a mag cover, in Mag(1) and with the axes of ``frame``."""
        info = self.stored_info()
        places = [self._axes.index(axis) for axis in frame.axes]
        chunk, shard = (
            frame.with_size([shape[place] for place in places]).from_mag_to_mag1(mag).size
            for shape in (info.chunk_shape, info.shard_shape)
        )
        return chunk, shard

    @property
    def fill_value(self) -> Any:
        """What reads where nothing was ever written; 0 for WKW."""
        return self.stored_info().fill_value

    def extent(self, frame: NDBoundingBox) -> NDBoundingBox | None:
        """The box of the whole array, with the axes of ``frame``; None for WKW, which has no end."""
        info = self.info
        if info.shape is None:
            return None
        extents = dict(zip(info.dimension_names, info.shape, strict=True))
        return frame.with_topleft((0,) * len(frame)).with_size([extents.get(axis, 1) for axis in frame.axes])

    def stored_info(self) -> Any:
        """What the engine says about the array."""
        return self._fresh().info

    def marks(self) -> dict[str, Any]:
        """What tells the array apart from another one in its place, even one that looks the same.

        Until it grows.
        """
        meta = self.stored_info()
        metadata = self.place.path / METADATA[meta.data_format]
        return {
            "data_format": meta.data_format,
            "dtype": str(meta.dtype),
            "chunk_shape": list(meta.chunk_shape),
            "shard_shape": list(meta.shard_shape),
            "made": metadata.stat().st_mtime_ns,
        }

    def close(self) -> None:
        """Lets go of the files; the next use opens them again."""
        if self._array is not None:
            self._array.close()
        self._array = None
        self._info = None

    def _use(self, work: Callable[[Array], _T], mode: _Mode = "r") -> _T:
        """Works on the array; once more, if another one has taken its place meanwhile."""
        array = self._opened(mode)
        try:
            return work(array)
        except (InvalidMetadataError, CorruptDataError, NotFoundError):
            if self._reopened(mode).info == array.info:
                raise
        return work(self._opened(mode))

    def _opened(self, mode: _Mode = "r") -> Array:
        array = self._array
        if array is None or (mode == "r+" and array.mode == "r") or self._is_outdated():
            return self._reopened(mode)
        return array

    def _is_outdated(self) -> bool:
        """Whether the header of WKW is another one than that which was opened; Zarr looks itself."""
        return self._header is not None and self._header.is_another()

    def _fresh(self) -> Array:
        """The array as it is by now. Costs a look at its metadata file, so that reads do without."""
        if self._array is None or self._metadata is None or self._metadata.is_replaced():
            return self._reopened()
        return self._array

    def _reopened(self, mode: _Mode = "r") -> Array:
        before, files = self._array, look_at(self._path)
        try:
            array = open_array(self._path, before.mode if before and mode == "r" else mode)
        except NotFoundError as error:
            if before is None:
                raise self._moved(error) from error
            time.sleep(_MOMENT)
            self._array = None
            return self._reopened(before.mode)
        meta = array.info
        self._axes = axes_of(meta, self.place)
        self._info = description(meta, self._axes, self.place)
        self._metadata = files[meta.data_format]
        self._header = files["wkw"] if meta.shape is None else None
        self._array = array
        return array

    def _moved(self, error: NotFoundError) -> NotFoundError:
        """The same error, saying why an array may be gone that was there when a view was made."""
        return NotFoundError(
            f"{error}; if its layer was renamed or the mag was deleted, get the mag or view again"
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
        begin = {"c": self.place.channel_index or 0, **dict(zip(box.axes, box.topleft, strict=True))}
        return tuple(begin.get(axis, 0) for axis in self._axes)

    def _stored_shape(self, box: NDBoundingBox) -> tuple[int, ...]:
        extents = {"c": self._known.num_channels, **dict(zip(box.axes, box.size, strict=True))}
        return tuple(extents.get(axis, 1) for axis in self._axes)

    def _stored_end(self, box: NDBoundingBox) -> tuple[int, ...]:
        end = dict(zip(box.axes, box.bottomright, strict=True))
        return tuple(end.get(axis, 1) for axis in self._axes)

    def __reduce__(self) -> tuple[Any, ...]:
        return MagArray, (attr.evolve(self.place, path=self._path),)


def _rounded_up(extent: int, step: int) -> int:
    return -(-extent // step) * step
