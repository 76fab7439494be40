"""Where layers begin that are made of images or other volumes."""

from __future__ import annotations

import warnings

from voxbrick.conversion.source import Source
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.vec3_int import Vec3Int
from voxbrick.utils import caller_level


def topleft_of(source: Source, mag: Mag) -> Vec3Int:
    """Where its layer begins, in Mag(1): where the source does, unless no layer can begin there."""
    begin = Vec3Int(source.begin)
    if begin.is_positive():
        return begin * mag
    warnings.warn(
        f"{source.name}: dropped: the first voxel's place {' x '.join(map(str, begin))}; "
        f"layers do not begin below 0, and this one is at 0",
        UserWarning,
        stacklevel=caller_level(),
    )
    return Vec3Int.zeros()
