"""What the tests of datasets share: a dataset with one layer and one mag, in each layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voxbrick import Dataset, Layer, MagView

LAYOUTS: dict[str, dict[str, Any]] = {
    "wkw_raw": {"data_format": "wkw", "compress": False},
    "wkw_lz4": {"data_format": "wkw", "compress": True},
    "zarr3_raw": {"data_format": "zarr3", "compress": False},
    "zarr3_zstd": {"data_format": "zarr3", "compress": True},
}

SHARD = 16
"""Edge of a shard, in voxels of the mag; its chunks are half as long."""


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return Dataset(tmp_path / "dataset", voxel_size=(11.24, 11.24, 28))


@pytest.fixture(params=LAYOUTS)
def layout(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The data format and whether it is compressed."""
    return LAYOUTS[request.param]


@pytest.fixture
def layer(dataset: Dataset, layout: dict[str, Any]) -> Layer:
    """Without a mag, and with an empty box."""
    return dataset.add_layer("color", "color", data_format=layout["data_format"])


def small_mag(layer: Layer, mag: Any, compress: bool = False) -> MagView:
    """A mag whose shards are small."""
    return layer.add_mag(mag, SHARD // 2, 2, compress)


@pytest.fixture
def mag1(layer: Layer, layout: dict[str, Any]) -> MagView:
    return small_mag(layer, 1, layout["compress"])


@pytest.fixture
def mag2(layer: Layer, layout: dict[str, Any]) -> MagView:
    """Half as fine in x and y."""
    return small_mag(layer, "2-2-1", layout["compress"])


def noise(*shape: int, dtype: Any = np.uint8) -> np.ndarray:
    """Voxels that are never 0."""
    return np.random.default_rng(sum(shape)).integers(1, 100, shape).astype(dtype)
