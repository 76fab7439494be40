"""Zarr v3 arrays in numpy: whole chunks (shards), one after the other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from reference import codecs
from reference.cells import cells

Metadata = dict[str, Any]


def read(root: Path, origin: Sequence[int], shape: Sequence[int]) -> np.ndarray:
    """The box, which lies inside the array; what is not stored is fill."""
    metadata = read_metadata(root)
    fill = fill_value(metadata)
    chunk_shape = tuple(metadata["chunk_grid"]["configuration"]["chunk_shape"])
    out = np.full(shape, fill)
    for chunk, inside, target in cells(origin, shape, chunk_shape):
        path = root / chunk_key(metadata, chunk)
        if path.exists():
            out[target] = codecs.decode(path.read_bytes(), chunk_shape, fill, metadata["codecs"])[inside]
    return out


def write(root: Path, metadata: Metadata, data: np.ndarray) -> None:
    """A new array that holds `data`. Chunks of nothing but fill are left out."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "zarr.json").write_text(json.dumps(metadata))
    fill = fill_value(metadata)
    chunk_shape = tuple(metadata["chunk_grid"]["configuration"]["chunk_shape"])
    for chunk, inside, target in cells((0,) * data.ndim, data.shape, chunk_shape):
        voxels = np.full(chunk_shape, fill)
        voxels[inside] = data[target]
        if not codecs.is_fill(voxels, fill):
            path = root / chunk_key(metadata, chunk)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(codecs.encode(voxels, fill, metadata["codecs"]))


def read_metadata(root: Path) -> Metadata:
    return json.loads((root / "zarr.json").read_text())


def fill_value(metadata: Metadata) -> np.generic:
    """As a scalar of the array's dtype; the hex form gives the bits."""
    dtype = np.dtype(metadata["data_type"])
    value = metadata["fill_value"]
    if isinstance(value, str) and value.startswith("0x"):
        return np.array(int(value, 16), f"u{dtype.itemsize}").view(dtype)[()]
    if isinstance(value, str):
        return dtype.type(float(value.replace("Infinity", "inf")))
    return dtype.type(value)


def chunk_key(metadata: Metadata, chunk: Sequence[int]) -> str:
    encoding = metadata["chunk_key_encoding"]
    if isinstance(encoding, str):
        encoding = {"name": encoding}
    prefix, default = {"default": (["c"], "/"), "v2": ([], ".")}[encoding["name"]]
    separator = encoding.get("configuration", {}).get("separator", default)
    return separator.join([*prefix, *map(str, chunk)]) or "0"
