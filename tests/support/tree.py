"""What lies in a folder."""

from __future__ import annotations

from pathlib import Path


def files(folder: Path) -> list[str]:
    """The names of all files, relative to the folder, sorted."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def snapshot(folder: Path) -> dict[str, bytes]:
    """The contents of all files."""
    return {name: (folder / name).read_bytes() for name in files(folder)}
