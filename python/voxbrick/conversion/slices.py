"""Folders of images, one for each z."""

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxbrick.conversion.boxes import Box
from voxbrick.conversion.extras import decoding, extra
from voxbrick.conversion.source import CXYZ, Source
from voxbrick.errors import (
    InvalidArgumentError,
    NotFoundError,
    UnsupportedError,
)

TIFF = {".tif", ".tiff"}
IMAGES = TIFF | {".png", ".jpg", ".jpeg"}


def natural_key(path: Path) -> list[tuple[int, str]]:
    """Sorts slice2 before slice10."""
    parts = re.split(r"(\d+)", path.name.lower())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def list_slices(folder: Path) -> list[Path]:
    """The images of a folder, in natural order."""
    images = (path for path in folder.iterdir() if path.suffix.lower() in IMAGES)
    return sorted(images, key=natural_key)


class SliceSource(Source):
    """A folder of TIFF, PNG or JPEG images, one for each z: columns are x, rows are y."""

    reads_whole_slices = True

    def __init__(self, folder: Path) -> None:
        self._paths = list_slices(folder)
        if not self._paths:
            raise NotFoundError(f"{folder} holds no images; looked for {', '.join(sorted(IMAGES))}")
        first = read_slice(self._paths[0])
        self._slice_shape = first.shape
        self.name = str(folder)
        self.dtype = first.dtype
        self.axes = CXYZ
        self.shape = (*first.shape, len(self._paths))

    def read(self, box: Box) -> NDArray[Any]:
        voxels = np.empty(box.shape, self.dtype, order="F")
        c, x, y, first = box.offset
        channels, width, height, count = box.shape
        for z in range(count):
            image = self._slice(first + z)
            voxels[..., z] = image[c : c + channels, x : x + width, y : y + height]
        return voxels

    def _slice(self, z: int) -> NDArray[Any]:
        path = self._paths[z]
        image = read_slice(path)
        if image.shape != self._slice_shape or image.dtype != self.dtype:
            raise InvalidArgumentError(
                f"{path} is {image.dtype} of (c, x, y) {image.shape}, but {self._paths[0].name} "
                f"is {self.dtype} of {self._slice_shape}; all slices have to be alike"
            )
        return image


def read_slice(path: Path) -> NDArray[Any]:
    """An image as (c, x, y), in native byte order."""
    read = _read_tiff if path.suffix.lower() in TIFF else _read_picture
    with decoding(path):
        image = read(path)
    native: NDArray[Any] = image.astype(image.dtype.newbyteorder("="), copy=False)
    rows, columns, *channels = native.shape
    return native.reshape(rows, columns, *(channels or [1])).transpose(2, 1, 0)


def _read_tiff(path: Path) -> NDArray[Any]:
    with extra("tifffile", "images").TiffFile(path) as tiff:
        page = tiff.pages.first
        if len(tiff.pages) != 1 or page.axes not in ("YX", "YXS", "SYX"):
            raise UnsupportedError(
                f"{path} holds {len(tiff.pages)} pages with the axes {page.axes}; "
                "each file has to be one slice"
            )
        voxels: NDArray[Any] = page.asarray()
        return np.moveaxis(voxels, 0, 2) if page.axes == "SYX" else voxels


def _read_picture(path: Path) -> NDArray[Any]:
    with extra("PIL.Image", "images").open(path) as picture:
        # Palettes and single bits are ways to store colours and greys, not values.
        plain = {"P": "RGB", "1": "L"}.get(picture.mode, picture.mode)
        voxels: NDArray[Any] = np.asarray(picture.convert(plain))
        return voxels
