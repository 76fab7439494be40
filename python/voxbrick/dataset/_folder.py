"""The folder of a dataset."""

from __future__ import annotations

import os
from pathlib import Path

from voxbrick.dataset.defaults import PROPERTIES_FILE_NAME
from voxbrick.errors import InvalidArgumentError, NotFoundError, StorageError


def is_path(text: str) -> bool:
    """Whether file systems can take a text for a path: half a character or a zero byte is none."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def leads_nowhere(path: Path) -> bool:
    """Whether it is a link to what is not there: not mounted, moved or deleted."""
    return path.is_symlink() and not path.exists()


def check_path(path: Path) -> None:
    """Refuses what no folder of a dataset can be called."""
    if not is_path(str(path)):
        raise InvalidArgumentError(
            f"{str(path)!r} cannot be the path of a dataset: it has a zero byte or half a character"
        )


def storage_error(error: OSError, action: str, path: Path) -> StorageError:
    """What the system refused, as an error of this package."""
    return StorageError(error.errno, f"cannot {action}: {error.strerror}", str(path))


def is_new(path: Path) -> bool:
    """Whether a dataset can be made there: nothing exists, or an empty folder.

    Properties that somebody is just writing are no content yet.

    Raises:
        NotFoundError: it is no folder, so it holds no dataset either.
        InvalidArgumentError: it cannot be the path of a folder.
        StorageError: the system does not let us look.
    """
    check_path(path)
    try:
        if leads_nowhere(path):
            raise StorageError(f"{path} is a link that leads nowhere")
        if not path.exists():
            return True
        if path.is_dir():
            return all(entry.name.startswith(f".{PROPERTIES_FILE_NAME}.") for entry in path.iterdir())
    except OSError as error:
        raise storage_error(error, "look at the folder", path) from error
    raise NotFoundError(f"{path} is no folder")


def make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, "make the folder", path) from error
