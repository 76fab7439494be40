"""What the array of a mag is, and what the properties of its dataset say about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import attr
import numpy as np

from voxbrick._support import warn_deprecated
from voxbrick.errors import InvalidMetadataError, UnsupportedError
from voxbrick.geometry.vec3_int import XYZ, Vec3Int
from voxbrick.geometry.vec_int import VecInt
from voxbrick.metadata.types import DataFormat


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

    @property
    def shard_size(self) -> Vec3Int:
        """Deprecated: use ``shard_shape``."""
        warn_deprecated("shard_size", "shard_shape")
        return self.shard_shape

    @property
    def axis_order(self) -> VecInt:
        """Which dimension of the stored array an axis is: ``info.axis_order.x``."""
        return VecInt(range(len(self.dimension_names)), axes=self.dimension_names)


@attr.frozen
class ArrayPlace:
    """Where an array is, and what the properties say about it."""

    path: Path
    axes: tuple[str, ...] | None = None
    """The names of its dimensions, where they overrule those of the array."""
    channel_index: int | None = None
    """The first channel of the array that belongs to the layer; None if all of them do."""
    num_channels: int | None = None
    dtype: str | None = None
    data_format: DataFormat | str | None = None
    lock_path: Path | None = None
    """The file that is locked while the array grows."""


# -- from the engine -------------------------------------------------------------------------------
#
# What the engine found in the folder of a mag, in the words of datasets, if the properties agree.

_FORMATS = {"wkw": DataFormat.WKW, "zarr": DataFormat.Zarr, "zarr3": DataFormat.Zarr3}


def axes_of(meta: Any, place: ArrayPlace) -> tuple[str, ...]:
    """The names of the dimensions of an array.

    Raises:
        InvalidMetadataError: it has more or fewer of them, or lacks one of space.
    """
    axes = place.axes or meta.axes or ("c", *XYZ)[-meta.rank :]
    if len(axes) != meta.rank or not set(axes) >= set(XYZ):
        raise InvalidMetadataError(f"{place.path} has {meta.rank} dimensions, which cannot be {axes}")
    return tuple(axes)


def stored_channels(meta: Any, axes: tuple[str, ...]) -> int:
    """How many channels an array has, whether or not all of them belong to the layer."""
    if "c" not in axes:
        return 1
    extents = meta.chunk_shape if meta.shape is None else meta.shape
    return int(extents[axes.index("c")])


def description(meta: Any, axes: tuple[str, ...], place: ArrayPlace) -> ArrayInfo:
    """What the array of a mag is.

    Raises:
        InvalidMetadataError: it is not what the properties say.
        UnsupportedError: it is, and no array of a layer.
    """
    stored = stored_channels(meta, axes)
    _check(meta, stored, place)
    chunk, shard = (
        Vec3Int([shape[axes.index(axis)] for axis in XYZ]) for shape in (meta.chunk_shape, meta.shard_shape)
    )
    return ArrayInfo(
        data_format=_FORMATS[meta.data_format],
        num_channels=place.num_channels or stored,
        voxel_type=meta.dtype,
        chunk_shape=chunk,
        chunks_per_shard=shard // chunk,
        shape=meta.shape,
        dimension_names=axes,
        compression_mode=meta.compressed,
    )


def _check(meta: Any, stored: int, place: ArrayPlace) -> None:
    if meta.data_format not in _FORMATS and place.data_format == meta.data_format:
        raise UnsupportedError(
            f"{place.path} is of the format {meta.data_format}, which layers cannot use: read it with "
            "open_array, or convert it"
        )
    if meta.data_format not in _FORMATS:
        _fail(place, f"an array of the format {meta.data_format}", "need wkw, zarr or zarr3 there")
    if place.data_format not in (None, _FORMATS[meta.data_format]):
        _fail(place, f"an array of the format {meta.data_format}", f"say {place.data_format}")
    if place.dtype is not None and meta.dtype != np.dtype(place.dtype):
        _fail(place, f"voxels of {meta.dtype}", f"say {place.dtype}")
    first, count = place.channel_index, place.num_channels
    if first is None and count not in (None, stored):
        hint = " and no channelIndex, which tells the first of them" if stored > (count or 1) else ""
        _fail(place, f"{stored} channels", f"say {count}{hint}")
    if first is not None and first + (count or 1) > stored:
        _fail(place, f"{stored} channels", f"ask for {first + (count or 1)}")


def _fail(place: ArrayPlace, found: str, wanted: str) -> NoReturn:
    raise InvalidMetadataError(f"{place.path} holds {found}, but the properties of the dataset {wanted}")
