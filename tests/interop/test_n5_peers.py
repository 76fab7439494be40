"""N5 as other programs write it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voxbrick
from support.compare import assert_same_bits
from support.limits import TIMEOUT

SHAPE = (21, 14, 6)
BLOCK = (8, 16, 4)
TYPES = [f"{sign}int{bits}" for sign in ["", "u"] for bits in [8, 16, 32, 64]] + ["float32", "float64"]
COMPRESSIONS: dict[str, dict[str, Any]] = {
    "raw": {"type": "raw"},
    "gzip": {"type": "gzip", "level": 5},
    "zlib": {"type": "gzip", "level": -1, "useZlib": True},
    "bzip2": {"type": "bzip2", "blockSize": 2},
    "xz": {"type": "xz", "preset": 1},
    "zstd": {"type": "zstd", "level": 3},
    "blosc-lz4": {"type": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1},
    "blosc-zstd-bit": {"type": "blosc", "cname": "zstd", "clevel": 5, "shuffle": 2},
}


def voxels_of(dtype: str, shape: tuple[int, ...] = SHAPE) -> np.ndarray:
    """Compressible numbers, with some blocks of zeros."""
    voxels = np.random.default_rng(1).integers(0, 5, shape).astype(dtype)
    voxels[:8] = 0
    return voxels


def write_with_tensorstore(path: Path, voxels: np.ndarray, compression: dict[str, Any]) -> None:
    tensorstore = pytest.importorskip("tensorstore")
    metadata = {
        "dimensions": voxels.shape,
        "blockSize": BLOCK[: voxels.ndim],
        "dataType": voxels.dtype.name,
        "compression": compression,
    }
    spec = {"driver": "n5", "kvstore": {"driver": "file", "path": str(path)}, "metadata": metadata}
    tensorstore.open(spec, create=True).result(TIMEOUT).write(voxels).result(TIMEOUT)


def assert_reads(path: Path, voxels: np.ndarray) -> None:
    with voxbrick.open_array(path) as array:
        assert array.info.data_format == "n5"
        for order in "FC":
            assert_same_bits(array.read((0,) * voxels.ndim, voxels.shape, order=order), voxels)
        inner = tuple(slice(1, extent - 1) for extent in voxels.shape)
        assert_same_bits(array.read((1,) * voxels.ndim, voxels[inner].shape), voxels[inner])


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("compression", ["raw", "gzip"])
def test_types(compression: str, dtype: str, tmp_path: Path) -> None:
    write_with_tensorstore(tmp_path, voxels_of(dtype), COMPRESSIONS[compression])
    assert_reads(tmp_path, voxels_of(dtype))


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_compressions(compression: str, tmp_path: Path) -> None:
    write_with_tensorstore(tmp_path, voxels_of("uint16"), COMPRESSIONS[compression])
    assert_reads(tmp_path, voxels_of("uint16"))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_ranks(rank: int, tmp_path: Path) -> None:
    voxels = voxels_of("int32", SHAPE[:rank])
    write_with_tensorstore(tmp_path, voxels, COMPRESSIONS["raw"])
    assert_reads(tmp_path, voxels)


@pytest.mark.parametrize("compression", ["raw", "gzip", "bzip2", "xz", "lz4", "blosc", "zstd"])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float64"])
def test_z5(dtype: str, compression: str, tmp_path: Path) -> None:
    z5py = pytest.importorskip("z5py")
    voxels = voxels_of(dtype)
    with z5py.File(tmp_path / "a.n5", mode="w") as file:
        group = file.create_group("nested/deeper")
        data = group.create_dataset("volume", data=voxels.T, chunks=BLOCK[::-1], compression=compression)
        data.attrs["resolution"] = [4, 4, 40]
    assert_reads(tmp_path / "a.n5/nested/deeper/volume", voxels)
    info = voxbrick.open_array(tmp_path / "a.n5/nested/deeper/volume").info
    assert info.attributes == {"resolution": [4, 4, 40]}
    with pytest.raises(voxbrick.errors.NotFoundError, match=r"group|no array"):
        voxbrick.open_array(tmp_path / "a.n5/nested")


def test_only_read(tmp_path: Path) -> None:
    write_with_tensorstore(tmp_path / "a", voxels_of("uint8"), COMPRESSIONS["raw"])
    with pytest.raises(voxbrick.errors.UnsupportedError, match="n5"):
        voxbrick.open_array(tmp_path / "a", "r+")
    with pytest.raises(voxbrick.errors.UnsupportedError, match="n5"):
        voxbrick.create_array(tmp_path / "b", data_format="n5", dtype="uint8", shape=SHAPE, chunk_shape=BLOCK)
    assert not (tmp_path / "b").exists()
