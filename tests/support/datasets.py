"""Small layers and mags, and voxels for them."""

from __future__ import annotations

from typing import Any

import numpy as np

from voxbrick import Layer, MagView

LAYOUTS: dict[str, dict[str, Any]] = {
    "wkw_raw": {"data_format": "wkw", "compress": False},
    "wkw_lz4": {"data_format": "wkw", "compress": True},
    "zarr3_raw": {"data_format": "zarr3", "compress": False},
    "zarr3_zstd": {"data_format": "zarr3", "compress": True},
}

SHARD = 16
"""Edge of a shard, in voxels of the mag; its chunks are half as long."""


def small_mag(layer: Layer, mag: Any, compress: bool = False) -> MagView:
    """A mag whose shards are small."""
    return layer.add_mag(mag, SHARD // 2, 2, compress)


def noise(*shape: int, dtype: Any = np.uint8) -> np.ndarray:
    """Voxels that are never 0."""
    return np.random.default_rng(sum(shape)).integers(1, 100, shape).astype(dtype)


DATA = noise(20, 24, 28)


def assert_same(one: Layer, other: Layer) -> None:
    assert one.bounding_box == other.bounding_box
    assert one.default_view_configuration == other.default_view_configuration
    assert list(one.mags) == list(other.mags)
    for mag, view in one.mags.items():
        assert view.content_is_equal(other.get_mag(mag))
