"""What an image file holds, known before any voxel is decoded."""

from pathlib import Path
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[Any]
"""Voxels as (c, x, y)."""


@attrs.frozen(kw_only=True)
class ImageInfo:
    """The extent of an image: one plane, or one for each timepoint and z."""

    path: Path
    dtype: np.dtype[Any]
    width: int
    height: int
    channels: int = 1
    depth: int = 1
    timepoints: int = 1

    @property
    def kind(self) -> tuple[np.dtype[Any], int]:
        """What all images of a stack have in common."""
        return self.dtype, self.channels

    @property
    def plane_bytes(self) -> int:
        """Bytes of a decoded plane."""
        return self.width * self.height * self.channels * self.dtype.itemsize

    @property
    def is_flat(self) -> bool:
        """True if it holds one plane only."""
        return self.depth == self.timepoints == 1


def as_plane(voxels: NDArray[Any]) -> Plane:
    """Rows, columns and maybe samples as (c, x, y), in native byte order; bits are black or white."""
    if voxels.dtype == bool:
        voxels = voxels * np.uint8(255)
    native = voxels.astype(voxels.dtype.newbyteorder("="), copy=False)
    rows, columns, *samples = native.shape
    return native.reshape(rows, columns, *(samples or [1])).transpose(2, 1, 0)


def stored_as(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The type of the voxels that `as_plane` makes of it."""
    return np.dtype(np.uint8) if dtype.kind == "b" else dtype.newbyteorder("=")
