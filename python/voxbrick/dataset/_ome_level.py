"""An array as a level of an OME-Zarr image, which may know its axes and its place better than itself."""

from __future__ import annotations

import warnings
from pathlib import Path

import attr

from voxbrick.dataset._ome_image import Image, Level, images_of
from voxbrick.errors import InvalidMetadataError, UnsupportedError
from voxbrick.utils import caller_level

# The paths of an image's arrays have one part as a rule ("0"), and sometimes two ("scale0/image").
_GROUPS_AROUND = 3


@attr.frozen
class NamedLevel:
    """A level and the names of its axes."""

    axes: tuple[str, ...]
    level: Level


def level_of(array: Path, rank: int) -> NamedLevel | None:
    """An array of so many axes as the nearest group around it describes it, if one does.

    What a group says that cannot be read is told, and no reason to refuse the array.
    """
    path = array.resolve()
    for folder in path.parents[:_GROUPS_AROUND]:
        for image in _images(folder, array):
            for level in image.levels:
                if level.path.resolve() == path and len(image.axes) == rank:
                    return NamedLevel(axes_of(image), level)
    return None


def axes_of(image: Image) -> tuple[str, ...]:
    """As arrays and layers name them: c for channels, whatever the image calls it."""
    return tuple("c" if axis.kind == "channel" else axis.name for axis in image.axes)


def _images(folder: Path, array: Path) -> list[Image]:
    try:
        return images_of(folder)
    except (InvalidMetadataError, UnsupportedError) as error:
        message = f"{error}; so what it says of the axes and the place of {array} is not known"
        warnings.warn(message, UserWarning, stacklevel=caller_level())
        return []
