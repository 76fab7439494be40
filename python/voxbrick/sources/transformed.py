"""Other ways to see a source: turned, of another type, or only a part of its channels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxbrick.errors import BoundsError, InvalidArgumentError, UnsupportedError
from voxbrick.geometry.grid import Box, Shape
from voxbrick.sources.source import CXYZ, Source


class Seen(Source):
    """Another source, in all that is not said."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.name = source.name
        self.broken = source.broken
        self.dtype = source.dtype
        self.axes = source.axes
        self.shape = source.shape
        self.fill_value = source.fill_value
        self.attributes = source.attributes
        self.begin = source.begin
        self.reads_whole_slices = source.reads_whole_slices

    @property
    def decoders(self) -> int:
        return self._source.decoders

    @decoders.setter
    def decoders(self, threads: int) -> None:
        self._source.decoders = threads

    @property
    def overhead(self) -> int:
        return self._source.overhead

    @property
    def voxel_bytes(self) -> int:
        return self._source.voxel_bytes

    @property
    def chunk_shape(self) -> Shape | None:
        return self._source.chunk_shape

    @property
    def fingerprint(self) -> Any:
        return [repr(self), self._source.fingerprint]

    def read(self, box: Box) -> NDArray[Any]:
        return self._source.read(self._inside(box))

    def is_absent(self, box: Box) -> bool:
        return self._source.is_absent(self._inside(box))

    def _inside(self, box: Box) -> Box:
        """The box of the other source that is seen as this one."""
        return box


class Turned(Seen):
    """With x and y swapped, and then reversed along some axes."""

    def __init__(self, source: Source, swap_xy: bool, flips: str) -> None:
        super().__init__(source)
        missing = set(flips) | (set("xy") if swap_xy else set())
        missing -= set(source.axes)
        if missing:
            raise InvalidArgumentError(f"{source.name} has no axis {', '.join(sorted(missing))} to turn")
        self._flips = tuple(source.axes.index(axis) for axis in flips)
        self._order = list(range(len(source.axes)))
        if swap_xy:
            x, y = source.axes.index("x"), source.axes.index("y")
            self._order[x], self._order[y] = y, x
            self.begin = (source.begin[1], source.begin[0], *source.begin[2:])
        self.shape = self._swapped(source.shape)

    @property
    def chunk_shape(self) -> Shape | None:
        chunk = super().chunk_shape
        return chunk and self._swapped(chunk)

    def __repr__(self) -> str:
        return f"turned {self._order} {self._flips}"

    def read(self, box: Box) -> NDArray[Any]:
        voxels: NDArray[Any] = np.flip(super().read(box).transpose(self._order), self._flips)
        return voxels

    def _inside(self, box: Box) -> Box:
        offset = [
            extent - begin - size if axis in self._flips else begin
            for axis, (extent, begin, size) in enumerate(zip(self.shape, *box, strict=True))
        ]
        return Box(self._swapped(tuple(offset)), self._swapped(box.shape))

    def _swapped(self, numbers: Shape) -> Shape:
        return tuple(numbers[axis] for axis in self._order)


class Cast(Seen):
    """With voxels of another type, as `numpy.ndarray.astype` converts them.

    Integers that do not fit wrap around; what NaN and too large numbers become is up to the processor.
    """

    def __init__(self, source: Source, dtype: np.dtype[Any]) -> None:
        super().__init__(source)
        self.dtype = dtype
        self.fill_value = self._cast(np.asarray(source.fill_value, source.dtype)).item()

    @property
    def voxel_bytes(self) -> int:
        """Both types are there for a moment."""
        return super().voxel_bytes + self.dtype.itemsize

    def __repr__(self) -> str:
        return f"cast {self.dtype}"

    def read(self, box: Box) -> NDArray[Any]:
        return self._cast(super().read(box))

    def _cast(self, voxels: NDArray[Any]) -> NDArray[Any]:
        with np.errstate(all="ignore"):
            return voxels.astype(self.dtype, copy=False)


class Part(Seen):
    """Only some places along an axis."""

    def __init__(self, source: Source, axis: str, begin: int, extent: int) -> None:
        super().__init__(source)
        self._axis = source.axes.index(axis)
        self._begin = begin
        has = source.shape[self._axis]
        if not 0 <= begin <= begin + extent <= has:
            raise BoundsError(f"{source.name} has {has} places along {axis}, and none has the number {begin}")
        self.shape = (*source.shape[: self._axis], extent, *source.shape[self._axis + 1 :])

    def __repr__(self) -> str:
        return f"part {self._axis} {self._begin} {self.shape}"

    def _inside(self, box: Box) -> Box:
        offset = list(box.offset)
        offset[self._axis] += self._begin
        return Box(tuple(offset), box.shape)


class Arranged(Seen):
    """With its axes in another order; those that it lacks have one place, those left out had one."""

    def __init__(self, source: Source, axes: tuple[str, ...]) -> None:
        super().__init__(source)
        extents = dict(zip(source.axes, source.shape, strict=True))
        self._left_out = tuple(place for place, axis in enumerate(source.axes) if axis not in axes)
        self._order = [
            [axis for axis in source.axes if axis in axes].index(axis) for axis in axes if axis in extents
        ]
        self._added = tuple(place for place, axis in enumerate(axes) if axis not in extents)
        self.axes = axes
        self.shape = tuple(extents.get(axis, 1) for axis in axes)

    @property
    def chunk_shape(self) -> Shape | None:
        chunk = super().chunk_shape
        if chunk is None:
            return None
        sizes = dict(zip(self._source.axes, chunk, strict=True))
        return tuple(sizes.get(axis, 1) for axis in self.axes)

    def __repr__(self) -> str:
        return f"arranged {self.axes}"

    def read(self, box: Box) -> NDArray[Any]:
        voxels = super().read(box).squeeze(self._left_out).transpose(self._order)
        return np.expand_dims(voxels, self._added)

    def _inside(self, box: Box) -> Box:
        places = dict(zip(self.axes, zip(*box, strict=True), strict=True))
        inside = [places.get(axis, (0, 1)) for axis in self._source.axes]
        return Box(tuple(begin for begin, _ in inside), tuple(extent for _, extent in inside))


def as_cxyz(source: Source) -> Source:
    """The source with the axes of WKW.

    Raises:
        UnsupportedError: it has others.
    """
    unknown = set(source.axes) - set(CXYZ)
    if unknown or len(set(source.axes)) < len(source.axes):
        raise UnsupportedError(
            f"{source.name} has the axes {', '.join(source.axes)}; WKW holds c, x, y and z, each at most once"
        )
    return source if source.axes == CXYZ else Arranged(source, CXYZ)
