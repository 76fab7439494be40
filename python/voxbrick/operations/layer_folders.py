"""Layers whose files are those of another layer: links to its folder, and copies of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import attr

from voxbrick._support import link_to
from voxbrick.errors import AlreadyExistsError
from voxbrick.operations.handles import DatasetHandle, LayerHandle, MagHandle
from voxbrick.operations.layers import add_with_folder, check_name, others_of


def link(dataset: DatasetHandle, foreign: LayerHandle, make_relative: bool, name: str) -> None:
    """Adds a link to the folder of another layer."""
    _add_folder(dataset, foreign, name, lambda home, path: link_to(home, path, make_relative))


def copy_files(dataset: DatasetHandle, foreign: LayerHandle, name: str) -> None:
    """Adds a copy of the files of another layer."""
    _add_folder(dataset, foreign, name, shutil.copytree)


def _add_folder(
    dataset: DatasetHandle, foreign: LayerHandle, name: str, make: Callable[[Path, Path], object]
) -> None:
    check_name(name)
    home = _home(foreign)
    mags = tuple(
        attr.evolve(mag, path=_moved(foreign.mags[mag.mag], home, name)) for mag in foreign._properties.mags
    )
    properties = attr.evolve(foreign._properties, name=name, mags=mags)
    path = dataset.path / name
    if os.path.lexists(path) and name not in dataset.layers:
        raise AlreadyExistsError(f"{path} is there already")
    add_with_folder(dataset, properties, lambda path: make(home, path), others_of(foreign))


def _home(layer: LayerHandle) -> Path:
    """The folder with the arrays of all mags: usually that of the layer, but images may lie elsewhere."""
    folders = [mag.path.parent for mag in layer.mags.values()]
    if not folders or any(folder.is_relative_to(layer.path) for folder in folders):
        return layer.path
    return Path(os.path.commonpath(folders))


def _moved(mag: MagHandle, home: Path, layer_name: str) -> str | None:
    """Where an array is after its home became the folder of a layer; None for the usual place."""
    if not mag.path.is_relative_to(home):
        return str(mag.path.absolute())
    place = mag.path.relative_to(home).as_posix()
    usual = place in (mag.mag.to_layer_name(), mag.mag.to_long_layer_name())
    return None if usual else f"./{layer_name}/{place}"
