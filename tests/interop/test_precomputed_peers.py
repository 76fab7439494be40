"""Neuroglancer's precomputed volumes as tensorstore writes them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voxbrick
from support.compare import assert_same_bits
from support.limits import TIMEOUT

SIZE = (30, 21, 7)
CHUNK = (8, 16, 4)
OFFSETS = {"origin": (0, 0, 0), "elsewhere": (100, -50, 7)}
TYPES = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "float32"]
RAW = {"encoding": "raw"}
SEGMENTS = {"encoding": "compressed_segmentation", "compressed_segmentation_block_size": (8, 8, 8)}


def sharding(
    hash_name: str, preshift: int, minishard: int, shard: int, index: str, data: str
) -> dict[str, Any]:
    spec = {
        "@type": "neuroglancer_uint64_sharded_v1",
        "hash": hash_name,
        "preshift_bits": preshift,
        "minishard_bits": minishard,
        "shard_bits": shard,
        "minishard_index_encoding": index,
        "data_encoding": data,
    }
    return {"sharding": spec}


SHARDINGS: dict[str, dict[str, Any]] = {
    "unsharded": {},
    "identity": sharding("identity", 1, 2, 3, "raw", "raw"),
    "hashed": sharding("murmurhash3_x86_128", 0, 1, 5, "gzip", "gzip"),
    "one-shard": sharding("murmurhash3_x86_128", 9, 0, 0, "gzip", "raw"),
}


def voxels_of(dtype: str, channels: int = 1, size: tuple[int, ...] = SIZE) -> np.ndarray:
    """Axes c, x, y, z; compressible, with some chunks of zeros and numbers that need all bits."""
    voxels = np.random.default_rng(1).integers(0, 40, (channels, *size)).astype(dtype)
    if np.issubdtype(voxels.dtype, np.integer):
        voxels[voxels == 3] = np.iinfo(dtype).max
    voxels[:, :8] = 0
    return voxels


def write(path: Path, voxels: np.ndarray, scale: dict[str, Any], offset: tuple[int, ...] = (0, 0, 0)) -> None:
    tensorstore = pytest.importorskip("tensorstore")
    volume = {"type": "image", "data_type": voxels.dtype.name, "num_channels": voxels.shape[0]}
    size = {"size": voxels.shape[1:], "chunk_size": CHUNK, "voxel_offset": offset}
    spec = {
        "driver": "neuroglancer_precomputed",
        "kvstore": {"driver": "file", "path": str(path)},
        "multiscale_metadata": volume,
        "scale_metadata": {"resolution": (4, 4, 40)} | size | scale,
    }
    tensorstore.open(spec, create=True).result(TIMEOUT).write(np.moveaxis(voxels, 0, 3)).result(TIMEOUT)


def assert_reads(path: Path, voxels: np.ndarray) -> None:
    with voxbrick.open_array(path) as array:
        assert array.info.data_format == "neuroglancerPrecomputed"
        assert array.info.axes == ("c", "x", "y", "z")
        for order in "FC":
            assert_same_bits(array.read((0, 0, 0, 0), voxels.shape, order=order), voxels)
        assert_same_bits(array.read((0, 3, 4, 2), (1, 9, 13, 3)), voxels[:1, 3:12, 4:17, 2:5])


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("channels", [1, 3])
def test_types_and_channels(dtype: str, channels: int, tmp_path: Path) -> None:
    voxels = voxels_of(dtype, channels)
    write(tmp_path, voxels, RAW)
    assert_reads(tmp_path, voxels)


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("layout", SHARDINGS)
@pytest.mark.parametrize("encoding", [RAW, SEGMENTS], ids=["raw", "segments"])
@pytest.mark.parametrize("dtype", ["uint32", "uint64"])
def test_layouts(dtype: str, encoding: dict[str, Any], layout: str, offset: str, tmp_path: Path) -> None:
    voxels = voxels_of(dtype, 2)
    write(tmp_path, voxels, encoding | SHARDINGS[layout], OFFSETS[offset])
    assert_reads(tmp_path, voxels)
    with voxbrick.open_array(tmp_path) as array:
        assert array.info.attributes["voxel_offset"] == list(OFFSETS[offset])
        # tensorstore leaves out chunks of zeros.
        assert array.list_shards() == [(0, x, y, z) for x in (1, 2, 3) for y in (0, 1) for z in (0, 1)]


@pytest.mark.parametrize("layout", SHARDINGS)
def test_scales(layout: str, tmp_path: Path) -> None:
    fine, coarse = voxels_of("uint8"), voxels_of("uint8", size=(15, 20, 6))
    write(tmp_path, fine, RAW | SHARDINGS[layout])
    write(tmp_path, coarse, RAW | SHARDINGS[layout] | {"resolution": (8, 8, 40), "key": "further/8"})
    assert_reads(tmp_path, fine)
    assert_reads(tmp_path / "4_4_40", fine)
    assert_reads(tmp_path / "further/8", coarse)
    with pytest.raises(voxbrick.errors.NotFoundError, match="further"):
        voxbrick.open_array(tmp_path / "further")


def test_objects_compressed_as_for_a_server(tmp_path: Path) -> None:
    voxels = voxels_of("uint16")
    write(tmp_path, voxels, RAW)
    for chunk in (tmp_path / "4_4_40").iterdir():
        chunk.with_name(f"{chunk.name}.gz").write_bytes(gzip.compress(chunk.read_bytes()))
        chunk.unlink()
    assert_reads(tmp_path, voxels)


def test_images_are_refused_by_name(tmp_path: Path) -> None:
    write(tmp_path, voxels_of("uint8"), {"encoding": "jpeg"})
    with pytest.raises(voxbrick.errors.UnsupportedError, match="jpeg"):
        voxbrick.open_array(tmp_path)


def test_only_read(tmp_path: Path) -> None:
    write(tmp_path, voxels_of("uint8"), RAW)
    for path in [tmp_path, tmp_path / "4_4_40"]:
        with pytest.raises(voxbrick.errors.UnsupportedError, match="neuroglancerPrecomputed"):
            voxbrick.open_array(path, "r+")
    assert json.loads((tmp_path / "info").read_text())["num_channels"] == 1
