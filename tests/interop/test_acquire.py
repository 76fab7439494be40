"""Arrays and images that acquire-zarr streams are read here."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import voxbrick
from support.compare import assert_same_bits
from support.peers import Peer, peer

SCRIPT = Path(__file__).with_name("peers") / "acquire.py"
DTYPES = ["uint8", "int16", "uint32", "int64", "float32", "float64"]
CODECS = [None, "BLOSC_LZ4", "BLOSC_ZSTD", "ZSTD"]
SHARDS = [(1, 1, 1), (2, 1, 2)]
CELLS = list(itertools.product(DTYPES, CODECS, SHARDS))


@pytest.fixture(scope="module")
def acquire() -> Iterator[Peer]:
    writer = peer(SCRIPT, "acquire-zarr", "acquire-zarr", "numpy")
    yield writer
    writer.close()


def counting(folder: Path, shape: tuple[int, ...], dtype: str = "uint16") -> tuple[np.ndarray, Path]:
    voxels = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    np.save(folder / "voxels.npy", voxels)
    return voxels, folder / "voxels.npy"


@pytest.mark.parametrize(("dtype", "codec", "shards"), CELLS)
def test_arrays(
    acquire: Peer, tmp_path: Path, dtype: str, codec: str | None, shards: tuple[int, ...]
) -> None:
    voxels, source = counting(tmp_path, (8, 12, 16), dtype)
    path = tmp_path / "a.zarr"
    acquire(
        "write", path=path, voxels=source, axes="zyx", chunk=(4, 4, 4), chunks_per_shard=shards, codec=codec
    )
    with voxbrick.open_array(path) as array:
        assert array.info.axes == ("z", "y", "x")
        assert array.info.chunk_shape == (4, 4, 4)
        assert_same_bits(array.read((0, 0, 0), voxels.shape), voxels)


def test_an_image_is_a_dataset(acquire: Peer, tmp_path: Path) -> None:
    voxels, source = counting(tmp_path, (3, 2, 8, 16, 32))
    path = tmp_path / "a.zarr"
    shape = {"chunk": (1, 1, 4, 8, 8), "chunks_per_shard": (1, 1, 1, 2, 2)}
    acquire("write", path=path, voxels=source, axes="tczyx", codec="ZSTD", multiscale=True, **shape)
    [layer] = voxbrick.Dataset.open(path).layers.values()
    assert layer.dataset.voxel_size == (4, 4, 40)
    assert layer.num_channels == 2
    np.testing.assert_array_equal(layer.get_mag(1).read(), voxels.swapaxes(0, 1))
    assert next(iter(layer.mags)) == 1
