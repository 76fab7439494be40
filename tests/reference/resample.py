"""Downsampling, cell by cell and slow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product

import numpy as np

MODES = ["median", "mode", "nearest", "mean", "max", "min"]


def downsample(array: np.ndarray, factors: Sequence[int], mode: str, offset: Sequence[int]) -> np.ndarray:
    """Each cell is made of the voxels that lie inside the array."""
    cuts = [_cuts(*axis) for axis in zip(array.shape, factors, offset, strict=True)]
    result = np.empty([len(cut) for cut in cuts], array.dtype)
    for place in product(*map(range, result.shape)):
        cell = array[tuple(cut[i] for cut, i in zip(cuts, place, strict=True))]
        result[place] = _METHODS[mode](cell.ravel())
    return result


def upsample(array: np.ndarray, factors: Sequence[int]) -> np.ndarray:
    for axis, factor in enumerate(factors):
        array = np.repeat(array, factor, axis)
    return array


def _cuts(extent: int, factor: int, offset: int) -> list[slice]:
    borders = [b - offset for b in range(offset // factor * factor, offset + extent, factor)]
    return [slice(max(border, 0), min(border + factor, extent)) for border in borders]


def _median(voxels: np.ndarray) -> np.generic:
    if np.isnan(voxels).any():
        return voxels.dtype.type(np.nan)
    ordered = np.sort(voxels)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    if voxels.dtype.kind == "f":
        return low / 2 + high / 2
    total = int(low) + int(high)
    return voxels.dtype.type(abs(total) // 2 * (1 if total > 0 else -1))


def _mode(voxels: np.ndarray) -> np.generic:
    counts = Counter(voxel.tobytes() for voxel in voxels)
    most = max(counts.values())
    winners = [np.frombuffer(bits, voxels.dtype)[0] for bits, count in counts.items() if count == most]
    return min(winners, key=lambda value: (np.isnan(value), value, not np.signbit(value)))


def _mean(voxels: np.ndarray) -> float | int:
    if voxels.dtype.kind == "f":
        return voxels.sum(dtype=np.float64) / len(voxels)
    return round(Fraction(sum(map(int, voxels)), len(voxels)))


_METHODS: dict[str, Callable[[np.ndarray], np.generic | float | int]] = {
    "median": _median,
    "mode": _mode,
    "nearest": lambda voxels: voxels[0],
    "mean": _mean,
    "max": np.max,
    "min": np.min,
}
