"""Making the array of a new mag, and folders that go again if that fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from voxbrick.creation import create_array
from voxbrick.dataset._layout import Layout
from voxbrick.dataset.data_format import DataFormat
from voxbrick.errors import UnsupportedError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import XYZ, Vec3Int

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
) -> None:
    """Makes an empty array with room for a box in the voxels of its mag.

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
            "shape": (num_channels, *_room(box, shard)),
            "chunk_shape": (num_channels, *_spread(chunk, box)),
            "shard_shape": (num_channels, *_spread(shard, box)),
            "chunk_key_encoding": _KEYS.get(data_format),
        }
    create_array(
        path,
        data_format=_ENGINE_FORMATS[data_format],
        dtype=dtype,
        compress=bool(layout.compress),
        **spec,
    ).close()


def _spread(xyz: Vec3Int, box: NDBoundingBox) -> tuple[int, ...]:
    """x, y and z among the other axes, along which chunks are one voxel long."""
    return box.with_size([1] * len(box)).with_size_xyz(xyz).size


def _room(box: NDBoundingBox, shard: Vec3Int) -> tuple[int, ...]:
    """The extent of whole shards, at least one, that reaches to the end of a box."""
    cell = _spread(shard, box)
    return tuple(max(-(-end // step), 1) * step for end, step in zip(box.bottomright, cell, strict=True))


@contextmanager
def gone_on_failure(folder: Path) -> Iterator[None]:
    """Deletes a folder that was not there before, if what made it fails."""
    existed = folder.exists()
    try:
        yield
    except BaseException:
        if not existed:
            shutil.rmtree(folder, ignore_errors=True)
        raise
