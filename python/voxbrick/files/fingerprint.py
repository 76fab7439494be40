"""What tells files from others of the same names: how large they are, and when they were changed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path


def of_files(paths: Iterable[Path]) -> str:
    """Of some files, in their order. Nothing is read but their status."""
    digest = sha256()
    for path in paths:
        status = _status(path)
        digest.update(os.fsencode(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n"))
    return digest.hexdigest()[:16]


def of_folder(folder: Path) -> str:
    """Of all files in a folder, at any depth: the shards of an array and what describes it."""
    return of_files(_files(folder))


def _status(path: Path) -> os.stat_result:
    """Of a link that leads nowhere, its own; who reads the file will say what is wrong, if anyone does."""
    try:
        return path.stat()
    except OSError:
        return path.lstat()


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(parent, name) for name in sorted(names))


# -- metadata files of arrays ----------------------------------------------------------------------
#
# The files that say what an array is, and whether others have replaced them.

METADATA = {"wkw": "header.wkw", "zarr": ".zarray", "zarr3": "zarr.json"}
"""Their names by the format of the array."""


class SeenFile:
    """A file as it was at some moment; it need not be there."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._state = _state(path)

    def is_another(self) -> bool:
        """Whether another file is in its place by now, or none."""
        return _state(self._path) != self._state

    def is_replaced(self) -> bool:
        """Whether another file is in its place by now."""
        state = _state(self._path)
        return state is not None and state != self._state


def look_at(folder: Path) -> dict[str, SeenFile]:
    """The files by which an array can be known; to be called before it is opened."""
    return {data_format: SeenFile(str(folder / name)) for data_format, name in METADATA.items()}


def _state(path: str) -> tuple[int, int] | None:
    """What changes when a file is replaced; None if there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116  # before each access, and a Path takes twice as long
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
