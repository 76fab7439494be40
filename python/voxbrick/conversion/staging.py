"""A folder appears whole or not at all, and what was done is still there if the machine dies.

1. ``.NAME.partial`` beside the destination holds the new folder, ``data``, and ``done``, the record
   of finished cells. Who works there holds a lock on it.
2. The record begins when ``data`` is ready to be filled; without it, everything begins anew.
3. When all is done ``data`` is renamed to the destination, then the rest goes.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from voxbrick.array import open_array
from voxbrick.dataset._checkpoint import Checkpoint
from voxbrick.dataset._lock import held_alone
from voxbrick.errors import AlreadyExistsError, VoxbrickError


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


@attrs.frozen
class Stage:
    """Where a folder is written before it appears."""

    folder: Path
    resumed: bool
    """True if `data` is there, from work that was interrupted."""

    @property
    def data(self) -> Path:
        """The folder that will take the place of the destination."""
        return self.folder / "data"

    def checkpoint(self, work: dict[str, Any]) -> Checkpoint:
        """The record of what is done.

        Raises:
            InvalidArgumentError: what was interrupted was other work.
        """
        return Checkpoint.of(self.folder / "done", work)


@contextmanager
def staged(destination: Path, resume: bool = False) -> Iterator[Stage]:
    """A folder to fill, which then takes the place of `destination`.

    If anything fails it goes, or with `resume` is kept to go on from there. What others left
    behind goes, unless it is taken up.

    Raises:
        AlreadyExistsError: another process is writing it at this moment.
    """
    folder = _folder(destination)
    folder.mkdir(parents=True, exist_ok=True)
    with held_alone(folder / "lock"):
        stage = Stage(folder, resume and (folder / "done" / "work.json").exists())
        if not stage.resumed:
            _begin_anew(folder, destination)
        try:
            yield stage
            _put_in_place(stage.data, destination, folder / "old")
        except BaseException:
            if not resume:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        shutil.rmtree(folder, ignore_errors=True)


def finished(destination: Path) -> bool:
    """True if who wrote the destination died after it was in its place, and before all else was gone."""
    folder = _folder(destination)
    return destination.exists() and (folder / "done").exists() and not (folder / "data").exists()


def clear(destination: Path) -> None:
    """Removes what was left beside a destination."""
    shutil.rmtree(_folder(destination), ignore_errors=True)


def _folder(destination: Path) -> Path:
    return destination.with_name(f".{destination.name}.partial")


def _begin_anew(folder: Path, destination: Path) -> None:
    old = folder / "old"
    if old.exists() and not destination.exists():
        old.rename(destination)
    for name in ("done", "data", "old"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _put_in_place(data: Path, destination: Path, old: Path) -> None:
    if destination.exists():
        destination.rename(old)
    try:
        data.rename(destination)
    except OSError:
        if old.exists():
            old.rename(destination)
        raise
