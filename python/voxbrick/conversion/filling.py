"""Filling an array from a source: threads of this process do it, or an executor of any kind."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs

from voxbrick.array import open_array
from voxbrick.conversion.crew import Crew
from voxbrick.conversion.sent import send
from voxbrick.conversion.transfer import Transfer
from voxbrick.dataset._checkpoint import Checkpoint
from voxbrick.dataset._fan_out import fan_out

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
            job = send(job, self.checkpoint.folder)
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
