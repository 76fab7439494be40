"""Layers whose files are those of another layer: links to its folder, and copies of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import attr

from voxbrick._support import link_to
from voxbrick.dataset.layer import Layer
from voxbrick.dataset.mag_view import MagView
from voxbrick.errors import AlreadyExistsError
from voxbrick.operations.layers import add_with_folder, check_name, others_of

if TYPE_CHECKING:
    from voxbrick.dataset.dataset import Dataset


def link(dataset: Dataset, foreign: Layer, make_relative: bool, name: str | None) -> Layer:
    """Adds a link to the folder of another layer."""
    return _add_folder(dataset, foreign, name, lambda home, path: link_to(home, path, make_relative))


def copy_files(dataset: Dataset, foreign: Layer, name: str | None) -> Layer:
    """Adds a copy of the files of another layer."""
    return _add_folder(dataset, foreign, name, shutil.copytree)


def _add_folder(
    dataset: Dataset, foreign: Layer, name: str | None, make: Callable[[Path, Path], object]
) -> Layer:
    new_name = foreign.name if name is None else name
    check_name(new_name)
    home = _home(foreign)
    mags = tuple(
        attr.evolve(mag, path=_moved(foreign.mags[mag.mag], home, new_name))
        for mag in foreign._properties.mags
    )
    properties = attr.evolve(foreign._properties, name=new_name, mags=mags)
    path = dataset.path / new_name
    if os.path.lexists(path) and new_name not in dataset.layers:
        raise AlreadyExistsError(f"{path} is there already")
    return add_with_folder(dataset, properties, lambda path: make(home, path), others_of(foreign))


def _home(layer: Layer) -> Path:
    """The folder with the arrays of all mags: usually that of the layer, but images may lie elsewhere."""
    folders = [mag.path.parent for mag in layer.mags.values()]
    if not folders or any(folder.is_relative_to(layer.path) for folder in folders):
        return layer.path
    return Path(os.path.commonpath(folders))


def _moved(mag: MagView, home: Path, layer_name: str) -> str | None:
    """Where an array is after its home became the folder of a layer; None for the usual place."""
    if not mag.path.is_relative_to(home):
        return str(mag.path.absolute())
    place = mag.path.relative_to(home).as_posix()
    usual = place in (mag.mag.to_layer_name(), mag.mag.to_long_layer_name())
    return None if usual else f"./{layer_name}/{place}"
