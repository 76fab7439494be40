"""Where layers begin that are made of images or other volumes."""

from __future__ import annotations

import warnings
from pathlib import Path

from voxbrick.conversion.source import ArraySource, Source
from voxbrick.dataset._ome_image import Image, Level, images_of
from voxbrick.errors import UnsupportedError
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.vec3_int import XYZ, Vec3Int
from voxbrick.utils import caller_level

# The paths of an image's arrays have one part as a rule ("0"), and sometimes two ("scale0/image").
_GROUPS_AROUND = 3


def begin_of(source: Source) -> tuple[int, ...]:
    """Where the first voxel of a source lies along x, y and z, in its own voxels.

    What an array says itself comes before what the OME-Zarr image says that it is a level of.

    Raises:
        InvalidMetadataError: the group around an array is damaged.
    """
    if any(source.begin) or not isinstance(source, ArraySource) or "zarr" not in source.data_format:
        return source.begin
    found = _level(Path(source.name))
    return source.begin if found is None else _first_voxel(found, source.axes)


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


def _level(array: Path) -> Level | None:
    """An array as a level of an image, as the nearest group around it describes it."""
    path = array.resolve()
    for folder in path.parents[:_GROUPS_AROUND]:
        levels = [level for image in _images(folder) for level in image.levels]
        found = [level for level in levels if level.path.resolve() == path]
        if found:
            return found[0]
    return None


def _images(folder: Path) -> list[Image]:
    try:
        return images_of(folder)
    except UnsupportedError as error:
        message = f"{error}; so the place of its arrays is not known, and layers of them begin at 0"
        warnings.warn(message, UserWarning, stacklevel=caller_level())
        return []


def _first_voxel(level: Level, axes: tuple[str, ...]) -> tuple[int, ...]:
    """In whole voxels; the centre of a coarser level's first voxel lies less than half of one further.

    The axes are those of the array, which may call them otherwise than the image does.
    """
    if len(axes) != len(level.scale):
        return (0, 0, 0)
    places = (round(at / size) for at, size in zip(level.translation, level.scale, strict=True))
    begin = dict(zip(axes, places, strict=True))
    return tuple(begin.get(axis, 0) for axis in XYZ)
