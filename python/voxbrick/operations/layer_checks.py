"""Values that scripts give a layer, checked before they are saved."""

from __future__ import annotations

from typing import Any

from voxbrick.errors import BoundsError, InvalidArgumentError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec_int import to_int


def check_box(box: NDBoundingBox) -> None:
    """Refuses what is no box of a layer."""
    if not isinstance(box, NDBoundingBox):
        raise InvalidArgumentError(f"expected a BoundingBox or an NDBoundingBox, got {box!r}")
    if not box.topleft.is_positive():
        raise BoundsError(f"{box} begins before the origin of the dataset")


def checked_segment_id(segment_id: Any) -> int | None:
    """An id that a voxel can have, as a plain int."""
    if segment_id is None:
        return None
    number = to_int(segment_id)
    if not -(2**63) <= number < 2**64:
        raise InvalidArgumentError(f"segment ids have at most 64 bits, got {number}")
    return number
