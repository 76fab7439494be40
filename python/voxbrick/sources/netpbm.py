"""PGM and PPM, whose largest value may be any: it is kept, not stretched to that of a type."""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from voxbrick.errors import UnsupportedError
from voxbrick.sources.image_info import ImageInfo, Plane, as_plane

# P2, P3, P5 or P6; width, height, largest value, each after white space or comments.
HEADER = re.compile(rb"P([2356])" + 3 * rb"(?:\s|#[^\n]*\n)+(\d+)" + rb"\s")
LONGEST = 1 << 16
"""Bytes of a header, with its comments."""


class _Header(NamedTuple):
    kind: int
    width: int
    height: int
    largest: int
    size: int
    """Bytes before the voxels."""

    @property
    def channels(self) -> int:
        return 3 if self.kind in (3, 6) else 1

    @property
    def nbytes(self) -> int:
        """Of the voxels, where they are not digits."""
        return self.width * self.height * self.channels * self.dtype.itemsize

    @property
    def dtype(self) -> np.dtype[np.unsignedinteger]:
        return np.dtype(np.uint8 if self.largest < 256 else ">u2")


def _header(path: Path) -> _Header | None:
    with path.open("rb") as file:
        match = HEADER.match(file.read(LONGEST))
    if match is None:
        return None
    kind, width, height, largest = map(int, match.groups())
    return _Header(kind, width, height, largest, match.end())


def is_netpbm(path: Path) -> bool:
    """True if the content says so; bitmaps (PBM) are no such files."""
    return _header(path) is not None


def describe(path: Path) -> ImageInfo:
    header = _known(path)
    _check_single(path, header)
    dtype = header.dtype.newbyteorder("=")
    return ImageInfo(
        path=path, dtype=dtype, width=header.width, height=header.height, channels=header.channels
    )


def _check_single(path: Path, header: _Header) -> None:
    """Refuses files in which another picture follows, as the binary ones may."""
    if header.kind not in (5, 6):
        return
    with path.open("rb") as file:
        file.seek(header.size + header.nbytes)
        more = HEADER.match(file.read(LONGEST).lstrip())
    if more is not None:
        raise UnsupportedError(f"{path} holds more than one picture; make each of them a file")


def read(path: Path) -> Plane:
    header = _known(path)
    with path.open("rb") as file:
        file.seek(header.size)
        content = file.read()
    if header.kind in (2, 3):
        voxels = np.array(content.split(), np.uint32).astype(header.dtype)
    else:
        voxels = np.frombuffer(content, header.dtype, header.width * header.height * header.channels)
    return as_plane(voxels.reshape(header.height, header.width, header.channels))


def _known(path: Path) -> _Header:
    header = _header(path)
    if header is None:
        raise ValueError("its header is damaged")
    return header
