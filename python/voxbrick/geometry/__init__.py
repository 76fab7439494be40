"""Positions and boxes, as values: compared, copied, hashed, pickled, never changed."""

from voxbrick.geometry.bounding_box import BoundingBox
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import Vec3Int, Vec3IntLike
from voxbrick.geometry.vec_int import VecInt, VecIntLike

__all__ = [
    "BoundingBox",
    "Mag",
    "NDBoundingBox",
    "Vec3Int",
    "Vec3IntLike",
    "VecInt",
    "VecIntLike",
]
