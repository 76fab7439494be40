"""Voxels that are to be written: their shape and type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from voxbrick._casting import check_castable
from voxbrick.dataset._array import ArrayInfo, Voxels
from voxbrick.errors import InvalidArgumentError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def channels_first(data: ArrayLike, axes: tuple[str, ...], info: ArrayInfo, what: str = "data") -> Voxels:
    """The data as ``(channels, *axes)``; where there is one channel, it may come without that axis.

    Raises:
        InvalidArgumentError: the shape does not fit, or values may be lost.
    """
    try:
        voxels = np.asarray(data)
    except ValueError as error:
        raise InvalidArgumentError(f"{what} that is no array: {error}") from error
    given = voxels.shape
    if voxels.ndim == len(axes) and info.num_channels == 1:
        voxels = voxels[np.newaxis]
    if voxels.ndim != len(axes) + 1 or voxels.shape[0] != info.num_channels:
        optional = f", or ({', '.join(axes)})" if info.num_channels == 1 else ""
        raise InvalidArgumentError(
            f"{what} of shape {given} does not fit a view with {info.num_channels} "
            f"channels, it has to be (channels, {', '.join(axes)}){optional}"
        )
    if voxels.dtype != info.voxel_type:
        check_castable(voxels, info.voxel_type, what, "a view")
    return voxels
