"""One small array in each format, and what child processes do with it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.testing import assert_array_equal

import voxbrick

SHAPE = (2, 40, 24, 20)
"""Of the volumes: c, x, y, z; no extent but the first is a multiple of the chunks."""

LAYOUTS: dict[str, dict[str, Any]] = {
    "wkw_raw": {"num_channels": 2, "compress": False, "chunk_shape": 8, "shard_shape": 32},
    "wkw_lz4": {"num_channels": 2, "chunk_shape": 8, "shard_shape": 16},
    "zarr3": {
        "data_format": "zarr3",
        "shape": SHAPE,
        "axes": ("c", "x", "y", "z"),
        "chunk_shape": (2, 8, 8, 8),
        "shard_shape": (2, 16, 16, 16),
    },
    "zarr2": {
        "data_format": "zarr",
        "shape": SHAPE,
        "axes": ("c", "x", "y", "z"),
        "chunk_shape": (2, 8, 8, 8),
    },
}


def copy_slab(source: voxbrick.Array, target: voxbrick.Array, begin: int, end: int) -> None:
    offset = (0, begin, 0, 0)
    target.write(offset, source.read(offset, (SHAPE[0], end - begin, *SHAPE[2:])))


def check_all(array: voxbrick.Array, expected: np.ndarray) -> None:
    assert_array_equal(array.read((0, 0, 0, 0), SHAPE), expected)
