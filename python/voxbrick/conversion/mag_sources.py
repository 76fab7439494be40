"""Mags as sources of voxels."""

from __future__ import annotations

from math import prod
from operator import floordiv
from typing import Any

from numpy.typing import NDArray

from voxbrick.files.fingerprint import of_folder
from voxbrick.geometry.grid import Box, Shape, cells_around
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.sources.source import Source
from voxbrick.volume.mag_array import MagArray


class MagSource(Source):
    """All that is stored of a mag, also beyond the box of its layer."""

    def __init__(self, array: MagArray, extent: NDBoundingBox) -> None:
        self._array = array
        self._extent = extent
        boxes = array.stored_boxes(extent)
        self._cell = tuple(boxes[0].size) if boxes else (1,) * len(extent)
        self._stored = {tuple(map(floordiv, box.topleft, self._cell)) for box in boxes}
        self.name = str(array.place.path)
        self.dtype = array.info.voxel_type
        self.fill_value = array.fill_value
        self.axes = ("c", *extent.axes)
        self.shape = (array.info.num_channels, *extent.size)

    @property
    def chunk_shape(self) -> Shape | None:
        others = (1,) * (len(self.axes) - 4)
        return self.shape[0], *others, *self._array.info.chunk_shape

    @property
    def overhead(self) -> int:
        """A chunk, as it is stored and as it is decoded."""
        return 2 * prod(self.chunk_shape or ()) * self.dtype.itemsize

    @property
    def fingerprint(self) -> Any:
        return [of_folder(self._array.place.path), list(self._extent.topleft)]

    def read(self, box: Box) -> NDArray[Any]:
        return self._array.read(self._in_mag(box))

    def is_absent(self, box: Box) -> bool:
        asked = self._in_mag(box)
        return self._stored.isdisjoint(cells_around(asked.topleft, asked.size, self._cell))

    def _in_mag(self, box: Box) -> NDBoundingBox:
        begin = [a + b for a, b in zip(box.offset[1:], self._extent.topleft, strict=True)]
        return self._extent.with_topleft(begin).with_size(box.shape[1:])
