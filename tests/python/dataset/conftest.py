"""What the tests of datasets share: a dataset with one layer and one mag, in each layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voxbrick import Dataset, Layer, LayerViewConfiguration, MagView

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


DATA = noise(20, 24, 28)


@pytest.fixture
def source(dataset: Dataset, layer: Layer, layout: dict[str, Any]) -> Layer:
    """Two mags with data, and a way to be shown."""
    small_mag(layer, 1, layout["compress"]).write(DATA, absolute_offset=(3, 5, 7))
    small_mag(layer, 2, layout["compress"]).write(DATA, absolute_offset=(4, 6, 8))
    layer.default_view_configuration = LayerViewConfiguration(alpha=0.5)
    return layer


def assert_same(one: Layer, other: Layer) -> None:
    assert one.bounding_box == other.bounding_box
    assert one.default_view_configuration == other.default_view_configuration
    assert list(one.mags) == list(other.mags)
    for mag, view in one.mags.items():
        assert view.content_is_equal(other.get_mag(mag))
