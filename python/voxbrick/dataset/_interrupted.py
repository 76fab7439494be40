"""What a rewriting of a mag leaves if it is killed: an array that was moved away, or old files."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from voxbrick.conversion.staging import partial_of, put_back_old, staged
from voxbrick.errors import AlreadyExistsError, NotFoundError, Remedy, remedied


def put_back(path: Path, read_only: bool) -> None:
    """Brings the folder of a mag back, if it was moved away.

    Where the system does not let us look, who opens the array is told why.

    Raises:
        NotFoundError: it has to be put back, and nothing may be changed.
    """
    if os.path.exists(path):  # noqa: PTH110  # which does not raise
        return
    place = path.resolve()
    moved = partial_of(place) / "old"
    if not os.path.isdir(moved):  # noqa: PTH112
        return
    if read_only:
        message = f"{path} was being laid out anew when that was interrupted, and lies in {moved}"
        raise remedied(NotFoundError, message, Remedy.PUT_BACK)
    try:
        put_back_old(place)
    except AlreadyExistsError:  # it is no ruin, somebody is at work
        if not path.exists():
            raise


def clear_up(path: Path) -> None:
    """Removes what is left beside the folder of a mag that was laid out anew.

    Raises:
        AlreadyExistsError: another process is doing that just now.
    """
    place = path.resolve()
    if partial_of(place).is_dir():
        with staged(place):
            pass  # which ends by removing it


def clear_up_after(path: Path) -> None:
    """Removes what is left beside a mag that was complete when who made it died.

    Work that can be resumed is left alone, and so is that of a process that is busy there.
    """
    if not (partial_of(path.resolve()) / "data").exists():
        with suppress(AlreadyExistsError):
            clear_up(path)
