"""OME-Zarr metadata in the groups of Zarr layers, so that other viewers open them.

What others wrote into the group stays, but for what no longer holds: the list of arrays, and
consolidated copies of their metadata here and in the groups around. A layer without mags has no
``multiscales``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import attr

from voxbrick.errors import VoxbrickError
from voxbrick.files.locking import replace_text
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.vec3_int import XYZ
from voxbrick.metadata.defaults import (
    ZARR_JSON_FILE_NAME,
    ZARRAY_FILE_NAME,
    ZATTRS_FILE_NAME,
    ZGROUP_FILE_NAME,
)
from voxbrick.metadata.json import Node
from voxbrick.metadata.ome_images import Image, images_of
from voxbrick.metadata.properties import LayerProperties
from voxbrick.metadata.types import DataFormat, VoxelSize
from voxbrick.metadata.zarr_groups import drop_consolidated, read_document

_Json = dict[str, Any]

_NEW_GROUP: _Json = {"zarr_format": 3, "node_type": "group", "attributes": {}}


def check_group_metadata(folder: Path, data_format: DataFormat | str) -> None:
    """Refuses a layer whose group is damaged, before a change that `write_group_metadata` is to follow.

    Raises:
        InvalidMetadataError: the group's metadata is no JSON, or not what Zarr says it is.
        StorageError: it cannot be read.
    """
    if folder.is_symlink():
        return
    if data_format is DataFormat.Zarr3:
        _group(folder)
    elif data_format is DataFormat.Zarr:
        read_document(folder / ZATTRS_FILE_NAME)


@attr.frozen
class LevelOfGroup:
    """A mag whose array lies in the folder of its layer."""

    mag: Mag
    path: Path
    axes: tuple[str, ...]
    """Of the array."""


@attr.frozen(kw_only=True)
class ZarrLayer:
    """What a group says of a layer."""

    path: Path
    dataset_path: Path
    properties: LayerProperties
    voxel_size: VoxelSize
    levels: Sequence[LevelOfGroup]

    def levels_by_path(self) -> dict[str, LevelOfGroup]:
        """Those that have the same axes as the finest, by their paths in the group; finest first."""
        levels = sorted(self.levels, key=lambda level: (level.mag.max_dim, level.mag.to_tuple()))
        return {
            level.path.relative_to(self.path).as_posix(): level
            for level in levels
            if level.axes == levels[0].axes
        }


def write_group_metadata(layer: ZarrLayer) -> None:
    """Brings the groups of a layer and of its dataset up to date, after mags came or went.

    Folders of others are left alone: those behind links, and those in which the layer has no array.
    """
    drop_consolidated(layer.path)
    drop_consolidated(layer.dataset_path)
    if layer.path.is_symlink():
        return
    if layer.properties.data_format is DataFormat.Zarr3:
        _update_zarr3(layer)
    elif layer.properties.data_format is DataFormat.Zarr:
        _update_zarr2(layer)


def _update_zarr3(layer: ZarrLayer) -> None:
    folder = layer.dataset_path / ZARR_JSON_FILE_NAME
    if not folder.exists():
        replace_text(folder, json.dumps(_NEW_GROUP, indent=4))
    group = _group(layer.path)
    if group["node_type"] != "group":  # the folder is an array, as properties of others may have it
        return
    attributes = dict(group["attributes"])
    # Older versions of other programs put `multiscales` here, where no specification has it.
    attributes.pop("multiscales", None)
    attributes["ome"] = {"version": "0.5", **_described(layer, attributes.get("ome"))}
    replace_text(layer.path / ZARR_JSON_FILE_NAME, json.dumps({**group, "attributes": attributes}, indent=4))


def _group(folder: Path) -> _Json:
    """What the group in a folder says, which is nothing yet if there is none."""
    path = folder / ZARR_JSON_FILE_NAME
    group = {**_NEW_GROUP, **read_document(path)}
    ome = Node(group, str(path))["attributes"].get("ome")
    if ome is not None:
        ome.members()
    return group


def _update_zarr2(layer: ZarrLayer) -> None:
    if (layer.path / ZARRAY_FILE_NAME).exists():
        return
    for folder in (layer.dataset_path, layer.path):
        replace_text(folder / ZGROUP_FILE_NAME, json.dumps({"zarr_format": 2}))
    path = layer.path / ZATTRS_FILE_NAME
    replace_text(path, json.dumps(_described(layer, read_document(path), version="0.4"), indent=4))


def _described(layer: ZarrLayer, before: Any, **version: str) -> _Json:
    """The terms of OME with the mags that there are now."""
    terms = dict(before) if isinstance(before, dict) else {}
    entries = terms.pop("multiscales", None)
    levels = layer.levels_by_path()
    if levels:
        first = entries[0] if isinstance(entries, list) and entries else {}
        others = first if isinstance(first, dict) else {}
        entry = {**others, **version, **_multiscale(layer, levels)}
        # What applied to all arrays is part of each of them now.
        entry.pop("coordinateTransformations", None)
        terms["multiscales"] = [entry]
    return terms


def _multiscale(layer: ZarrLayer, levels: dict[str, LevelOfGroup]) -> _Json:
    axes = next(iter(levels.values())).axes
    before = _before(layer, len(axes))
    return {
        "name": layer.properties.name,
        "axes": [_axis(layer, axis, before, place) for place, axis in enumerate(axes)],
        "datasets": [
            {"path": path, "coordinateTransformations": _transformations(layer, level.mag, axes, before)}
            for path, level in levels.items()
        ],
    }


def _before(layer: ZarrLayer, rank: int) -> Image | None:
    """The image as it was described until now, which knows more about times and channels."""
    with suppress(VoxbrickError):
        return next((image for image in images_of(layer.path) if len(image.axes) == rank), None)
    return None


def _axis(layer: ZarrLayer, name: str, before: Image | None, place: int) -> dict[str, str]:
    if name in XYZ:
        return {"name": name, "type": "space", "unit": str(layer.voxel_size.unit)}
    if before is not None and before.axes[place].name not in XYZ:
        axis = before.axes[place]
        return {"name": axis.name, "type": axis.kind, **({"unit": axis.unit} if axis.unit else {})}
    return {"name": name, "type": {"c": "channel", "t": "time"}.get(name, "other")}


def _transformations(layer: ZarrLayer, mag: Mag, axes: Sequence[str], before: Image | None) -> list[_Json]:
    """The extent of a voxel, and the centre of the first one.

    That of Mag(1) is centred at the origin; a coarser one begins with it, and ends further on.
    """
    factors = dict(zip(XYZ, mag, strict=True))
    sizes = dict(zip(XYZ, layer.voxel_size.factor, strict=True))
    begins = dict(zip(XYZ, layer.properties.translation, strict=True))
    scale, translation = [1.0] * len(axes), [0.0] * len(axes)
    for place, axis in enumerate(axes):
        if axis in XYZ:
            scale[place] = sizes[axis] * factors[axis]
            translation[place] = sizes[axis] * (begins[axis] + (factors[axis] - 1) / 2)
        elif before is not None and before.levels and before.axes[place].name not in XYZ:
            scale[place] = before.levels[0].scale[place]
            translation[place] = before.levels[0].translation[place]
    return [{"type": "scale", "scale": scale}, {"type": "translation", "translation": translation}]
