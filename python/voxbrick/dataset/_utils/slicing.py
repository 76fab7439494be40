"""What the slice reader and the slice writer share: along which axis, and how many at once."""

from __future__ import annotations

from typing import Any

from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import XYZ
from voxbrick.geometry.vec_int import to_int


def place_of(dimension: int | str, box: NDBoundingBox) -> int:
    """Which axis of a box is meant by "x", "y", "z" (or 0, 1, 2), or the name of another axis."""
    name = dimension
    if not isinstance(dimension, str):
        number = to_int(dimension)
        name = XYZ[number] if 0 <= number < len(XYZ) else str(dimension)
    if name not in box.axes:
        raise InvalidArgumentError(f"dimension is {dimension!r}; give 0, 1 or 2, or one of {box.axes}")
    return box.axes.index(name)


def checked_buffer_size(buffer_size: Any) -> int:
    """The same number, which has to be positive."""
    number = to_int(buffer_size)
    if number < 1:
        raise InvalidArgumentError(f"buffer_size is {number}; a buffer holds at least one slice")
    return number
