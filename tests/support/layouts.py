"""Arrays in all layouts, of which nothing is stored, for tests of what lies in the place of their shards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

import voxbrick

WKW = {"data_format": "wkw", "chunk_shape": 8, "shard_shape": 8, "dtype": np.uint8}
ZARR3 = {
    "data_format": "zarr3",
    "shape": (1, 16, 16, 16),
    "chunk_shape": (1, 8, 8, 8),
    "dtype": np.uint8,
}
SHARDED = ZARR3 | {"chunk_shape": (1, 4, 4, 4), "shard_shape": (1, 8, 8, 8)}
ZARR2 = ZARR3 | {
    "data_format": "zarr",
    "chunk_key_encoding": {"name": "v2", "configuration": {"separator": "/"}},
}
FIRST = {"wkw": "z0/y0/x0.wkw", "zarr3": "c/0/0/0/0", "sharded": "c/0/0/0/0", "zarr2": "0/0/0/0"}
LAYOUTS: dict[str, Any] = {"wkw": WKW, "zarr3": ZARR3, "sharded": SHARDED, "zarr2": ZARR2}
SHARDING = {
    "@type": "neuroglancer_uint64_sharded_v1",
    "hash": "identity",
    "preshift_bits": 0,
    "minishard_bits": 0,
    "shard_bits": 0,
}


def n5(path: Path) -> str:
    path.mkdir()
    plain = {
        "dimensions": [16] * 4,
        "blockSize": [8] * 4,
        "dataType": "uint8",
        "compression": {"type": "raw"},
    }
    (path / "attributes.json").write_text(json.dumps(plain))
    return "0/0/0/0"


def precomputed(path: Path, **members: Any) -> str:
    path.mkdir()
    scale = {"key": "4_4_40", "size": [16] * 3, "chunk_sizes": [[8] * 3], "encoding": "raw", **members}
    info = {"data_type": "uint8", "num_channels": 1, "scales": [scale]}
    (path / "info").write_text(json.dumps(info))
    return "4_4_40/0-8_0-8_0-8"


def sharded_precomputed(path: Path) -> str:
    precomputed(path, sharding=SHARDING)
    return "4_4_40/0.shard"


def create(name: str, path: Path) -> str:
    """An array of which nothing is stored; the key of its first shard."""
    if name in LAYOUTS:
        voxbrick.create_array(path, **LAYOUTS[name]).close()
        return FIRST[name]
    others = {"n5": n5, "precomputed": precomputed, "sharded precomputed": sharded_precomputed}
    return others[name](path)
