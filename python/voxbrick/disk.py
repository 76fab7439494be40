"""What lies on disk."""

import errno
import os
import shutil
from pathlib import Path

from voxbrick.array import Array
from voxbrick.errors import StorageError

SMALLEST = 50
"""Compressed voxels are taken to need at least one 50th of their bytes."""


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
