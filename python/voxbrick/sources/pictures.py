"""PNG, JPEG and other pictures of one plane: voxels are what is stored, or the picture is refused.

Pillow reads most of them. It has no types for colours of 16 bits, and stretches greys of few bits and of
PGM and PPM whose largest value is not that of a type; such pictures are read by others or by their bits.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from voxbrick._support import extra
from voxbrick.errors import UnsupportedError
from voxbrick.sources.image_info import ImageInfo, Plane, as_plane

SUFFIXES = {".png", ".jpg", ".jpeg", ".jp2", ".bmp", ".webp", ".pgm", ".ppm", ".tga"}

FORMATS = ("PNG", "JPEG", "JPEG2000", "BMP", "WEBP", "PPM", "TGA")
"""What Pillow calls them; the last has no mark by which it is known."""

# Palettes and single bits are ways to store colours and greys, not values.
PLAIN_MODES = {"P": "RGB", "1": "L"}

PNG = b"\x89PNG\r\n\x1a\n"
PNG_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
"""By the kind of colour; palettes (3) have at most 8 bits."""
NETPBM = (b"P2", b"P3", b"P5", b"P6")
"""How PGM and PPM begin."""
GREY = 0
SIZ = b"\xff\x4f\xff\x51"
"""Begins the codestream of JPEG 2000."""


class _Depth(NamedTuple):
    """How a PNG stores its voxels."""

    bits: int
    colour: int

    @property
    def stretch(self) -> int:
        """What Pillow multiplies greys by."""
        return {2: 85, 4: 17}.get(self.bits, 1) if self.colour == GREY else 1


def describe(path: Path) -> ImageInfo:
    if _is_netpbm(path):
        return _describe_netpbm(path)
    with _open(path) as picture:
        width, height = picture.size
        dtype, channels = _kind(PLAIN_MODES.get(picture.mode, picture.mode))
        depth = _png_depth(path)
        if depth is not None and depth.bits == 16:
            dtype, channels = np.dtype(np.uint16), PNG_CHANNELS[depth.colour]
        return ImageInfo(path=path, dtype=dtype, width=width, height=height, channels=channels)


@cache
def _kind(mode: str) -> tuple[np.dtype[Any], int]:
    pixel = as_plane(np.asarray(extra("PIL.Image", "images").new(mode, (1, 1))))
    return pixel.dtype, pixel.shape[0]


def read_planes(path: Path, places: Iterable[tuple[int, int]]) -> Iterator[Plane]:
    """The one plane there is."""
    yield from (_read(path) for _ in places)


def _read(path: Path) -> Plane:
    if _is_netpbm(path):
        with _netpbm(path) as picture:
            return as_plane(picture.asarray())
    depth = _png_depth(path)
    if depth is not None and depth.bits == 16:
        voxels = extra("imagecodecs", "images").png_decode(path.read_bytes())
        # What is transparent may be said apart, which adds a channel.
        return as_plane(voxels)[: PNG_CHANNELS[depth.colour]]
    with _open(path) as picture:
        voxels = np.asarray(picture.convert(PLAIN_MODES.get(picture.mode, picture.mode)))
    return as_plane(voxels if depth is None or depth.stretch == 1 else voxels // depth.stretch)


def _is_netpbm(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) in NETPBM


def _describe_netpbm(path: Path) -> ImageInfo:
    with _netpbm(path) as picture:
        if picture.frames != 1:
            raise UnsupportedError(f"{path} holds more than one picture; make each of them a file")
        dtype = picture.dtype.newbyteorder("=")
        if dtype.itemsize > 2:
            raise ValueError(f"its largest value is {picture.maxval}, and it may be 65535 at most")
        return ImageInfo(
            path=path, dtype=dtype, width=picture.width, height=picture.height, channels=picture.depth
        )


def _netpbm(path: Path) -> Any:
    return extra("netpbmfile", "images").NetpbmFile(path)


def _png_depth(path: Path) -> _Depth | None:
    with path.open("rb") as file:
        header = file.read(26)
    return _Depth(header[24], header[25]) if header.startswith(PNG) and len(header) == 26 else None


def _open(path: Path) -> Any:
    """The picture. Unlike `PIL.Image.open`, this takes images of any extent: they are cut, not hostile.

    Raises:
        UnsupportedError: its values would be changed, or pictures left out.
    """
    picture = _opened(path)
    try:
        if picture.mode in ("CMYK", "LAB", "HSV", "YCbCr"):
            raise UnsupportedError(
                f"{path} holds colours as {picture.mode}; convert it to RGB or greys first"
            )
        if picture.format == "JPEG2000":
            _check_jpeg2000(path)
        # Cameras hide previews behind the first picture of a JPEG; behind others there is more to be read.
        if picture.format in ("PNG", "WEBP"):
            _check_still(path, picture.n_frames)
    except UnsupportedError:
        picture.close()
        raise
    return picture


def _opened(path: Path) -> Any:
    image = extra("PIL.Image", "images")
    image.init()
    with path.open("rb") as file:
        begin = file.read(16)
    for name in FORMATS:
        factory, accepts = image.OPEN.get(name, (None, None))
        if factory is None or (accepts is not None and accepts(begin) is not True):
            continue
        try:
            return factory(path)
        except (SyntaxError, IndexError, TypeError, KeyError) as error:  # how Pillow's readers refuse
            if accepts is not None:
                raise ValueError(f"its header is damaged: {error}") from error
    raise ValueError("its content is none of a picture that is known here")


def _check_still(path: Path, frames: int) -> None:
    if frames > 1:
        raise UnsupportedError(
            f"{path} is an animation of {frames} pictures; make each a file, or all of them a TIFF"
        )


def _check_jpeg2000(path: Path) -> None:
    """Refuses depths that Pillow stretches or shortens."""
    with path.open("rb") as file:
        content = file.read(1 << 16)
    size = content[content.find(SIZ) + len(SIZ) :]
    count = int.from_bytes(size[36:38], "big")
    bits = {(byte & 127) + 1 for byte in size[38 : 38 + 3 * count : 3]}
    if SIZ not in content or not (bits == {8} or (bits == {16} and count == 1)):
        raise UnsupportedError(
            f"{path} has {count} channels of {sorted(bits)} bits; JPEG 2000 of 8 bits, or grey of 16, "
            "can be converted; make it a TIFF first"
        )
