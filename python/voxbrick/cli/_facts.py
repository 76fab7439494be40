"""What arrays, layers and datasets are and how much of them is stored, as JSON has it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from math import prod
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from voxbrick._array_json import fill_json
from voxbrick.array import Array, open_array
from voxbrick.dataset._array_description import stored_channels
from voxbrick.dataset.dataset import Dataset
from voxbrick.dataset.defaults import PROPERTIES_FILE_NAME
from voxbrick.dataset.layer import Layer
from voxbrick.dataset.mag_view import MagView
from voxbrick.disk import array_bytes
from voxbrick.errors import NotFoundError, VoxbrickError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox

Facts: TypeAlias = dict[str, Any]


def facts_of(path: Path) -> Facts:
    """Of the array, the dataset or the layer in a folder."""
    try:
        with open_array(path) as array:
            return {"kind": "array", **_array_facts(array, array.info.shape)}
    except NotFoundError as error:
        layer = _layer_at(path)
        if layer is not None:
            return _layer_facts(layer)
        try:
            return _dataset_facts(Dataset.open(path, read_only=True))
        except NotFoundError:
            message = f"{path} holds no array, and no dataset or layer of one"
            raise NotFoundError(message) from error


def _layer_at(path: Path) -> Layer | None:
    """The layer with that folder, if the folder around it is a dataset.

    An image beside others is none of theirs: it has mags and a voxel size of its own.
    """
    folder = path.absolute()
    if not folder.is_dir() or (folder / PROPERTIES_FILE_NAME).exists():
        return None
    if not (folder.parent / PROPERTIES_FILE_NAME).exists():
        return None
    try:
        return Dataset.open(folder.parent, read_only=True).layers.get(folder.name)
    except VoxbrickError:
        return None


def _dataset_facts(dataset: Dataset) -> Facts:
    size = dataset.voxel_size_with_unit
    return {
        "kind": "dataset",
        "path": str(dataset.path.absolute()),
        "name": dataset.name,
        "voxel_size": {"factor": list(size.factor), "unit": str(size.unit)},
        "layers": [_layer_facts(layer) for layer in dataset.layers.values()],
    }


def _layer_facts(layer: Layer) -> Facts:
    facts: Facts = {
        "kind": "layer",
        "path": str(layer.path.absolute()),
        "name": layer.name,
        "category": layer.category,
        "bounding_box": _box_facts(layer.bounding_box),
    }
    try:
        facts |= {
            "data_format": str(layer.data_format),
            "num_channels": layer.num_channels,
            "dtype": layer.dtype_per_channel.name,
        }
    except VoxbrickError as error:
        return {**facts, "error": str(error), "mags": []}
    return {**facts, "mags": [_mag_facts(mag) for mag in layer.mags.values()]}


def _box_facts(box: NDBoundingBox) -> Facts:
    return {"axes": list(box.axes), "topleft": list(box.topleft), "size": list(box.size)}


def _mag_facts(mag: MagView) -> Facts:
    """Those of its array; where there is none, why."""
    facts: Facts = {"kind": "mag", "mag": str(mag.mag)}
    try:
        with open_array(mag.path) as array:
            axes = mag.info.dimension_names
            named = {"axes": list(axes), "num_channels": stored_channels(array.info, axes)}
            return {**facts, **_array_facts(array, _extent(mag, array)), **named}
    except VoxbrickError as error:
        return {**facts, "path": str(mag.path.absolute()), "error": str(error)}


def _extent(mag: MagView, array: Array) -> tuple[int, ...] | None:
    """How far a mag reaches: WKW itself has no end, but its layer has."""
    box = mag.bounding_box.in_mag(mag.mag)
    return array.info.shape or (array.info.num_channels, *box.bottomright)


def _array_facts(array: Array, extent: tuple[int, ...] | None) -> Facts:
    meta = array.info
    shards = array.list_shards()
    stored = array_bytes(array)
    return {
        "path": array.path,
        "data_format": meta.data_format,
        "dtype": meta.dtype.name,
        "axes": list(meta.axes),
        "shape": None if meta.shape is None else list(meta.shape),
        "num_channels": meta.num_channels,
        "chunk_shape": list(meta.chunk_shape),
        "shard_shape": list(meta.shard_shape),
        "chunks_per_shard": prod(meta.shard_shape) // prod(meta.chunk_shape),
        "compressed": meta.compressed,
        "codecs": meta.codecs,
        "fill_value": _fill_facts(meta.fill_value),
        "attributes": _json_value(meta.attributes),
        "stored_shards": len(shards),
        "possible_shards": None if extent is None else _cells(extent, meta.shard_shape),
        "stored_bytes": stored,
        "compression_ratio": _ratio(_voxels(shards, meta.shard_shape, extent) * meta.dtype.itemsize, stored),
    }


def _cells(extent: Iterable[int], shard: Iterable[int]) -> int:
    return prod(-(-n // step) for n, step in zip(extent, shard, strict=True))


def _voxels(shards: list[tuple[int, ...]], shape: tuple[int, ...], extent: tuple[int, ...] | None) -> int:
    """The number of voxels in shards, without what they hold beyond the end."""
    if extent is None or not shards:
        return len(shards) * prod(shape)
    begins = np.array(shards, np.int64).reshape(len(shards), len(shape)) * shape
    inside = np.clip(np.subtract(extent, begins), 0, shape)
    return int(inside.prod(axis=1).sum())


def _ratio(voxel_bytes: int, stored: int) -> float | None:
    """How many times smaller the files are than the voxels in them."""
    return round(voxel_bytes / stored, 3) if stored and voxel_bytes else None


def _fill_facts(fill: np.generic) -> Any:
    """As Zarr v3 writes it: there is more than one NaN."""
    if fill.dtype.kind == "f" and fill.tobytes() == fill.dtype.type("nan").tobytes():
        return "NaN"
    return json.loads(fill_json(fill, fill.dtype))


_NAMES = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def _json_value(value: Any) -> Any:
    """The value, with the names that Zarr has for numbers that JSON has not."""
    if isinstance(value, dict):
        return {key: _json_value(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_json_value(member) for member in value]
    return _NAMES.get(str(value), value) if isinstance(value, float) else value
