"""Arrays whose shards are replaced as a whole when they are written, one for each format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import voxbrick

SIDE = 64
SHAPE = (1, SIDE, SIDE, SIDE)
BLOCK = 16
KEYWORDS: dict[str, dict[str, Any]] = {
    "wkw": {"data_format": "wkw", "chunk_shape": (BLOCK,) * 3, "shard_shape": (SIDE,) * 3},
    "zarr3": {
        "data_format": "zarr3",
        "shape": (1, 2 * SIDE, SIDE, SIDE),
        "axes": "cxyz",
        "chunk_shape": (1, *[BLOCK] * 3),
        "shard_shape": SHAPE,
    },
}
FORMATS = list(KEYWORDS)


def create(path: Path, data_format: str, dtype: str = "uint16") -> voxbrick.Array:
    return voxbrick.create_array(path, dtype=dtype, **KEYWORDS[data_format])
