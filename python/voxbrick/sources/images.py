"""Image files of every kind: what they hold, and their planes."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from voxbrick.errors import CorruptDataError, NotFoundError, StorageError, UnsupportedError
from voxbrick.sources import pictures, tiff
from voxbrick.sources.decoding import decoding
from voxbrick.sources.image_info import ImageInfo, Plane
from voxbrick.work.pools import in_parallel

SUFFIXES = tiff.SUFFIXES | pictures.SUFFIXES

# What makes a file broken; everything else is about what it holds.
BROKEN = (CorruptDataError, FileNotFoundError, PermissionError, StorageError)


def natural_key(path: Path) -> tuple[list[tuple[int, str]], str]:
    """Sorts slice2 before slice10; names that mean the same (1, 01) are in the order of their letters."""
    parts = re.split(r"(\d+)", str(path).lower())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], str(path)


def is_image(path: Path) -> bool:
    """True if the name says that it is an image."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def list_slices(folder: Path) -> list[Path]:
    """The images of a folder, in natural order."""
    return sorted(filter(is_image, folder.iterdir()), key=natural_key)


def describe(path: Path) -> ImageInfo:
    """What an image holds, from its header."""
    with decoding(path):
        return tiff.describe(path) if _is_tiff(path) else pictures.describe(path)


def read_planes(path: Path, places: Iterable[tuple[int, int]]) -> Iterator[Plane]:
    """The planes of an image at some (timepoint, z), in that order."""
    read = tiff.read_planes if _is_tiff(path) else pictures.read_planes
    with decoding(path):
        yield from read(path, places)


def _is_tiff(path: Path) -> bool:
    return path.suffix.lower() in tiff.SUFFIXES


class Scan(NamedTuple):
    """What images hold, and which of them are broken."""

    images: dict[Path, ImageInfo]
    broken: list[Path]

    def extent(self, path: Path, axis: str) -> int:
        """How many planes an image has along "depth" or "timepoints", also a broken one.

        Headers of broken images are not believed: what all others have in common is.

        Raises:
            CorruptDataError: the others have nothing in common.
        """
        if path in self.images:
            return int(getattr(self.images[path], axis))
        extents = {int(getattr(image, axis)) for image in self.images.values()}
        if len(extents) > 1:
            raise CorruptDataError(
                f"{path} cannot be decoded, and how large a gap it leaves is unknown: the {axis} of the "
                f"others are {', '.join(map(str, sorted(extents)))}; repair it, or take it away"
            )
        return extents.pop()


def scan(paths: list[Path], skip_broken: bool = False) -> Scan:
    """Looks at all images.

    To find out what can be skipped, images are decoded; otherwise only their headers are read.

    Raises:
        CorruptDataError: some are broken, and they are not to be skipped; the message names them.
    """
    found = in_parallel(_decodable if skip_broken else _described, paths)
    broken = {path: error for path, error in zip(paths, found, strict=True) if isinstance(error, Exception)}
    if broken and (not skip_broken or len(broken) == len(paths)):
        raise _all_named(broken)
    return Scan({info.path: info for info in found if isinstance(info, ImageInfo)}, list(broken))


def _described(path: Path) -> ImageInfo | Exception:
    try:
        return describe(path)
    except BROKEN as error:
        return error


def _decodable(path: Path) -> ImageInfo | Exception:
    try:
        info = describe(path)
        places = ((t, z) for t in range(info.timepoints) for z in range(info.depth))
        for _ in read_planes(path, places):
            pass
    except BROKEN as error:
        return error
    return info


def _all_named(broken: dict[Path, Exception]) -> Exception:
    if all(isinstance(error, FileNotFoundError) for error in broken.values()):
        return NotFoundError(f"there is no image {_listed(broken)}")
    first = next(iter(broken.values()))
    return CorruptDataError(f"{len(broken)} images cannot be read ({_listed(broken)}): {first}")


def _listed(paths: Iterable[Path], most: int = 20) -> str:
    names = [str(path) for path in paths]
    return ", ".join(names[:most]) + (" ..." if len(names) > most else "")


def check_alike(images: list[ImageInfo]) -> None:
    """Refuses images that change their type or number of channels in the middle."""
    first = images[0]
    for image in images:
        if image.kind != first.kind:
            raise UnsupportedError(
                f"{image.path} has {image.channels} channels of {image.dtype}, but {first.path.name} "
                f"has {first.channels} of {first.dtype}; all slices have to be alike"
            )
