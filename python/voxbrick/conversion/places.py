"""Where arrays begin in the volume that they are a part of, if anything says it."""

from collections.abc import Mapping
from typing import Any

from voxbrick.dataset._ome_image import Level
from voxbrick.geometry.vec3_int import XYZ

# No length is as large in whatever unit, and up to so many voxels floats are exact.
_LARGEST = 1e100
_FARTHEST = 2.0**53

Place = tuple[int, ...]
"""Of the first voxel along x, y and z, in voxels of the array."""


def noted_place(attributes: Mapping[str, Any], axes: tuple[str, ...]) -> Place | None:
    """Where an array begins as its attributes say it; None if they do not.

    Two ways to say it are known: ``voxel_offset``, in voxels along x, y and z, is what precomputed
    volumes have, and what arrays keep that were converted from them. ``offset`` counts in the unit of
    ``resolution`` or ``voxel_size``, along the axes in the order of the array; Paintera and programs
    with Daisy write it into N5 and Zarr. It is rounded to whole voxels.
    """
    voxels = _numbers(attributes.get("voxel_offset"), 3)
    if voxels is not None:
        return _in_voxels(XYZ, voxels, (1, 1, 1))
    space = tuple(axis for axis in axes if axis in XYZ)
    offset = _numbers(attributes.get("offset"), len(space))
    size = _numbers(attributes.get("resolution", attributes.get("voxel_size")), len(space))
    if offset is None or size is None or min(size, default=0) <= 0:
        return None
    return _in_voxels(space, offset, size)


def place_of_level(level: Level, axes: tuple[str, ...]) -> Place | None:
    """Where a level of an image begins, in whole voxels; None if no array reaches so far.

    The centre of a coarser level's first voxel lies less than half of one further.
    """
    return _in_voxels(axes, level.translation, level.scale)


def _in_voxels(axes: tuple[str, ...], offset: Any, size: Any) -> Place | None:
    begin = {axis: at / step for axis, at, step in zip(axes, offset, size, strict=True) if axis in XYZ}
    if not all(abs(voxels) < _FARTHEST for voxels in begin.values()):
        return None
    return tuple(round(begin.get(axis, 0)) for axis in XYZ)


def _numbers(value: Any, count: int) -> list[float] | None:
    """A list of so many finite numbers, or None: attributes may mean anything else by the same name."""
    if not isinstance(value, list) or len(value) != count:
        return None
    is_plain = all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in value)
    return value if is_plain and all(abs(number) < _LARGEST for number in value) else None
