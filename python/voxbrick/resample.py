"""Fewer voxels, or more: arrays in memory at other resolutions.

Cells are ``factors`` large and begin at multiples of them, counted from the origin: parts of a volume
that are resampled one by one, with their ``offset``, give what the whole would give. A cell that
reaches beyond an array is made of the voxels that are there.

How a cell becomes a voxel, for all integers and floats of up to 8 bytes but float16:

- ``"median"``: of an even number of voxels the mean of the middle two, truncated toward zero for integers
- ``"mode"``: the most frequent value, of several the smallest; floats are told apart by their bits
- ``"nearest"``: the first voxel
- ``"mean"``, also called ``"bilinear"``: exact and rounded once, half to even, for integers; floats are
  summed in double precision
- ``"max"``, ``"min"``

A NaN makes a median, a mean, a maximum and a minimum NaN.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, SupportsIndex, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from voxbrick import _core

Factors: TypeAlias = "int | Iterable[SupportsIndex]"


def downsample(
    array: ArrayLike, factors: Factors, mode: str, *, offset: Iterable[SupportsIndex] | None = None
) -> NDArray[Any]:
    """One voxel for each cell that the array touches.

    Args:
        array: in any memory layout.
        factors: a whole number for each axis, or one for all.
        mode: see above.
        offset: where the first voxel lies; at the origin by default.

    Returns:
        A new array, in C order if the given one is, else in Fortran order.

    Raises:
        InvalidArgumentError: there is no such mode, or the factors do not fit.
        UnsupportedError: voxels of another type.
    """
    return pyramid(array, [factors], mode, offset=offset)[0]


def pyramid(
    array: ArrayLike,
    factors: Sequence[Factors],
    mode: str,
    *,
    offset: Iterable[SupportsIndex] | None = None,
) -> list[NDArray[Any]]:
    """Several times `downsample`, each step on the result of the one before, in one pass over the array."""
    voxels = np.asarray(array)
    steps = [_per_axis(step, voxels.ndim) for step in factors]
    return _core.downsample(voxels, _place(offset, voxels.ndim), mode, steps)


def upsample(
    array: ArrayLike,
    factors: Factors,
    *,
    offset: Iterable[SupportsIndex] | None = None,
    shape: Iterable[SupportsIndex] | None = None,
) -> NDArray[Any]:
    """A copy of a voxel for every voxel of its cell.

    Args:
        array: the cells that the result touches.
        factors: a whole number for each axis, or one for all.
        offset: where the first voxel of the result lies; at the origin by default.
        shape: of the result; whole cells by default.

    Raises:
        InvalidArgumentError: shapes and factors do not fit.
    """
    voxels = np.asarray(array)
    cell = _per_axis(factors, voxels.ndim)
    if shape is None:
        shape = [extent * factor.__index__() for extent, factor in zip(voxels.shape, cell, strict=True)]
    return _core.upsample(voxels, _place(offset, voxels.ndim), shape, cell)


def _per_axis(factors: Factors, axes: int) -> list[SupportsIndex]:
    return list(factors) if isinstance(factors, Iterable) else [factors] * axes


def _place(offset: Iterable[SupportsIndex] | None, axes: int) -> Iterable[SupportsIndex]:
    return [0] * axes if offset is None else offset
