"""Mags whose array was moved away by a rewriting that was killed before it brought the new one."""

from __future__ import annotations

from pathlib import Path

from voxbrick.conversion.staging import Stage, staged
from voxbrick.errors import NotFoundError


def put_back(path: Path, read_only: bool) -> None:
    """Brings the folder of a mag back, if it was moved away.

    Raises:
        NotFoundError: it has to be put back, and nothing may be changed.
    """
    if path.exists():
        return
    place = path.resolve()
    moved = Stage(place, resumed=False).folder / "old"
    if not moved.is_dir():
        return
    if read_only:
        raise NotFoundError(
            f"{path} was being laid out anew when that was interrupted, and lies in {moved}; "
            f"open the dataset for writing once, and get the mag, to have it put back"
        )
    with staged(place):
        pass  # which begins by putting back what was moved away
