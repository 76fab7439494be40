"""What the array of a mag is, and what the properties of its dataset say about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attr
import numpy as np

from voxbrick.dataset.data_format import DataFormat
from voxbrick.geometry.vec3_int import Vec3Int
from voxbrick.geometry.vec_int import VecInt
from voxbrick.utils import warn_deprecated


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
