"""Checkpoint: a folder that tells which chunks are done, so that work can be taken up again.

Every chunk that succeeded leaves an empty file, made by the process that did the work: neither the
loss of a worker nor that of the process that waits for all of them loses what others have done.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attr

from voxbrick.dataset._replace import replace_text
from voxbrick.errors import InvalidArgumentError

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
            InvalidArgumentError: it records the progress of other work.
        """
        checkpoint = cls(Path(folder).absolute())
        checkpoint.folder.mkdir(parents=True, exist_ok=True)
        file = checkpoint.folder / _WORK
        if not file.exists():
            replace_text(file, json.dumps(work, indent=2))
        found = _work_in(file)
        if found != work:
            raise InvalidArgumentError(
                f"the checkpoint {folder} belongs to other work, {found}, and not to {work}; "
                "delete it, or use another folder"
            )
        return checkpoint

    def record(self, number: int) -> None:
        """Remembers that the chunk of that number is done."""
        file = self._file(number)
        file.parent.mkdir(exist_ok=True)
        file.touch()

    def missing(self, count: int) -> list[int]:
        """The numbers below ``count`` that are not recorded."""
        done = set(self._recorded())
        return [number for number in range(count) if number not in done]

    def _recorded(self) -> Iterator[int]:
        for file in self.folder.glob("*/*"):
            if file.name.isdecimal():
                yield int(file.name)

    def _file(self, number: int) -> Path:
        return self.folder / str(number // _PER_FOLDER) / str(number)


def _work_in(file: Path) -> Any:
    try:
        return json.loads(file.read_text())
    except ValueError as error:
        raise InvalidArgumentError(f"{file} is damaged, delete the folder to begin anew") from error
