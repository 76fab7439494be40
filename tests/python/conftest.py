"""What the Python tests share: small arrays in each format, small datasets in each layout, and a cluster."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voxbrick
from support import datasets, small_arrays
from support.datasets import DATA, small_mag
from support.slurm import CannotStartError, one_at_a_time, slurm_cluster
from support.small_arrays import SHAPE
from voxbrick import Dataset, Layer, LayerViewConfiguration, MagView

Create = Callable[..., voxbrick.Array]


@pytest.fixture(params=small_arrays.LAYOUTS)
def array_layout(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The keywords of one kind of array."""
    return small_arrays.LAYOUTS[request.param]


@pytest.fixture
def create(tmp_path: Path, array_layout: dict[str, Any]) -> Create:
    """Makes an empty array of that kind."""

    def make(dtype: Any = np.uint16, name: str = "array") -> voxbrick.Array:
        return voxbrick.create_array(tmp_path / name, dtype=dtype, **array_layout)

    return make


@pytest.fixture
def volume() -> np.ndarray:
    """Voxels that differ everywhere."""
    return np.arange(np.prod(SHAPE), dtype=np.uint16).reshape(SHAPE)


@pytest.fixture
def filled(create: Create, volume: np.ndarray) -> voxbrick.Array:
    """An array that holds `volume`."""
    array = create()
    array.write((0, 0, 0, 0), volume)
    return array


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return Dataset(tmp_path / "dataset", voxel_size=(11.24, 11.24, 28))


@pytest.fixture(params=datasets.LAYOUTS)
def layout(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The data format and whether it is compressed."""
    return datasets.LAYOUTS[request.param]


@pytest.fixture
def layer(dataset: Dataset, layout: dict[str, Any]) -> Layer:
    """Without a mag, and with an empty box."""
    return dataset.add_layer("color", "color", data_format=layout["data_format"])


@pytest.fixture
def mag1(layer: Layer, layout: dict[str, Any]) -> MagView:
    return small_mag(layer, 1, layout["compress"])


@pytest.fixture
def mag2(layer: Layer, layout: dict[str, Any]) -> MagView:
    """Half as fine in x and y."""
    return small_mag(layer, "2-2-1", layout["compress"])


@pytest.fixture
def source(dataset: Dataset, layer: Layer, layout: dict[str, Any]) -> Layer:
    """Two mags with data, and a way to be shown."""
    small_mag(layer, 1, layout["compress"]).write(DATA, absolute_offset=(3, 5, 7))
    small_mag(layer, 2, layout["compress"]).write(DATA, absolute_offset=(4, 6, 8))
    layer.default_view_configuration = LayerViewConfiguration(alpha=0.5)
    return layer


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment in which a cluster is found that runs here."""
    pytest.importorskip("cluster_tools", reason="the package cluster_tools is not installed")
    with (
        one_at_a_time(tmp_path_factory),
        tempfile.TemporaryDirectory(prefix="voxbrick-slurm-") as folder,
    ):
        try:
            with slurm_cluster(Path(folder)) as environment:
                yield environment
        except CannotStartError as error:
            pytest.skip(f"no Slurm: {error}")
