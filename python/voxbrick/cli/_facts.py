"""What arrays, layers and datasets are and how much of them is stored, as JSON has it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from math import prod
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from rich.filesize import decimal

from voxbrick.array import Array, open_array
from voxbrick.array.create import fill_json
from voxbrick.dataset.dataset import Dataset
from voxbrick.dataset.layer import Layer
from voxbrick.dataset.mag_view import MagView
from voxbrick.errors import NotFoundError, VoxbrickError
from voxbrick.files.space import bytes_of
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.metadata.defaults import PROPERTIES_FILE_NAME
from voxbrick.volume.info import stored_channels

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
    stored = bytes_of(array.list_files())
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


# -- as text ---------------------------------------------------------------------------------------
#
# Facts as people read them.


def lines_of(facts: Facts) -> Iterator[str]:
    """The lines that describe an array, a layer or a dataset."""
    yield from {"array": _array, "layer": _layer, "dataset": _dataset}[facts["kind"]](facts)


def _array(facts: Facts) -> Iterator[str]:
    named = {
        "array": facts["path"],
        "data format": facts["data_format"],
        "dtype": facts["dtype"],
        "axes": ", ".join(facts["axes"]) or "without names",
        "shape": _shape(facts["shape"]),
        "channels": str(facts["num_channels"]),
        "chunks": _shape(facts["chunk_shape"]),
        "shards": _shards(facts),
        "codecs": _codecs(facts["codecs"]),
        "fill value": str(facts["fill_value"]),
        "stored": f"{_counted(_stored(facts), 'shard')}, {_size(facts)}",
    }
    if facts["attributes"]:
        named["attributes"] = json.dumps(facts["attributes"], ensure_ascii=False)
    yield from _aligned(named)


def _dataset(facts: Facts) -> Iterator[str]:
    size = facts["voxel_size"]
    yield from _aligned(
        {
            "dataset": facts["path"],
            "name": facts["name"],
            "voxel size": f"{_shape(size['factor'])} {size['unit']}",
            "layers": str(len(facts["layers"])),
        }
    )
    for layer in facts["layers"]:
        yield ""
        yield from _layer(layer)


def _layer(facts: Facts) -> Iterator[str]:
    box = facts["bounding_box"]
    named = {
        "layer": f"{facts['name']}, {facts['category']}",
        "box": f"{_shape(box['size'])} of {', '.join(box['axes'])} at {_shape(box['topleft'])}",
    }
    if "error" in facts:
        yield from _aligned({**named, "error": facts["error"]})
        return
    named["voxels"] = f"{facts['dtype']}, {_counted(facts['num_channels'], 'channel')}"
    yield from _aligned(named)
    if facts["mags"]:
        yield from _table([_MAG_TITLES, *map(_mag, facts["mags"])])


_MAG_TITLES = ("mag", "data format", "axes", "shape", "chunks", "shards", "stored", "on disk", "codecs")


def _mag(facts: Facts) -> tuple[str, ...]:
    if "error" in facts:
        return (facts["mag"], facts["error"])
    return (
        facts["mag"],
        facts["data_format"],
        ",".join(facts["axes"]),
        _shape(facts["shape"]),
        _shape(facts["chunk_shape"]),
        _shards(facts),
        _stored(facts),
        _size(facts),
        _codecs(facts["codecs"]),
    )


def _shards(facts: Facts) -> str:
    return f"{_shape(facts['shard_shape'])}, {_counted(facts['chunks_per_shard'], 'chunk')} each"


def _stored(facts: Facts) -> str:
    possible = facts["possible_shards"]
    return str(facts["stored_shards"]) if possible is None else f"{facts['stored_shards']} of {possible}"


def _counted(number: object, noun: str) -> str:
    return f"{number} {noun}" if str(number).split()[-1] == "1" else f"{number} {noun}s"


def _size(facts: Facts) -> str:
    ratio = facts["compression_ratio"]
    return decimal(facts["stored_bytes"]) + ("" if ratio is None else f", ratio {ratio:.2f}")


def _shape(entries: Iterable[object] | None) -> str:
    return "no end" if entries is None else " x ".join(map(str, entries)) or "one voxel"


def _codecs(codecs: list[Any]) -> str:
    return " > ".join(map(_codec, codecs)) or "none"


def _codec(codec: Any) -> str:
    configuration = codec.get("configuration") or {}
    members = (f"{name}={_value(value)}" for name, value in configuration.items())
    return f"{codec['name']}({', '.join(members)})" if configuration else str(codec["name"])


def _value(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return f"[{_codecs(value)}]"
    return value if isinstance(value, str) else json.dumps(value)


def _aligned(named: dict[str, str]) -> Iterator[str]:
    for name, value in named.items():
        yield f"{name:11}  {value}"


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Columns as wide as they need; the last cell of a row takes what it needs."""
    widths = [
        max(len(row[place]) for row in rows if len(row) > place + 1) for place in range(len(rows[0]) - 1)
    ]
    for row in rows:
        cells = [f"{cell:{width}}" for cell, width in zip(row[:-1], widths, strict=False)]
        yield "  ".join(["", *cells, row[-1]])
