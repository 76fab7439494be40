"""Files as wholes: locked, replaced, and on disk before anything else goes on.

A lock is on a file that is replaced as a whole: one holder at a time, in any thread or process.

1. The file itself is locked, so nothing is left behind, and the system lets go of the lock when
   its holder dies.
2. Who waited may have got the lock of a file that was replaced meanwhile. Such a file no longer
   has the name, and one starts again with the one that has.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from voxbrick.errors import AlreadyExistsError, NotFoundError, ReadOnlyError, StorageError

PATIENCE = 5.0
"""Seconds; whose lock is that of a process that just died needs some."""


@contextmanager
def exclusive(path: Path, make: bool = False) -> Iterator[None]:
    """Waits until nobody else is inside for the same file, which may be made for that."""
    descriptor = _locked(path, make)
    try:
        yield
    finally:
        # Explicitly, as a child that was forked meanwhile may have inherited the descriptor.
        _unlock(descriptor)
        os.close(descriptor)


@contextmanager
def held_alone(path: Path) -> Iterator[None]:
    """Holds the lock of a file, which is made; waits only a few seconds for another holder.

    The holder may remove the file with its folder: who waited for it makes both anew.

    Raises:
        AlreadyExistsError: somebody else holds it.
    """
    end = time.monotonic() + PATIENCE
    while (descriptor := _locked_now(path)) is None:
        if time.monotonic() > end:
            raise AlreadyExistsError(f"another process is at work in {path.parent}; wait for its end")
        time.sleep(0.1)
    try:
        yield
    finally:
        _unlock(descriptor)
        os.close(descriptor)


def _locked_now(path: Path) -> int | None:
    """The descriptor of a file whose lock was free, and which is still the one of that name."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        descriptor = _open(path)
    except FileNotFoundError:  # also ours: its holder removes it at this moment
        return None
    try:
        if _lock_now(descriptor):
            if _still_named(descriptor, path):
                return descriptor
            _unlock(descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _locked(path: Path, make: bool) -> int:
    while True:
        if make:
            path.touch()
        try:
            descriptor = _open(path)
        except NotFoundError:  # who held it replaced or removed it at this moment
            if make:
                continue
            raise
        try:
            _lock(descriptor)
            if _still_named(descriptor, path):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _still_named(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), _anchor(path)[0].stat())
    except FileNotFoundError:
        return False


def _open(path: Path) -> int:
    try:
        return os.open(*_anchor(path))
    except FileNotFoundError as error:
        raise NotFoundError(f"{path} is gone") from error
    except OSError as error:
        refused = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
        kind = ReadOnlyError if refused else StorageError
        raise kind(error.errno, f"cannot change it: {error.strerror}", str(path)) from error


if sys.platform == "win32":
    import msvcrt

    def _anchor(path: Path) -> tuple[Path, int]:
        """A neighbour, as what is open cannot be replaced there."""
        return path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT

    def _lock(descriptor: int) -> None:
        while True:
            try:
                return msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
            except OSError as error:
                if error.errno != errno.EDEADLOCK:  # which means that it took more than 10 s
                    raise

    def _lock_now(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    # Where the file system has no locks, it is up to the script that one process writes at a time.
    _UNSUPPORTED = (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK)

    def _anchor(path: Path) -> tuple[Path, int]:
        # Network file systems lock nothing exclusively that is open for reading only.
        return path, os.O_RDWR

    def _lock(descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise

    def _lock_now(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno in _UNSUPPORTED
        return True

    def _unlock(descriptor: int) -> None:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)


# -- whole files -----------------------------------------------------------------------------------
#
# Files that are written as a whole: a reader finds the old text or the new one, also after a power cut.
#
# A text is written into a neighbour first, whose lock the writer holds. Who is killed may leave it behind:
# the next writer of the same file takes it over.


def replace_text(path: Path, text: str) -> None:
    """Gives a file a new text, or makes it."""
    with _neighbour(path, text) as neighbour:
        if path.exists():
            shutil.copymode(path, neighbour)
            sync(neighbour)  # else its name may last while its text does not, and both texts are lost
        neighbour.replace(path)


def create_text(path: Path, text: str) -> None:
    """Makes a file that must not be there yet; of two who try, one gets an error."""
    with _neighbour(path, text) as neighbour:
        try:
            os.link(neighbour, path)
        except OSError as error:
            if path.exists():
                raise AlreadyExistsError(f"{path} is there already") from error
            # Without hard links nothing tells apart two who make the file at the same time.
            neighbour.replace(path)


@contextmanager
def _neighbour(path: Path, text: str) -> Iterator[Path]:
    """A file with the text in the same folder, gone afterwards."""
    neighbour = path.with_name(f".{path.name}.tmp")
    try:
        with exclusive(neighbour, make=True):
            try:
                neighbour.write_text(text, encoding="utf-8")
                yield neighbour
            finally:
                neighbour.unlink(missing_ok=True)
    except AlreadyExistsError:
        raise
    except OSError as error:
        message = f"cannot write it: {error.strerror}"
        raise StorageError(error.errno, message, str(path)) from error


_UNKNOWN = (errno.EACCES, errno.EPERM, errno.EINVAL, errno.EOPNOTSUPP)
"""What Windows, and some file systems, say of syncing a folder."""


def sync(path: Path) -> None:
    """Has a file or folder on disk before anything else goes on.

    Raises:
        StorageError: the disk failed.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _UNKNOWN:
            message = f"cannot bring it to stable storage: {error.strerror}"
            raise StorageError(error.errno, message, str(path)) from error


def sync_tree(folder: Path) -> None:
    """Has a folder on disk with all that is in it, whoever wrote that on this machine."""
    for parent, _, names in os.walk(folder):
        for name in names:
            sync(Path(parent, name))
        sync(Path(parent))
