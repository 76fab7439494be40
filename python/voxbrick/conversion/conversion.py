"""Doing a conversion: copy a few boxes at a time, compare them afterwards if asked."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from voxbrick.array import Array, open_array
from voxbrick.conversion.boxes import Box, Shape, tiles, whole
from voxbrick.conversion.crew import Crew
from voxbrick.conversion.layout import Layout
from voxbrick.conversion.source import Source
from voxbrick.conversion.staging import check_destination, staged
from voxbrick.errors import CorruptDataError

Progress = Callable[[int], None]
"""Called with the bytes that were done since the last call."""


@attrs.frozen(kw_only=True)
class Conversion:
    """What is to be done: copy a source into a new array, a few boxes at a time."""

    source: Source
    destination: Path
    layout: Layout
    cell: Shape
    """A shard, or a layer of shards where the source is read in whole slices."""
    box_shape: Shape
    """Extent of a box: a cell, or the part of one that fits into memory."""
    jobs: int
    """How many boxes are worked on at once."""
    overwrite: bool
    verify: bool

    @property
    def memory(self) -> int:
        """Bytes it takes at most: each box decoded, and encoded or read again."""
        return 2 * self.jobs * Box((), self.box_shape).volume * self.source.dtype.itemsize

    @property
    def total(self) -> int:
        """Bytes that will be reported as done in the end."""
        return self.source.nbytes * (2 if self.verify else 1)

    def run(self, progress: Progress = lambda done: None) -> Array:
        """Does it, and returns the new array, open for reading.

        Raises:
            CorruptDataError: what was written reads differently (only with `verify`).
        """
        check_destination(self.destination, self.overwrite)
        with (
            staged(self.destination) as folder,
            self.layout.create(folder, self.source) as array,
        ):
            self._for_each_box(lambda box: self._copy(box, array), progress)
            if self.verify:
                self._for_each_box(lambda box: self._compare(box, array), progress)
        return open_array(self.destination)

    def boxes(self) -> Iterator[Box]:
        """The boxes, which tile the source; none crosses a cell."""
        for cell in tiles(whole(self.source.shape), self.cell):
            yield from tiles(cell, self.box_shape)

    def _for_each_box(self, work: Callable[[Box], None], progress: Progress) -> None:
        with Crew(self.jobs) as crew:
            for box in crew.each(work, self.boxes()):
                progress(box.volume * self.source.dtype.itemsize)

    def _copy(self, box: Box, array: Array) -> None:
        same_fill = same_bits(np.asarray(self.source.fill_value), np.asarray(array.info.fill_value))
        if not (same_fill and self.source.is_absent(box)):
            array.write(box.offset, self.source.read(box))

    def _compare(self, box: Box, array: Array) -> None:
        if not same_bits(self.source.read(box), array.read(*box)):
            raise CorruptDataError(
                f"{self.destination} differs from {self.source.name} in the box at {box.offset} "
                f"of shape {box.shape}; it was not kept"
            )


def same_bits(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """True if all voxels are alike to the last bit; NaN equals the same NaN, -0.0 is not 0.0."""
    native = a.astype(b.dtype, copy=False)
    bits = f"u{b.dtype.itemsize}"
    return np.array_equal(native.view(bits), b.view(bits))
