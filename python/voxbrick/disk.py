"""What lies on disk."""

import errno
import os
import shutil
from pathlib import Path

from voxbrick.array import Array
from voxbrick.errors import StorageError

SMALLEST = 50
"""Compressed voxels are taken to need at least one 50th of their bytes."""

_UNKNOWN = (errno.EACCES, errno.EPERM, errno.EINVAL, errno.EOPNOTSUPP)
"""What Windows, and some file systems, say of syncing a folder."""


def stored_bytes(folder: os.PathLike[str] | str) -> int:
    """Bytes that all files in a folder take; holes in them do not count where the system tells."""
    return sum(_occupied(path) for path in Path(folder).rglob("*") if path.is_file())


def array_bytes(array: Array) -> int:
    """The same of the files that make up an array, wherever links lead, without what lies beside them."""
    return sum(map(_occupied, array.list_files()))


def _occupied(path: Path) -> int:
    try:
        status = path.stat()
    except FileNotFoundError:  # a shard that went since it was listed, or a link to nowhere
        return 0
    blocks: int | None = getattr(status, "st_blocks", None)
    return status.st_size if blocks is None else min(status.st_size, 512 * blocks)


def check_space(folder: Path, nbytes: int, compress: bool) -> None:
    """Refuses to begin what can never fit on the disk.

    Raises:
        StorageError: there is too little space for that many bytes of voxels.
    """
    place = folder
    while not place.exists():
        place = place.parent
    free, needed = shutil.disk_usage(place).free, nbytes // (SMALLEST if compress else 1)
    if needed > free:
        raise StorageError(
            errno.ENOSPC, f"the disk has {free} bytes left, and at least {needed} are needed", str(folder)
        )


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
