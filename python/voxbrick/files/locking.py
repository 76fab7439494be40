"""Files as wholes: locked, replaced, and on stable storage before anything else goes on.

The engine does it, as with its own files: see ``cpp/include/voxbrick/store/files.hpp``. Documents of
datasets and files of arrays are therefore locked by the same rule: where the file system cannot lock,
that is an error that names ``VOXBRICK_LOCKING=none``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voxbrick import _core
from voxbrick.errors import AlreadyExistsError

PATIENCE = 5.0
"""Seconds for which `try_lock` waits: the lock of a process that just died is released a little later."""


def lock(path: Path) -> _core.FileLock:
    """Waits until nobody else holds the lock of a file, in any thread or process; a context manager.

    Raises:
        NotFoundError: there is no such file.
        ReadOnlyError: it may not be written to.
        UnsupportedError: the file system cannot lock files.
    """
    held = _core.lock_file(os.fsencode(path), make=False, timeout=None)
    assert held is not None  # as it waits without limit
    return held


@contextmanager
def try_lock(path: Path) -> Iterator[None]:
    """Holds the lock of a file, which is made; waits only a few seconds for another holder.

    The holder may remove the file with its folder: who waited for it makes both anew.

    Raises:
        AlreadyExistsError: somebody else holds it.
    """
    held = _core.lock_file(os.fsencode(path), make=True, timeout=PATIENCE)
    if held is None:
        raise AlreadyExistsError(f"another process is at work in {path.parent}; wait for its end")
    with held:
        yield


def replace_text(path: Path, text: str) -> None:
    """Gives a file a new text, or makes it: readers find the old text or the new one, also after a power cut.

    Mode, group and access control list of the file stay, and so does a symbolic link to it.
    """
    _core.replace_file(os.fsencode(path), text.encode(), durable=True)


def create_text(path: Path, text: str) -> None:
    """Makes a file that must not be there yet; of two who try, one gets an error.

    Raises:
        AlreadyExistsError: it is there.
    """
    neighbour = path.with_name(f".{path.name}.lock")
    with try_lock(neighbour):
        try:
            if path.exists():
                raise AlreadyExistsError(f"{path} is there already")
            replace_text(path, text)
        finally:
            neighbour.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Waits until a file or folder is on stable storage.

    Raises:
        StorageError: the disk failed.
    """
    (_core.sync_folder if path.is_dir() else _core.sync_file)(os.fsencode(path))


def sync_tree(folder: Path) -> None:
    """Waits until a folder and all in it is on stable storage, whoever on this machine wrote it."""
    for parent, _, names in os.walk(folder):
        for name in names:
            sync(Path(parent, name))
        sync(Path(parent))
