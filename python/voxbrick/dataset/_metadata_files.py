"""The files that say what an array is, and whether others have replaced them."""

from __future__ import annotations

import os
from pathlib import Path

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
