"""The folder of a dataset."""

from __future__ import annotations

from pathlib import Path

from voxbrick.dataset.defaults import PROPERTIES_FILE_NAME
from voxbrick.errors import NotFoundError, StorageError


def is_new(path: Path) -> bool:
    """Whether a dataset can be made there: nothing exists, or an empty folder.

    Properties that somebody is just writing are no content yet.

    Raises:
        NotFoundError: it is no folder, so it holds no dataset either.
    """
    if not path.exists():
        return True
    if not path.is_dir():
        raise NotFoundError(f"{path} is no folder")
    return all(entry.name.startswith(f".{PROPERTIES_FILE_NAME}.") for entry in path.iterdir())


def make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot make the folder: {error.strerror}"
        raise StorageError(error.errno, message, str(path)) from error
