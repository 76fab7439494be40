"""Where the files of a dataset are, and what of them belongs to it."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from voxbrick.dataset.properties import MagViewProperties


def mag_path(dataset_path: Path, layer_name: str, mag: MagViewProperties) -> Path:
    """The folder of a mag: as the properties say, else by its short or its long name."""
    if mag.path is not None:
        return dataset_path / mag.path
    short = dataset_path / layer_name / mag.mag.to_layer_name()
    long = short.with_name(mag.mag.to_long_layer_name())
    # Which do not raise: that the system does not let us look is told to who opens the array.
    return long if os.path.isdir(long) and not os.path.isdir(short) else short  # noqa: PTH112


def remove_folder(path: Path) -> None:
    """Deletes a folder, or only the link to it."""
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=not path.exists())


def put_away(path: Path) -> Callable[[], object]:
    """Hides a folder that is to be deleted, so that its name is free at once; returns what undoes it."""
    if not os.path.lexists(path):
        return lambda: None
    hidden = path.with_name(f".{path.name}.{secrets.token_hex(4)}.deleted")
    path.rename(hidden)
    return lambda: hidden.rename(path)


def delete_put_away(path: Path) -> None:
    """Deletes what was put away of that name, also by processes that died before they could do it."""
    for hidden in path.parent.glob(f".{path.name}.{'?' * 8}.deleted"):
        if hidden.is_symlink():
            hidden.unlink(missing_ok=True)
        else:
            shutil.rmtree(hidden, ignore_errors=True)  # others may delete it, too


def belongs_to(path: Path, folder: Path) -> bool:
    """Whether a path leads into a folder, links apart."""
    return path.absolute().parent.is_relative_to(folder.absolute()) and ".." not in path.parts
