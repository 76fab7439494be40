"""Where arrays begin in the volume that they are a part of, as far as their attributes say it."""

import math
from collections.abc import Mapping
from typing import Any

XYZ = ("x", "y", "z")


def place_of(attributes: Mapping[str, Any], axes: tuple[str, ...]) -> tuple[int, ...]:
    """Where the first voxel lies along x, y and z, in voxels of the array.

    Two ways to say it are known: ``voxel_offset``, in voxels along x, y and z, is what precomputed
    volumes have, and what arrays keep that were converted from them. ``offset`` counts in the unit of
    ``resolution`` or ``voxel_size``, along the axes in the order of the array; Paintera and programs
    with Daisy write it into N5 and Zarr. It is rounded to whole voxels.
    """
    voxels = _numbers(attributes.get("voxel_offset"), 3)
    if voxels is not None:
        return tuple(map(round, voxels))
    space = [axis for axis in axes if axis in XYZ]
    offset = _numbers(attributes.get("offset"), len(space))
    size = _numbers(attributes.get("resolution", attributes.get("voxel_size")), len(space))
    if offset is None or size is None or min(size, default=0) <= 0:
        return (0, 0, 0)
    begin = dict(zip(space, (round(at / step) for at, step in zip(offset, size, strict=True)), strict=True))
    return tuple(begin.get(axis, 0) for axis in XYZ)


def _numbers(value: Any, count: int) -> list[float] | None:
    """A list of so many finite numbers, or None: attributes may mean anything else by the same name."""
    if not isinstance(value, list) or len(value) != count:
        return None
    is_plain = all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in value)
    return value if is_plain and all(map(math.isfinite, value)) else None
