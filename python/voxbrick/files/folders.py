"""Paths and folders: what can be one, making, hiding and deleting them."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from voxbrick.errors import InvalidArgumentError, StorageError


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


def make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, "make the folder", path) from error


# -- hiding and deleting ---------------------------------------------------------------------------
#
# Where the files of a dataset are, and what of them belongs to it.


def remove_folder(path: Path) -> None:
    """Deletes a folder, or only the link to it."""
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=not path.exists())


def put_away(path: Path) -> Callable[[], object]:
    """Hides a folder that is to be deleted, so that its name is free at once; returns what undoes it."""
    if not os.path.lexists(path):
        return lambda: None
    hidden = path.with_name(f".{path.name}.{secrets.token_hex(4)}.deleted")
    path.rename(hidden)
    return lambda: hidden.rename(path)


def delete_put_away(path: Path) -> None:
    """Deletes what was put away of that name, also by processes that died before they could do it."""
    for hidden in path.parent.glob(f".{path.name}.{'?' * 8}.deleted"):
        if hidden.is_symlink():
            hidden.unlink(missing_ok=True)
        else:
            shutil.rmtree(hidden, ignore_errors=True)  # others may delete it, too


def belongs_to(path: Path, folder: Path) -> bool:
    """Whether a path leads into a folder, links apart."""
    return path.absolute().parent.is_relative_to(folder.absolute()) and ".." not in path.parts
