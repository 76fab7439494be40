"""Making the array of a new mag."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from voxbrick.array.create import Kept, create_array
from voxbrick.errors import AlreadyExistsError, UnsupportedError
from voxbrick.files.folders import remove_folder
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import XYZ, Vec3Int
from voxbrick.metadata.types import DataFormat
from voxbrick.volume.layout import Layout
from voxbrick.volume.mag_array import MagArray

_ENGINE_FORMATS = {DataFormat.WKW: "wkw", DataFormat.Zarr: "zarr", DataFormat.Zarr3: "zarr3"}

# OME-Zarr wants slashes, which are not the default of version 2.
_KEYS = {DataFormat.Zarr: {"name": "v2", "configuration": {"separator": "/"}}}


def create_mag_array(
    path: Path,
    data_format: DataFormat,
    dtype: np.dtype[np.generic],
    num_channels: int,
    layout: Layout,
    box: NDBoundingBox,
    fill_value: Any = 0,
    attributes: Mapping[str, Any] | None = None,
) -> None:
    """Makes an empty array with room for a box in the voxels of its mag.

    It holds whole shards; with a fill value that is not 0 it ends with the box, as 0 is beyond.

    If that fails, nothing is left of it.

    Raises:
        AlreadyExistsError: the folder holds an array.
        UnsupportedError: the format has no such arrays.
    """
    assert layout.chunk_shape is not None
    assert layout.chunks_per_shard is not None
    chunk = layout.chunk_shape
    shard = chunk * layout.chunks_per_shard
    if data_format is DataFormat.WKW:
        if box.axes != XYZ:
            raise UnsupportedError(f"WKW has the axes c, x, y and z, and {box} has {box.axes}")
        spec: dict[str, Any] = {
            "num_channels": num_channels,
            "chunk_shape": chunk[0],
            "shard_shape": shard[0],
        }
    else:
        spec = {
            "axes": ("c", *box.axes),
            "shape": (num_channels, *(_room(box, shard) if is_zero(fill_value) else box.bottomright)),
            "fill_value": fill_value,
            "attributes": attributes,
            "chunk_shape": (num_channels, *_spread(chunk, box)),
            "shard_shape": (num_channels, *_spread(shard, box)),
            "chunk_key_encoding": _KEYS.get(data_format),
        }
    existed = os.path.lexists(path)
    try:
        create_array(
            path,
            data_format=_ENGINE_FORMATS[data_format],
            dtype=dtype,
            compress=bool(layout.compress),
            **spec,
        ).close()
    except AlreadyExistsError:  # it is somebody else's, whoever made it when
        raise
    except BaseException:
        if not existed:
            remove_folder(path)
        raise


def create_mag_array_like(
    source: MagArray,
    path: Path,
    layout: Layout,
    box: NDBoundingBox,
    data_format: DataFormat | None = None,
    dtype: np.dtype[Any] | None = None,
) -> None:
    """Makes an array for the voxels of another one, with its fill value and attributes, which WKW lacks."""
    info, fill = source.info, source.fill_value
    new_format, new_dtype = data_format or info.data_format, dtype or info.voxel_type
    kind, kept = (new_format, new_dtype, info.num_channels, layout), noted_attributes(source)
    if new_format is DataFormat.WKW or is_zero(fill):
        create_mag_array(path, *kind, box, attributes=kept)
    else:
        extent = source.extent(box)
        assert extent is not None  # WKW fills with 0
        value = np.asarray(fill).astype(new_dtype)[()]
        create_mag_array(path, *kind, extent, value, kept)


def noted_attributes(source: MagArray) -> Kept:
    """The attributes of an array without the names of its axes, which only Zarr v2 keeps among them."""
    attributes = source.stored_info().attributes
    return Kept({key: value for key, value in attributes.items() if key != "_ARRAY_DIMENSIONS"})


def _spread(xyz: Vec3Int, box: NDBoundingBox) -> tuple[int, ...]:
    """x, y and z among the other axes, along which chunks are one voxel long."""
    return box.with_size([1] * len(box)).with_size_xyz(xyz).size


def _room(box: NDBoundingBox, shard: Vec3Int) -> tuple[int, ...]:
    """The extent of whole shards, at least one, that reaches to the end of a box."""
    cell = _spread(shard, box)
    return tuple(max(-(-end // step), 1) * step for end, step in zip(box.bottomright, cell, strict=True))


def is_zero(fill_value: Any) -> bool:
    """To the last bit, so not -0.0."""
    return not np.asarray(fill_value).tobytes().strip(b"\0")
