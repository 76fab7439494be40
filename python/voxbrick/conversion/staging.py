"""A folder appears whole or not at all: written beside its place, then renamed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from voxbrick.array import open_array
from voxbrick.errors import AlreadyExistsError, VoxbrickError


def check_destination(destination: Path, overwrite: bool) -> None:
    """Refuses what exists; with `overwrite`, what exists and is no array."""
    if not destination.exists():
        return
    if not overwrite:
        raise AlreadyExistsError(f"{destination} exists; overwrite it, or choose another destination")
    try:
        open_array(destination).close()
    except VoxbrickError as error:
        raise AlreadyExistsError(
            f"{destination} is not a readable array, so it is not overwritten; remove it yourself"
        ) from error


@contextmanager
def staged(destination: Path) -> Iterator[Path]:
    """A folder to fill, which then takes the place of `destination`, or goes if anything fails."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    staging = destination.with_name(f".{destination.name}.{uuid4().hex[:8]}.new")
    try:
        yield staging
        _put_in_place(staging, destination)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _put_in_place(staging: Path, destination: Path) -> None:
    old = staging.with_suffix(".old")
    if destination.exists():
        destination.rename(old)
    try:
        staging.rename(destination)
    except OSError:
        old.rename(destination)
        raise
    shutil.rmtree(old, ignore_errors=True)
