"""TIFF, also BigTIFF, OME and ImageJ: one page, or pages for timepoints, z and channels."""

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from voxbrick._support import extra
from voxbrick.errors import UnsupportedError
from voxbrick.sources.image_info import ImageInfo, Plane, as_plane, stored_as

SUFFIXES = {".tif", ".tiff", ".btf", ".tf8"}

# What lies along an axis of pages that has no name ("I", "Q") is taken for z.
MEANINGS = {"T": "t", "Z": "z", "I": "z", "Q": "z", "C": "c"}
PAGE_AXES = ("YX", "YXS", "SYX")


class _Pages(NamedTuple):
    """The pages of a file in their order, and what their numbers mean."""

    series: Any
    axes: str
    shape: tuple[int, ...]

    def extent(self, axis: str) -> int:
        return self.shape[self.axes.index(axis)] if axis in self.axes else 1

    def plane(self, timepoint: int, z: int) -> Plane:
        """All channels of a plane."""
        place = {"t": timepoint, "z": z}
        numbers = [self._number({**place, "c": channel}) for channel in range(self.extent("c"))]
        planes = [_decoded(self.series, number) for number in numbers]
        return planes[0] if len(planes) == 1 else np.concatenate(planes)

    def _number(self, place: dict[str, int]) -> int:
        number = 0
        for axis, extent in zip(self.axes, self.shape, strict=True):
            number = number * extent + place[axis]
        return number


def describe(path: Path) -> ImageInfo:
    with _open(path) as tiff:
        pages = _pages(tiff, path)
        page = pages.series.keyframe
        _check_whole(pages.series, 0)
        return ImageInfo(
            path=path,
            dtype=stored_as(page.dtype),
            width=page.imagewidth,
            height=page.imagelength,
            channels=pages.extent("c") * page.samplesperpixel,
            depth=pages.extent("z"),
            timepoints=pages.extent("t"),
        )


def read_planes(path: Path, places: Iterable[tuple[int, int]]) -> Iterator[Plane]:
    """The planes at some (timepoint, z)."""
    with _open(path) as tiff:
        pages = _pages(tiff, path)
        for timepoint, z in places:
            yield pages.plane(timepoint, z)


def _open(path: Path) -> Any:
    return extra("tifffile", "images").TiffFile(path)


def _pages(tiff: Any, path: Path) -> _Pages:
    """The pages of the only series.

    Raises:
        UnsupportedError: the file holds several images, or one of more axes than there are here.
    """
    if len(tiff.series) != 1:
        shapes = ", ".join(f"{series.axes} {series.shape}" for series in tiff.series)
        raise UnsupportedError(f"{path} holds {len(tiff.series)} images, {shapes}; give files with one each")
    [series] = tiff.series
    if series.is_multifile:
        files = sorted({page.parent.filename for page in series.pages if page is not None})
        raise UnsupportedError(
            f"{path} is a part of an OME image in {len(files)} files, {', '.join(files[:5])}; "
            "every file would bring all planes, so merge them into one first"
        )
    page_axes = series.keyframe.axes
    extents = zip(series.axes, series.shape, strict=True)
    # Some programs write axes that are one long, at any place.
    long = {axis: extent for axis, extent in extents if extent > 1 and axis not in page_axes}
    axes = "".join(MEANINGS.get(axis, "?") for axis in long)
    shape = tuple(long.values())
    inner = series.axes.find(page_axes)
    in_front = all(series.axes.index(axis) < inner for axis in long)
    known = page_axes in PAGE_AXES and "?" not in axes and len(set(axes)) == len(axes)
    is_complete = _is_one_block(series) or len(series) == math.prod(shape)
    if not (known and in_front and is_complete):
        raise UnsupportedError(
            f"{path} has the axes {series.axes} with {series.shape} in {len(series)} pages; "
            "pages of X and Y in the order of T, Z and C can be converted"
        )
    # Of a file that is cut off, tifffile shows the first page alone.
    promised = (tiff.imagej_metadata or {}).get("images", 1)
    if math.prod(shape) < promised:
        raise ValueError(f"it is cut off, {promised} pages should be there")
    return _Pages(series, axes, shape)


def _is_one_block(series: Any) -> bool:
    """True if only the first page is described, and the voxels of all others follow it.

    ImageJ writes files of more than 4 GB so, and tifffile what it truncates.
    """
    return len(series.pages) == 1 and series.dataoffset is not None


def _decoded(series: Any, number: int) -> Plane:
    """A page as (c, x, y)."""
    _check_whole(series, number)
    keyframe = series.keyframe
    if _is_one_block(series):
        file = keyframe.parent.filehandle
        dtype = np.dtype(keyframe.parent.byteorder + keyframe.dtype.char)
        voxels = file.read_array(dtype, math.prod(keyframe.shape), _offset(series, number))
        voxels = voxels.reshape(keyframe.shape)
    else:
        # One slice is decoded by one thread: others decode other slices at the same time.
        voxels = series.pages[number].asarray(maxworkers=1)
    return as_plane(np.moveaxis(voxels, 0, 2) if keyframe.axes == "SYX" else voxels)


def _offset(series: Any, number: int) -> int:
    """Where a page begins in a block of them."""
    return int(series.dataoffset + number * series.keyframe.nbytes)


def _check_whole(series: Any, number: int) -> None:
    """Refuses a page of which a part is missing: the decoder would fill it up."""
    size = series.keyframe.parent.filehandle.size
    if _is_one_block(series):
        end, smallest = _offset(series, number + 1), series.keyframe.nbytes
    else:
        page = series.pages[number]
        if page is None:
            raise ValueError("a page is missing")
        end = max(map(sum, zip(page.dataoffsets, page.databytecounts, strict=True)), default=0)
        smallest = min(page.databytecounts, default=0)
    if smallest <= 0 or end > size:
        raise ValueError(f"page {number} is cut off")
