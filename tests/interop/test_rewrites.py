"""Others rewrite the metadata of an array while it is open here: nothing is lost, nothing is misread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voxbrick

zarr: Any = pytest.importorskip("zarr", minversion="3")
FORMATS = ["zarr", "zarr3"]
DTYPES = ["uint8", "uint16"]


def attributes(path: Path) -> dict[str, Any]:
    return dict(zarr.open_array(path, mode="r").attrs)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("data_format", FORMATS)
def test_attributes_of_others_survive_an_open_array(tmp_path: Path, data_format: str, dtype: str) -> None:
    path = tmp_path / "array"
    voxels = np.arange(64, dtype=dtype).reshape(8, 8)
    with voxbrick.create_array(
        path, data_format=data_format, dtype=dtype, shape=(8, 8), chunk_shape=(4, 4)
    ) as array:
        array.write((0, 0), voxels)
        zarr.open_array(path, mode="r+").attrs["mine"] = {"keep": 1}
        np.testing.assert_array_equal(array.read((0, 0), (8, 8)), voxels)
        array.write((2, 2), voxels[2:6, 2:6] + 1)
        array.resize((12, 8))
        array.write((8, 0), voxels[:4])
    assert attributes(path)["mine"] == {"keep": 1}
    expected = np.concatenate([voxels, voxels[:4]])
    expected[2:6, 2:6] += 1
    np.testing.assert_array_equal(zarr.open_array(path, mode="r")[...], expected)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("data_format", FORMATS)
def test_attributes_of_others_survive_an_open_mag(tmp_path: Path, data_format: str, dtype: str) -> None:
    layer = voxbrick.Dataset(tmp_path / "brain", (1, 1, 1)).add_layer(
        "em", "color", dtype_per_channel=dtype, data_format=data_format
    )
    voxels = np.arange(512, dtype=np.uint16).astype(dtype).reshape(8, 8, 8)
    mag = layer.add_mag(1, 8, 1)
    mag.write(voxels)
    zarr.open_array(mag.path, mode="r+").attrs["mine"] = {"keep": 1}
    np.testing.assert_array_equal(mag.read()[0], voxels)
    mag.write(voxels, absolute_offset=(8, 0, 0))
    assert attributes(mag.path)["mine"] == {"keep": 1}
    found = zarr.open_array(mag.path, mode="r")[0]
    np.testing.assert_array_equal(found, np.concatenate([voxels, voxels]))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("data_format", FORMATS)
def test_a_resize_by_others_is_seen_by_an_open_mag(tmp_path: Path, data_format: str, dtype: str) -> None:
    layer = voxbrick.Dataset(tmp_path / "brain", (1, 1, 1)).add_layer(
        "em", "color", dtype_per_channel=dtype, data_format=data_format
    )
    voxels = np.ones((8, 8, 8), dtype)
    mag = layer.add_mag(1, 8, 1)
    mag.write(voxels)
    theirs = zarr.open_array(mag.path, mode="r+")
    theirs.resize((1, 16, 8, 8))
    theirs[0, 8:] = voxels * 2
    found = mag.read(absolute_offset=(0, 0, 0), size=(16, 8, 8))
    np.testing.assert_array_equal(found[0], np.concatenate([voxels, voxels * 2]))
