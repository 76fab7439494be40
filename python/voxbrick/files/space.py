"""How much space files take, and whether there is enough left."""

import errno
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from voxbrick.errors import StorageError

SMALLEST = 50
"""Compressed voxels are taken to need at least one 50th of their bytes."""


def stored_bytes(folder: os.PathLike[str] | str) -> int:
    """Bytes that all files in a folder take; holes in them do not count where the system tells."""
    return bytes_of(path for path in Path(folder).rglob("*") if path.is_file())


def bytes_of(files: Iterable[Path]) -> int:
    """The same of some files, wherever links lead."""
    return sum(map(_occupied, files))


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
