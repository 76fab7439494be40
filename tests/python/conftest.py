"""What the tests of the Python face share: one small array in each format, and a cluster."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voxbrick
from support.slurm import CannotStartError, slurm_cluster

SHAPE = (2, 40, 24, 20)
"""Of the volumes below: c, x, y, z; no extent but the first is a multiple of the chunks."""

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

Create = Callable[..., voxbrick.Array]


@pytest.fixture(params=LAYOUTS)
def layout(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The keywords of one kind of array."""
    return LAYOUTS[request.param]


@pytest.fixture
def create(tmp_path: Path, layout: dict[str, Any]) -> Create:
    """Makes an empty array of that kind."""

    def make(dtype: Any = np.uint16, name: str = "array") -> voxbrick.Array:
        return voxbrick.create_array(tmp_path / name, dtype=dtype, **layout)

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


@pytest.fixture(scope="module")
def slurm() -> Iterator[dict[str, str]]:
    """The environment in which a cluster is found that runs here."""
    pytest.importorskip("cluster_tools", reason="the package cluster_tools is not installed")
    with tempfile.TemporaryDirectory(prefix="voxbrick-slurm-") as folder:
        try:
            with slurm_cluster(Path(folder)) as environment:
                yield environment
        except CannotStartError as error:
            pytest.skip(f"no Slurm: {error}")
