"""Which part of a source goes where in an array, in which steps."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from voxbrick.array import Array, open_array
from voxbrick.conversion.budget import Cut
from voxbrick.errors import CorruptDataError
from voxbrick.files.checkpoint import Checkpoint
from voxbrick.geometry.grid import Box, Cells, Shape, around
from voxbrick.sources.source import Source
from voxbrick.work.fan_out import fan_out
from voxbrick.work.pools import Crew
from voxbrick.work.shipping import SpilledJob


@attrs.frozen(kw_only=True)
class Transfer:
    """Which part of a source goes where in an array; the work is counted in cells."""

    source: Source
    offset: Shape
    """Where the first voxel of the source belongs in the array."""
    cut: Cut

    @property
    def target(self) -> Box:
        """The box of the array that is filled."""
        return Box(self.offset, self.source.shape)

    @property
    def cells(self) -> Cells:
        """What workers do alone; no two of them touch the same shard."""
        return Cells(self.target, self.cut.cell, self.cut.origin)

    @property
    def work(self) -> dict[str, Any]:
        """What it has in common with itself in another process, as JSON values."""
        source = self.source
        return {
            "source": source.name,
            "dtype": source.dtype.name,
            "shape": list(source.shape),
            "sizes and times of files": _digest(source.fingerprint),
            "offset": list(self.offset),
            "cell": list(self.cut.cell),
        }

    def boxes(self, number: int) -> Iterator[Box]:
        """The boxes of a cell, each of which fits into memory."""
        cell = self.cells[number]
        grid = Cells(cell, self.cut.box_shape, around(cell, self.cut.chunk).offset)
        return (grid[part] for part in range(len(grid)))

    def copy(self, number: int, array: Array, durable: bool = False) -> None:
        """Copies a cell, and leaves out boxes that hold nothing but what is there already."""
        fill = np.asarray(array.info.fill_value, array.info.dtype)
        same_fill = same_bits(np.asarray(self.source.fill_value), fill)
        stored = _bits(fill).any()
        for box in self.boxes(number):
            if same_fill and self.source.is_absent(self._in_source(box)):
                continue
            voxels = self._read(box)
            if stored or _holds_bits(voxels):
                array.write(box.offset, voxels, durable=durable)

    def compare(self, number: int, array: Array) -> None:
        """Reads a cell again.

        Raises:
            CorruptDataError: it holds other voxels than the source.
        """
        for box in self.boxes(number):
            if not same_bits(self._read(box), array.read(*box)):
                raise CorruptDataError(
                    f"{array.path} differs from {self.source.name} in the box at {box.offset} "
                    f"of shape {box.shape}; it was not kept"
                )

    def _read(self, box: Box) -> NDArray[Any]:
        self.source.decoders = self.cut.decoders
        return self.source.read(self._in_source(box))

    def _in_source(self, box: Box) -> Box:
        return Box(tuple(a - b for a, b in zip(box.offset, self.offset, strict=True)), box.shape)


def _digest(value: Any) -> str:
    return sha256(json.dumps(value).encode()).hexdigest()[:16]


def _bits(voxels: NDArray[Any]) -> NDArray[Any]:
    return voxels.view(f"u{voxels.dtype.itemsize}")


def _holds_bits(voxels: NDArray[Any]) -> bool:
    """False if all voxels are 0 to the last bit, which -0.0 is not."""
    bits = _bits(voxels)
    # Most boxes show in one plane already that they are not empty.
    return bool(bits[..., bits.shape[-1] // 2].any() or bits.any())


def same_bits(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """True if all voxels are alike to the last bit; NaN equals the same NaN, -0.0 is not 0.0."""
    native = a.astype(b.dtype, copy=False)
    return np.array_equal(_bits(native), _bits(b))


# -- filling ---------------------------------------------------------------------------------------
#
# Filling an array from a source: threads of this process do it, or an executor of any kind.

Progress = Callable[[int], None]
"""Called with the voxels that were done since the last call."""


@attrs.frozen
class CopyCell:
    """Copies the cell of a number, and remembers that; this is what workers are sent."""

    transfer: Transfer
    path: Path
    checkpoint: Checkpoint
    durable: bool = False

    def __call__(self, number: int) -> None:
        with open_array(self.path, "r+") as array:
            self.transfer.copy(number, array, self.durable)
        self.checkpoint.record(number)


@attrs.frozen
class CompareCell:
    """Compares the cell of a number with the source."""

    transfer: Transfer
    path: Path

    def __call__(self, number: int) -> None:
        with open_array(self.path) as array:
            self.transfer.compare(number, array)


@attrs.frozen
class Filling:
    """Fills an array from a source, maybe in the second attempt."""

    transfer: Transfer
    path: Path
    checkpoint: Checkpoint
    executor: Any = None
    """One of `concurrent.futures`, `cluster_tools` or Dask; threads of this process if None."""
    durable: bool = False
    """Whether voxels are on disk before their cell is recorded."""

    def copy(self, progress: Progress) -> None:
        """Copies the cells that are not recorded."""
        count = len(self.transfer.cells)
        numbers = self.checkpoint.missing(range(count))
        progress(self._voxels(set(range(count)) - set(numbers)))
        self._each(CopyCell(self.transfer, self.path, self.checkpoint, self.durable), numbers, progress)

    def compare(self, progress: Progress) -> None:
        """Compares all cells with the source."""
        self._each(CompareCell(self.transfer, self.path), range(len(self.transfer.cells)), progress)

    def _each(self, job: Callable[[int], None], numbers: Sequence[int], progress: Progress) -> None:
        if not isinstance(self.executor, ThreadPoolExecutor | None):
            job = SpilledJob.of(job, self.checkpoint.folder)
        work_through(
            job,
            numbers,
            self.transfer.cut.jobs,
            self.executor,
            lambda number: progress(self._voxels([number])),
        )

    def _voxels(self, numbers: Iterable[int]) -> int:
        return sum(self.transfer.cells[number].volume for number in numbers)


def work_through(
    job: Callable[[int], Any],
    numbers: Sequence[int],
    jobs: int,
    executor: Any = None,
    done: Callable[[int], None] = lambda number: None,
) -> None:
    """Does a job for all numbers, and tells of each that is done; the first error ends it."""
    if executor is not None:
        fan_out(job, numbers, executor, finished=done)
        return
    with Crew(jobs) as crew:
        for number in crew.each(job, numbers):
            done(number)
