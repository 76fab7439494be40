"""A folder appears whole or not at all, and what was done is still there if the process dies.

1. ``.NAME.partial`` beside the destination holds the new folder, ``data``, and ``done``, the record
   of finished cells. Who works there holds a lock on it.
2. The record begins when ``data`` is ready to be filled; without it, everything begins anew.
3. When all is done ``data`` is renamed to the destination, then the rest goes.
4. With `resume`, voxels are on disk before their cell is recorded, so that a power cut does no harm
   either; and the destination keeps a hidden file that says which work made it, so that the same
   work is not done again.
5. Whatever replaces a folder is on disk, in its place, before the old one is deleted: without `resume`
   too, but then it is synced only once, at the end.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import has_magic
from itertools import takewhile
from pathlib import Path
from typing import Any

import attrs

from voxbrick.errors import (
    AlreadyExistsError,
    InvalidArgumentError,
    NotFoundError,
    Remedy,
    remedied,
)
from voxbrick.files.checkpoint import Checkpoint
from voxbrick.files.locking import replace_text, sync, sync_tree, try_lock


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


MARK = ".voxbrick-work.json"
"""In a destination that was made with `resume`: which work made it."""

Work = dict[str, Any]
"""What work has in common with itself in another process, as JSON values."""


@attrs.frozen(kw_only=True)
class Stage:
    """Where a folder is written before it appears."""

    destination: Path
    work: Work
    keeps: bool
    """True if what is done is kept if anything fails, also the power."""
    resumed: bool = False
    """True if `data` is there, from work that was interrupted."""
    finished: bool = False
    """True if the destination is there, and was made by the same work."""

    @property
    def folder(self) -> Path:
        """What is beside the destination in the meantime."""
        return partial_of(self.destination)

    @property
    def data(self) -> Path:
        """The folder that will take the place of the destination."""
        return self.folder / "data"

    @property
    def is_recorded(self) -> bool:
        """True if `data` can be taken up."""
        return self.data.exists() and _recorded(self.folder) is not None

    def begin(self) -> None:
        """Says that `data` is ready to be filled, or goes on with that."""
        if self.keeps and not self.resumed:
            sync_tree(self.data)
        Checkpoint.of(self.folder / "done", self.work)
        if self.keeps:
            sync(self.folder / "done" / "work.json")
            sync(self.folder / "done")

    def record(self, name: str) -> Checkpoint:
        """The record of what is done of one array."""
        checkpoint = Checkpoint(self.folder / "done" / name)
        checkpoint.folder.mkdir(exist_ok=True)
        return checkpoint

    def finish(self, *, mark: bool = True) -> None:
        """Puts `data` in the place of the destination.

        With `mark`, what can be resumed says there which work made it, for later runs of the same.
        """
        if self.keeps and mark:
            replace_text(self.data / MARK, json.dumps(self.work))
        old, replaces = self.folder / "old", self.destination.exists()
        if self.keeps or replaces:
            sync_tree(self.data)
        if replaces:
            self.destination.rename(old)
        try:
            self.data.rename(self.destination)
        except OSError:
            if old.exists():
                old.rename(self.destination)
            raise
        if self.keeps or replaces:
            sync(self.folder)
            sync(self.destination.parent)


@contextmanager
def staged(destination: Path, work: Work | None = None, resume: bool = False) -> Iterator[Stage]:
    """A folder to fill, and then to `finish`, unless it is `finished` already.

    If anything fails it goes, or with `resume` is kept to go on from there. What others left
    behind goes, unless it is taken up. Nobody else is at work there, so this is the time to look
    whether the destination is free. Only what is to be resumed needs to say which work it is.

    Raises:
        AlreadyExistsError: another process is writing it at this moment.
        InvalidArgumentError: what was interrupted was other work.
    """
    with try_lock(partial_of(destination) / "lock"):
        work = work or {}
        stage = Stage(destination=destination, work=work, keeps=resume)
        is_done = finished(destination, work) or _is_in_place(stage)
        stage = attrs.evolve(stage, finished=resume and is_done, resumed=resume and stage.is_recorded)
        if not stage.finished:
            _check_same(stage) if stage.resumed else _begin_anew(stage)
        try:
            yield stage
        except BaseException:
            if not (resume and (stage.is_recorded or _is_in_place(stage))):
                clear(destination)
            raise
        clear(destination)


def finished(destination: Path, work: Work) -> bool:
    """True if the destination is there and was made by the same work, with `resume`."""
    return bool(_read(destination / MARK) == work)


def put_back_old(destination: Path) -> None:
    """Brings back what was moved away by work that died; what can be taken up stays.

    Raises:
        AlreadyExistsError: another process is writing it at this moment.
    """
    with try_lock(partial_of(destination) / "lock"):
        _put_back(destination)
        if not Stage(destination=destination, work={}, keeps=False).is_recorded:
            clear(destination)


def was_put_in_place(destination: Path) -> bool:
    """True if who made the destination died after it was in its place, and before all else was gone."""
    folder = partial_of(destination)
    return destination.exists() and (folder / "done").is_dir() and not (folder / "data").exists()


def _is_in_place(stage: Stage) -> bool:
    return was_put_in_place(stage.destination) and _recorded(stage.folder) == stage.work


def clear(destination: Path) -> None:
    """Removes what was left beside a destination; who calls it holds the lock, which goes last."""
    folder = partial_of(destination)
    for name in ("done", "data", "old"):
        shutil.rmtree(folder / name, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def partial_of(destination: Path) -> Path:
    """The folder beside a destination where it is written."""
    return destination.with_name(f".{destination.name}.partial")


def _put_back(destination: Path) -> None:
    old = partial_of(destination) / "old"
    if old.exists() and not destination.exists():
        old.rename(destination)


def _begin_anew(stage: Stage) -> None:
    _put_back(stage.destination)
    for name in ("done", "data", "old"):
        shutil.rmtree(stage.folder / name, ignore_errors=True)


def _check_same(stage: Stage) -> None:
    found = _recorded(stage.folder)
    if found != stage.work:
        differences = "; ".join(_differences(found, stage.work, "work"))
        message = (
            f"what was interrupted in {stage.folder} is other work, or its source was changed since: "
            f"{differences}"
        )
        raise remedied(InvalidArgumentError, message, Remedy.BEGIN_ANEW)


def _differences(found: Any, asked: Any, where: str) -> Iterator[str]:
    if isinstance(found, dict) and isinstance(asked, dict):
        for key in sorted({*found, *asked}):
            yield from _differences(found.get(key), asked.get(key), key)
    elif isinstance(found, list) and isinstance(asked, list) and len(found) == len(asked):
        for one, other in zip(found, asked, strict=True):
            yield from _differences(one, other, where)
    elif found != asked:
        yield f"{where} was {found} and is {asked}"


def _recorded(folder: Path) -> Any:
    return _read(folder / "done" / "work.json")


def _read(file: Path) -> Any:
    """What a record says; None if there is none, or a power cut left only a part of it."""
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError, RecursionError):
        return None


# -- mags ------------------------------------------------------------------------------------------
#
# What a rewriting of a mag leaves if it is killed: an array that was moved away, or old files.


def put_back(path: Path, read_only: bool) -> None:
    """Brings the folder of a mag back, if it was moved away.

    Where the system does not let us look, who opens the array is told why.

    Raises:
        NotFoundError: it has to be put back, and nothing may be changed.
    """
    if os.path.exists(path):  # noqa: PTH110  # which does not raise
        return
    place = path.resolve()
    moved = partial_of(place) / "old"
    if not os.path.isdir(moved):  # noqa: PTH112
        return
    if read_only:
        message = f"{path} was being laid out anew when that was interrupted, and lies in {moved}"
        raise remedied(NotFoundError, message, Remedy.PUT_BACK)
    try:
        put_back_old(place)
    except AlreadyExistsError:  # it is no ruin, somebody is at work
        if not path.exists():
            raise


def clear_up(path: Path) -> None:
    """Removes what is left beside the folder of a mag that was laid out anew.

    Raises:
        AlreadyExistsError: another process is doing that just now.
    """
    place = path.resolve()
    if partial_of(place).is_dir():
        with staged(place):
            pass  # which ends by removing it


def clear_up_after(path: Path) -> None:
    """Removes what is left beside a mag that was complete when who made it died.

    Work that can be resumed is left alone, and so is that of a process that is busy there.
    """
    if not (partial_of(path.resolve()) / "data").exists():
        with suppress(AlreadyExistsError):
            clear_up(path)
