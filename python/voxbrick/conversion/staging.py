"""A folder appears whole or not at all, and what was done is still there if the machine dies.

1. ``.NAME.partial`` beside the destination holds the new folder, ``data``, and ``done``, the record
   of finished cells. Who works there holds a lock on it.
2. The record begins when ``data`` is ready to be filled; without it, everything begins anew.
3. When all is done ``data`` is renamed to the destination, then the rest goes.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from glob import has_magic
from itertools import takewhile
from pathlib import Path
from typing import Any

import attrs

from voxbrick.array import open_array
from voxbrick.dataset._checkpoint import Checkpoint
from voxbrick.dataset._lock import held_alone
from voxbrick.errors import AlreadyExistsError, InvalidArgumentError, VoxbrickError


def check_destination(destination: Path, overwrite: bool) -> None:
    """Refuses what exists; with `overwrite`, what exists and is no array."""
    if not destination.exists():
        return
    if not overwrite:
        raise AlreadyExistsError(f"{destination} exists; overwrite it, or choose another destination")
    try:
        open_array(destination).close()
    except VoxbrickError as error:
        raise AlreadyExistsError(
            f"{destination} is not a readable array, so it is not overwritten; remove it yourself"
        ) from error


def check_apart(source: Path, destination: Path) -> None:
    """Refuses to write into the source, or to replace a folder around it.

    The source may be a pattern: then it is the folder in which files are looked for.
    """
    inner, outer = _fixed_part(source).resolve(), destination.resolve()
    if inner == outer or inner in outer.parents or outer in inner.parents:
        raise InvalidArgumentError(
            f"{destination} and the source {source} lie in each other; choose another destination"
        )


def _fixed_part(path: Path) -> Path:
    """A path up to the first wildcard."""
    if path.exists():
        return path
    parts = takewhile(lambda part: not has_magic(part), path.parts)
    return Path(*parts)


@attrs.frozen
class Stage:
    """Where a folder is written before it appears."""

    destination: Path
    resumed: bool
    """True if `data` is there, from work that was interrupted."""

    @property
    def folder(self) -> Path:
        """What is beside the destination in the meantime."""
        return self.destination.with_name(f".{self.destination.name}.partial")

    @property
    def data(self) -> Path:
        """The folder that will take the place of the destination."""
        return self.folder / "data"

    def begin(self, work: dict[str, Any]) -> None:
        """Says that `data` is ready to be filled, or goes on with that.

        Raises:
            InvalidArgumentError: what was interrupted was other work.
        """
        Checkpoint.of(self.folder / "done", work)

    def record(self, name: str) -> Checkpoint:
        """The record of what is done of one array."""
        checkpoint = Checkpoint(self.folder / "done" / name)
        checkpoint.folder.mkdir(exist_ok=True)
        return checkpoint

    def finish(self) -> None:
        """Puts `data` in the place of the destination."""
        old = self.folder / "old"
        if self.destination.exists():
            self.destination.rename(old)
        try:
            self.data.rename(self.destination)
        except OSError:
            if old.exists():
                old.rename(self.destination)
            raise


@contextmanager
def staged(destination: Path, resume: bool = False) -> Iterator[Stage]:
    """A folder to fill, and then to `finish`.

    If anything fails it goes, or with `resume` is kept to go on from there. What others left
    behind goes, unless it is taken up.

    Raises:
        AlreadyExistsError: another process is writing it at this moment.
    """
    stage = Stage(destination, resume)
    stage.folder.mkdir(parents=True, exist_ok=True)
    with held_alone(stage.folder / "lock"):
        if not (resume and (stage.folder / "done" / "work.json").exists()):
            stage = Stage(destination, False)
            _begin_anew(stage)
        try:
            yield stage
        except BaseException:
            if not resume:
                clear(destination)
            raise
        clear(destination)


def finished(destination: Path) -> bool:
    """True if who wrote the destination died after it was in its place, and before all else was gone."""
    stage = Stage(destination, True)
    return destination.exists() and (stage.folder / "done").exists() and not stage.data.exists()


def clear(destination: Path) -> None:
    """Removes what was left beside a destination."""
    shutil.rmtree(Stage(destination, True).folder, ignore_errors=True)


def _begin_anew(stage: Stage) -> None:
    old = stage.folder / "old"
    if old.exists() and not stage.destination.exists():
        old.rename(stage.destination)
    for name in ("done", "data", "old"):
        shutil.rmtree(stage.folder / name, ignore_errors=True)
