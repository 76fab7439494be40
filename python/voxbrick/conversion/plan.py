"""A conversion: planned as a whole (what is read, how it is laid out, in which boxes), then done."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from voxbrick.array import Array, open_array
from voxbrick.array.array import PathLike
from voxbrick.conversion.budget import MEMORY, cut
from voxbrick.conversion.layout import ArrayLayout, layout_for
from voxbrick.conversion.transfer import Filling, Progress, Transfer
from voxbrick.errors import AlreadyExistsError, Remedy, UnsupportedError, VoxbrickError, remedied
from voxbrick.files.space import check_space
from voxbrick.files.staging import Stage, Work, check_apart, finished, staged
from voxbrick.geometry.grid import whole
from voxbrick.sources.array_source import ArraySource
from voxbrick.sources.open import open_source
from voxbrick.sources.source import Source
from voxbrick.sources.transformed import as_cxyz


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


def plan_conversion(
    source: Source | PathLike,
    destination: PathLike,
    *,
    data_format: str | None = None,
    compress: bool = True,
    chunk_shape: Sequence[int] | None = None,
    shard_shape: Sequence[int] | None = None,
    overwrite: bool = False,
    verify: bool = False,
    memory: int = MEMORY,
    jobs: int = 2,
    resume: bool = False,
) -> Conversion:
    """What `convert` would do; nothing is written.

    Raises:
        AlreadyExistsError: the destination exists, and is not to be overwritten or is no array.
        InvalidArgumentError: source and destination overlap, or `memory` is too small.
        UnsupportedError: the format cannot hold the source.
    """
    source = source if isinstance(source, Source) else open_source(source)
    destination = Path(destination)
    check_apart(Path(source.name), destination)
    if not resume:
        check_destination(destination, overwrite)
    data_format = data_format or _usual_format(source, destination)
    if data_format == "wkw":
        source = as_cxyz(source)
    layout = layout_for(
        source,
        data_format,
        compress=compress,
        chunk_shape=chunk_shape,
        shard_shape=shard_shape,
    )
    parts = cut(whole(source.shape), source, layout.chunk_shape, layout.shard_shape, memory, jobs)
    conversion = Conversion(
        transfer=Transfer(source=source, offset=(0,) * len(source.shape), cut=parts),
        destination=destination,
        layout=layout,
        overwrite=overwrite,
        verify=verify,
        resume=resume,
    )
    conversion.check()
    return conversion


def _usual_format(source: Source, destination: Path) -> str:
    """Zarr for names that say so and for what is WKW already, otherwise WKW."""
    if destination.suffix.lower() == ".n5":
        raise UnsupportedError(
            f"{destination} has the name of an N5 array, which can be read but not written; "
            "choose a data format or another name"
        )
    is_wkw = isinstance(source, ArraySource) and source.data_format == "wkw"
    return "zarr3" if is_wkw or destination.suffix == ".zarr" else "wkw"


def check_destination(destination: Path, overwrite: bool) -> None:
    """Refuses what exists; with `overwrite`, what exists and is no array of its own.

    A scale of a precomputed volume belongs to the `info` above it, whether anything is stored of it or not.
    """
    exists = destination.exists()
    if exists and not overwrite:
        message = f"{destination} exists; choose another destination"
        raise remedied(AlreadyExistsError, message, Remedy.REPLACE)
    try:
        with open_array(destination) as array:
            is_scale = array.info.data_format == PRECOMPUTED and not (destination / "info").exists()
    except VoxbrickError as error:
        if not exists:
            return
        raise AlreadyExistsError(
            f"{destination} is not a readable array, so it is not overwritten; remove it yourself"
        ) from error
    if is_scale:
        raise AlreadyExistsError(
            f"{destination} is the place of a scale of the volume around it; choose another destination"
        )


PRECOMPUTED = "neuroglancerPrecomputed"
