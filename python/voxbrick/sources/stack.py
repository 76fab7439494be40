"""Many images as one volume: slices along z, timepoints, channels and tiles side by side."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, product
from pathlib import Path
from typing import Any, NamedTuple

import attrs
import numpy as np
from numpy.typing import NDArray

from voxbrick.array import num_threads
from voxbrick.errors import CorruptDataError
from voxbrick.files.fingerprint import of_files
from voxbrick.geometry.grid import Box
from voxbrick.sources.image_info import ImageInfo, Plane
from voxbrick.sources.images import check_alike, read_planes, scan
from voxbrick.sources.source import CTXYZ, CXYZ, Source
from voxbrick.work.pools import in_parallel


@attrs.frozen(kw_only=True)
class Placed:
    """An image, and where its first voxel lies in the volume."""

    image: ImageInfo
    channel: int = 0
    timepoint: int = 0
    x: int = 0
    y: int = 0
    z: int = 0

    @property
    def begin(self) -> tuple[int, ...]:
        """As c, t, x, y, z."""
        return self.channel, self.timepoint, self.x, self.y, self.z

    @property
    def end(self) -> tuple[int, ...]:
        image = self.image
        extent = (image.channels, image.timepoints, image.width, image.height, image.depth)
        return tuple(a + b for a, b in zip(self.begin, extent, strict=True))


class _Piece(NamedTuple):
    """A plane of an image, and where it lies along t and z."""

    placed: Placed
    timepoint: int
    z: int

    @property
    def place_in_image(self) -> tuple[int, int]:
        return self.timepoint - self.placed.timepoint, self.z - self.placed.z


class StackSource(Source):
    """Images side by side: columns are x, rows are y. Where there is none, voxels are 0.

    Planes are decoded by as many threads as `decoders` says.
    """

    reads_whole_slices = True

    def __init__(
        self,
        name: str,
        images: Iterable[Placed],
        broken: Sequence[Path] = (),
        at_least: Sequence[int] = (1, 1, 1, 1, 1),
    ) -> None:
        """Reaches `at_least` to some c, t, x, y, z: broken images may leave gaps at the end."""
        self._images = sorted(images, key=lambda placed: placed.begin[::-1])
        check_alike([placed.image for placed in self._images])
        self._begins = [placed.z for placed in self._images]
        self._deepest = max(placed.image.depth for placed in self._images)
        self.name = name
        self.broken = broken
        self.dtype = self._images[0].image.dtype
        self.decoders = num_threads()
        self._extent = tuple(np.max([at_least, *(placed.end for placed in self._images)], axis=0).tolist())
        has_time = self._extent[1] > 1
        self.axes = CTXYZ if has_time else CXYZ
        self.shape = self._extent if has_time else (self._extent[0], *self._extent[2:])

    @property
    def fingerprint(self) -> Any:
        places = [placed.begin for placed in self._images]
        return [places, of_files(placed.image.path for placed in self._images)]

    @property
    def overhead(self) -> int:
        """A plane, as it is stored and as it is decoded."""
        return 2 * max(placed.image.plane_bytes for placed in self._images)

    def read(self, box: Box) -> NDArray[Any]:
        box = box if "t" in self.axes else Box(_with_time(box.offset, 0), _with_time(box.shape, 1))
        voxels = np.zeros(box.shape, self.dtype, order="F")
        runs = list(_runs(self._pieces(box), -(-box.shape[1] * box.shape[-1] // self.decoders)))
        in_parallel(lambda run: _read_run(run, box, voxels), runs, self.decoders)
        return voxels if "t" in self.axes else voxels[:, 0]

    def is_absent(self, box: Box) -> bool:
        box = box if "t" in self.axes else Box(_with_time(box.offset, 0), _with_time(box.shape, 1))
        return next(self._pieces(box), None) is None

    def _pieces(self, box: Box) -> Iterator[_Piece]:
        """The planes that meet a box."""
        end = [a + b for a, b in zip(*box, strict=True)]
        first = bisect_right(self._begins, box.offset[-1] - self._deepest)
        for placed in self._images[first : bisect_left(self._begins, end[-1])]:
            spans = [
                range(max(own, begin), min(own_end, stop))
                for own, own_end, begin, stop in zip(placed.begin, placed.end, box.offset, end, strict=True)
            ]
            if all(spans):
                yield from (_Piece(placed, *place) for place in product(spans[1], spans[4]))


def _with_time(numbers: tuple[int, ...], time: int) -> tuple[int, ...]:
    return numbers[0], time, *numbers[1:]


def _runs(pieces: Iterable[_Piece], most: int) -> Iterator[list[_Piece]]:
    """Planes of the same file, which is opened once for all of a run; at most so many in one."""
    for _, group in groupby(pieces, lambda piece: piece.placed):
        run = list(group)
        yield from (run[begin : begin + most] for begin in range(0, len(run), most))


def _read_run(run: list[_Piece], box: Box, voxels: NDArray[Any]) -> None:
    placed = run[0].placed
    planes = read_planes(placed.image.path, [piece.place_in_image for piece in run])
    for piece, plane in zip(run, planes, strict=True):
        _check_same(placed.image, plane)
        _paste(plane, placed, box, voxels[:, piece.timepoint - box.offset[1], :, :, piece.z - box.offset[4]])


def _check_same(image: ImageInfo, plane: Plane) -> None:
    shape = (image.channels, image.width, image.height)
    if plane.shape != shape or plane.dtype != image.dtype:
        raise CorruptDataError(
            f"{image.path} was {image.dtype} of (c, x, y) {shape} and now is {plane.dtype} of {plane.shape}"
        )


def _paste(plane: Plane, placed: Placed, box: Box, target: NDArray[Any]) -> None:
    """Copies the part of a plane that lies in the box."""
    inside, outside = [], []
    for axis in (0, 2, 3):
        begin = max(placed.begin[axis], box.offset[axis])
        end = min(placed.end[axis], box.offset[axis] + box.shape[axis])
        inside.append(slice(begin - placed.begin[axis], end - placed.begin[axis]))
        outside.append(slice(begin - box.offset[axis], end - box.offset[axis]))
    target[tuple(outside)] = plane[tuple(inside)]


def open_stack(name: str, paths: list[Path], skip_broken: bool = False) -> StackSource:
    """Images as slices along z, in their order; those that are broken leave a gap."""
    found = scan(paths, skip_broken)
    placed, z = [], 0
    for path in paths:
        if path in found.images:
            placed.append(Placed(image=found.images[path], z=z))
        z += found.extent(path, "depth")
    return StackSource(name, placed, found.broken, (1, 1, 1, 1, z))
