"""PNG, JPEG and other pictures of one plane, through Pillow."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from voxbrick.conversion.extras import extra
from voxbrick.conversion.image_info import ImageInfo, Plane, as_plane

SUFFIXES = {".png", ".jpg", ".jpeg", ".jp2", ".bmp", ".webp", ".pgm", ".ppm", ".tga"}

# Palettes and single bits are ways to store colours and greys, not values.
PLAIN_MODES = {"P": "RGB", "1": "L"}


def describe(path: Path) -> ImageInfo:
    with _open(path) as picture:
        dtype, channels = _kind(PLAIN_MODES.get(picture.mode, picture.mode))
        width, height = picture.size
        return ImageInfo(path=path, dtype=dtype, width=width, height=height, channels=channels)


@cache
def _kind(mode: str) -> tuple[np.dtype[Any], int]:
    pixel = as_plane(np.asarray(extra("PIL.Image", "images").new(mode, (1, 1))))
    return pixel.dtype, pixel.shape[0]


def read_planes(path: Path, places: Iterable[tuple[int, int]]) -> Iterator[Plane]:
    """The one plane there is."""
    with _open(path) as picture:
        plain = picture.convert(PLAIN_MODES.get(picture.mode, picture.mode))
        yield from (as_plane(np.asarray(plain)) for _ in places)


def _open(path: Path) -> Any:
    return extra("PIL.Image", "images").open(path)
