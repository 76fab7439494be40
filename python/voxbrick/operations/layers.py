"""Adding layers to a dataset, and taking them away: files and properties together."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import attr

from voxbrick.errors import AlreadyExistsError, InvalidArgumentError
from voxbrick.files.folders import delete_put_away, put_away, remove_folder
from voxbrick.geometry.bounding_box import BoundingBox
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.metadata.changes import Document
from voxbrick.metadata.ome_writing import check_group_metadata
from voxbrick.metadata.properties import LAYER_NAME, LayerProperties, MagViewProperties
from voxbrick.metadata.types import DataFormat, element_class_of
from voxbrick.metadata.zarr_groups import drop_consolidated
from voxbrick.operations import mags as _mags
from voxbrick.operations.groups import update_groups
from voxbrick.operations.handles import DatasetHandle, LayerHandle
from voxbrick.operations.kind import Kind, data_format_of
from voxbrick.operations.layer_checks import check_box, checked_segment_id
from voxbrick.volume.layout import Layout, with_defaults


def add(
    dataset: DatasetHandle,
    name: str,
    kind: Kind,
    box: NDBoundingBox | None,
    largest_segment_id: int | None,
    mappings: list[str] | None,
) -> None:
    """Adds an empty layer."""
    check_name(name)
    properties = properties_of(name, kind, box or BoundingBox.empty(), largest_segment_id, mappings)
    add_with_folder(dataset, properties, make_layer_folder)


def properties_of(
    name: str,
    kind: Kind,
    box: NDBoundingBox,
    largest_segment_id: int | None,
    mappings: list[str] | None,
    mags: tuple[MagViewProperties, ...] = (),
) -> LayerProperties:
    """The properties of a new layer.

    Raises:
        InvalidArgumentError: there can be no such box or id.
    """
    check_box(box)
    return LayerProperties(
        name=name,
        category=kind.category,
        bounding_box=box,
        element_class=element_class_of(kind.dtype, kind.num_channels),
        data_format=kind.data_format,
        num_channels=kind.num_channels,
        largest_segment_id=checked_segment_id(largest_segment_id),
        mappings=None if mappings is None else tuple(mappings),
        mags=mags,
    )


def make_layer_folder(path: Path) -> None:
    """Makes the folder, unless it is there.

    Raises:
        AlreadyExistsError: a file is in its place.
    """
    try:
        path.mkdir(exist_ok=True)
    except FileExistsError as error:
        raise AlreadyExistsError(f"{path} is there already, and no folder; choose another name") from error


def check_name(name: str) -> None:
    if not isinstance(name, str) or not LAYER_NAME.fullmatch(name):
        raise InvalidArgumentError(
            f"a layer is named by letters, digits, _ $ @ - and, but for its start, dots; got {name!r}"
        )


def add_with_folder(
    dataset: DatasetHandle,
    properties: LayerProperties,
    make_folder: Callable[[Path], object],
    others: dict[str, Any] | None = None,
) -> None:
    """Adds a layer to the properties; the folder is made under the same lock.

    Its JSON also gets the ``others``: members of a layer like it that are not known here.
    """
    path = dataset.path / properties.name

    def change(document: Document) -> None:
        document.add_layer(properties, others)
        if not os.path.lexists(path):
            document.unless_saved(lambda: remove_folder(path))
        make_folder(path)
        check_group_metadata(path, properties.data_format)

    dataset._change(change)
    update_groups(dataset.get_layer(properties.name))


def add_like(dataset: DatasetHandle, other: LayerHandle, name: str) -> None:
    """Adds an empty layer of the same kind and with the same box."""
    check_name(name)
    properties = attr.evolve(_standalone(other), name=name, mags=())
    add_with_folder(dataset, properties, make_layer_folder)


def _standalone(layer: LayerHandle) -> LayerProperties:
    """What a layer is, with nothing left for the array to say."""
    channels = layer.num_channels
    element_class = element_class_of(layer.dtype_per_channel, channels)
    return attr.evolve(layer._properties, num_channels=channels, element_class=element_class)


def others_of(layer: LayerHandle) -> dict[str, Any]:
    """The members of a layer's JSON that its properties do not hold."""
    return layer.dataset._file.document().others_of(layer.name)


def copy(
    dataset: DatasetHandle,
    foreign: LayerHandle,
    name: str,
    asked: Layout,
    data_format: str | DataFormat | None,
    executor: Executor | None,
) -> None:
    """Adds a copy of another layer with all its mags."""
    check_name(name)
    target_format = foreign.data_format if data_format is None else data_format_of(data_format)
    properties = attr.evolve(_standalone(foreign), name=name, mags=(), data_format=target_format)
    others = others_of(foreign)
    others.pop("attachments", None)  # whose files are not copied
    add_with_folder(dataset, properties, make_layer_folder, others)
    layer = dataset.get_layer(name)
    try:
        for mag in foreign.mags.values():
            _mags.copy(layer, mag, asked, False, executor)
    except BaseException:
        delete(dataset, name)
        raise


def check_can_be_copied(foreign: LayerHandle, asked: Layout, data_format: str | DataFormat | None) -> None:
    """Refuses, before anything is made, a layer that cannot be read or be laid out as asked."""
    target = foreign.data_format if data_format is None else data_format_of(data_format)
    for mag in foreign.mags.values():
        with_defaults(_mags.layout_like(mag, asked, target), target)


def delete(dataset: DatasetHandle, name: str) -> None:
    """Removes a layer and its files."""
    layer = dataset.get_layer(name)
    for mag in layer.mags.values():
        mag._handle().array.close()

    def change(document: Document) -> None:
        document.remove_layer(name)
        document.unless_saved(put_away(layer.path))

    dataset._change(change)
    delete_put_away(layer.path)
    drop_consolidated(dataset.path)


def renaming(dataset: DatasetHandle, layer: LayerHandle, name: str) -> Callable[[Document], None]:
    """The change that gives a layer another name, and its folder too, if it has one."""
    check_name(name)
    old, new = layer.path, dataset.path / name
    check_group_metadata(old, layer._properties.data_format)

    def change(document: Document) -> None:
        document.rename_layer(old.name, name)
        if os.path.lexists(new):
            raise AlreadyExistsError(f"{new} is there already; choose another name for {layer}")
        if os.path.lexists(old):
            old.rename(new)
            document.unless_saved(lambda: new.rename(old))

    return change
