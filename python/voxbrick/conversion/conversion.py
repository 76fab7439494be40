"""Doing a conversion: copy a few boxes at a time, compare them afterwards if asked."""

from pathlib import Path
from typing import Any

import attrs

from voxbrick.array import Array, open_array
from voxbrick.conversion.filling import Filling, Progress
from voxbrick.conversion.layout import ArrayLayout
from voxbrick.conversion.source import Source
from voxbrick.conversion.staging import Stage, Work, check_destination, finished, staged
from voxbrick.conversion.transfer import Transfer
from voxbrick.disk import check_space


@attrs.frozen(kw_only=True)
class Conversion:
    """What is to be done: copy a source into a new array, a few boxes at a time."""

    transfer: Transfer
    destination: Path
    layout: ArrayLayout
    overwrite: bool
    verify: bool
    resume: bool
    """Keeps what was done if anything fails, and goes on from there the next time."""

    @property
    def source(self) -> Source:
        return self.transfer.source

    @property
    def total(self) -> int:
        """Voxels that will be reported as done in the end."""
        return self.source.voxels * (2 if self.verify else 1)

    @property
    def work(self) -> Work:
        return {"transfer": self.transfer.work, "layout": self.layout.work}

    def run(self, progress: Progress = lambda done: None, executor: Any = None) -> Array:
        """Does it, and returns the new array, open for reading.

        Raises:
            CorruptDataError: what was written reads differently (only with `verify`).
            StorageError: the disk is too small.
        """
        with staged(self.destination, self.work, self.resume) as stage:
            if not stage.finished:
                check_destination(self.destination, self.overwrite)
                check_space(self.destination, self.source.nbytes, self.layout.compress)
                self._fill(stage, progress, executor)
                stage.finish()
        return open_array(self.destination)

    def check(self) -> None:
        """Refuses a destination that exists, unless this made it or it is to be overwritten."""
        if not (self.resume and finished(self.destination, self.work)):
            check_destination(self.destination, self.overwrite)

    def _fill(self, stage: Stage, progress: Progress, executor: Any) -> None:
        if not stage.resumed:
            self.layout.create(stage.data, self.source).close()
        stage.begin()
        filling = Filling(self.transfer, stage.data, stage.record("array"), executor, stage.keeps)
        filling.copy(progress)
        if self.verify:
            filling.compare(progress)
