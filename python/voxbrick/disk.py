"""What lies on disk."""

import os
from pathlib import Path


def stored_bytes(folder: os.PathLike[str] | str) -> int:
    """Bytes that all files in a folder take; holes in them do not count where the system tells."""
    return sum(_occupied(path) for path in Path(folder).rglob("*") if path.is_file())


def _occupied(path: Path) -> int:
    status = path.stat()
    blocks: int | None = getattr(status, "st_blocks", None)
    return status.st_size if blocks is None else min(status.st_size, 512 * blocks)
