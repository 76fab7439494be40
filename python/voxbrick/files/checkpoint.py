"""Checkpoint: a folder that tells which chunks are done, so that work can be taken up again.

Every chunk that succeeded leaves an empty file, made by the process that did the work: neither the
loss of a worker nor that of the process that waits for all of them loses what others have done.
A power cut may: what was written shortly before it, records and voxels alike, need not be on disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import attr

from voxbrick.errors import InvalidArgumentError, StorageError
from voxbrick.files.folders import is_path
from voxbrick.files.locking import replace_text

_WORK = "work.json"
_PER_FOLDER = 1000
"""Records in one folder; some file systems are slow with more."""


@attr.frozen
class Checkpoint:
    """The records in one folder, which belongs to one piece of work."""

    folder: Path

    @classmethod
    def of(cls, folder: str | Path, work: dict[str, Any]) -> Checkpoint:
        """Opens the folder, or makes it.

        Raises:
            InvalidArgumentError: it records the progress of other work, or holds something else.
            StorageError: it cannot be made.
        """
        checkpoint = cls(_checked(folder).absolute())
        with _told_of(checkpoint.folder):
            checkpoint.folder.mkdir(parents=True, exist_ok=True)
        file = checkpoint.folder / _WORK
        if not file.exists():
            checkpoint._check_empty()
            replace_text(file, json.dumps(work, indent=2))
        found = _work_in(file)
        if found != work:
            differing = _differing(found, work)
            raise InvalidArgumentError(
                f"the checkpoint {folder} belongs to other work: its {differing}; "
                "delete it, or use another folder"
            )
        return checkpoint

    def record(self, number: int) -> None:
        """Remembers that the chunk of that number is done.

        Raises:
            StorageError: the disk is full, or does not take it for another reason.
        """
        file = self._file(number)
        with _told_of(file):
            file.parent.mkdir(exist_ok=True)
            file.touch()

    def missing(self, numbers: Iterable[int]) -> list[int]:
        """The numbers that are not recorded, in their order."""
        done = set(self._recorded())
        return [number for number in numbers if number not in done]

    def _recorded(self) -> Iterator[int]:
        for file in self.folder.glob("*/*"):
            if file.name.isdecimal() and file == self._file(int(file.name)):
                yield int(file.name)

    def _check_empty(self) -> None:
        """Files of other origin may have names that look like records."""
        others = [entry.name for entry in self.folder.iterdir() if not entry.name.startswith(".")]
        if others:
            raise InvalidArgumentError(
                f"{self.folder} is no checkpoint: there is {others[0]}, but no {_WORK}; use another folder"
            )

    def _file(self, number: int) -> Path:
        return self.folder / str(number // _PER_FOLDER) / str(number)


def _checked(folder: Any) -> Path:
    if isinstance(folder, (str, PathLike)) and isinstance(fspath(folder), str) and is_path(fspath(folder)):
        path = Path(folder)
        if path.name:
            return path
    raise InvalidArgumentError(f"checkpoint is {folder!r}; give the path of a folder of its own")


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"cannot keep the checkpoint: {error.strerror}"
        raise StorageError(error.errno, message, str(path)) from error


def _differing(found: Any, work: dict[str, Any]) -> str:
    """The first thing that is not the same."""
    for key, value in work.items():
        was = found.get(key) if isinstance(found, dict) else found
        if was != value:
            return f"{key} was {was}, and is {value} now"
    return f"description was {found}"


def _work_in(file: Path) -> Any:
    try:
        return json.loads(file.read_text())
    except (ValueError, RecursionError) as error:
        raise InvalidArgumentError(f"{file} is damaged, delete the folder to begin anew") from error
