"""Blocks of a size they cannot have: refused by every box, and no reason to ask for so much memory."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voxbrick
from support import children
from support.zarr_metadata import LITTLE, ZSTD, Codec, sharding, zarr_metadata
from voxbrick import errors

SHAPE = (10, 10)
VOXELS = np.arange(100, dtype=np.uint8).reshape(SHAPE)
HALVES = [((0, 0), (10, 5)), ((0, 5), (10, 5)), ((0, 0), (5, 10)), ((5, 0), (5, 10))]
WHOLE = ((0, 0), SHAPE)
HUGE = 3 << 30  # bytes, all of them holes
MEMORY_LIMIT = 600  # MB


def create(path: Path, codecs: list[Codec] | None = None, **layout: Any) -> Path:
    """An array of one chunk; its file."""
    keywords = {"data_format": "zarr3", "shape": SHAPE, "chunk_shape": SHAPE, "dtype": np.uint8} | layout
    with voxbrick.create_array(path, codecs=codecs, **keywords) as array:
        array.write((0, 0), VOXELS)
    return path / ("0.0" if layout else "c/0/0")


def create_shard(path: Path, offset: int, size: int, body: bytes, codecs: list[Codec]) -> Path:
    """A shard of one chunk, whose index says where that lies; its file."""
    metadata = zarr_metadata("uint8", SHAPE, SHAPE, [sharding(SHAPE, codecs, index_codecs=[LITTLE])])
    path.mkdir()
    (path / "zarr.json").write_text(json.dumps(metadata))
    (path / "c/0").mkdir(parents=True)
    (path / "c/0/0").write_bytes(body + struct.pack("<QQ", offset, size))
    return path / "c/0/0"


def refuses(path: Path, box: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    with voxbrick.open_array(path) as array, pytest.raises(errors.CorruptDataError, match=r"block \(0, 0\)"):
        array.read(*box)


@pytest.mark.parametrize("size", [0, 10, 50, 99, 101, 150])
@pytest.mark.parametrize("box", [WHOLE, *HALVES])
@pytest.mark.parametrize("layout", [{}, {"data_format": "zarr", "compress": False}], ids=["zarr3", "zarr2"])
def test_a_chunk_that_was_cut_is_no_part_of_itself(
    layout: dict[str, Any], box: Any, size: int, tmp_path: Path
) -> None:
    chunk = create(tmp_path / "array", None if layout else [LITTLE], **layout)
    os.truncate(chunk, size)
    refuses(tmp_path / "array", box)


@pytest.mark.parametrize("box", [WHOLE, *HALVES])
def test_an_index_that_makes_a_block_smaller(box: Any, tmp_path: Path) -> None:
    create_shard(tmp_path / "array", 0, 50, VOXELS.tobytes(), [LITTLE])
    refuses(tmp_path / "array", box)
    with voxbrick.open_array(tmp_path / "array") as array, pytest.raises(errors.CorruptDataError):
        array.largest(*box)


@pytest.mark.parametrize("codecs", [[LITTLE], [LITTLE, ZSTD]], ids=["raw", "zstd"])
def test_a_chunk_of_gigabytes(codecs: list[Codec], tmp_path: Path) -> None:
    os.truncate(create(tmp_path / "array", codecs), HUGE)
    with pytest.raises(errors.CorruptDataError, match=r"block \(0, 0\) of c/0/0"):
        children.run(children.read_box, tmp_path / "array", (0, 0), (1, 1), MEMORY_LIMIT)


@pytest.mark.parametrize("codecs", [[LITTLE], [LITTLE, ZSTD]], ids=["raw", "zstd"])
def test_an_index_of_gigabytes(codecs: list[Codec], tmp_path: Path) -> None:
    shard = create_shard(tmp_path / "array", 0, HUGE, b"", codecs)
    index = shard.read_bytes()
    with shard.open("wb") as file:
        file.seek(HUGE)
        file.write(index)
    with pytest.raises(errors.CorruptDataError, match=r"block \(0, 0\) of c/0/0"):
        children.run(children.read_box, tmp_path / "array", (0, 0), (1, 1), MEMORY_LIMIT)
    with pytest.raises(errors.CorruptDataError, match=r"block \(0, 0\) of c/0/0"):
        children.run(children.write_box, tmp_path / "array", (0, 0), VOXELS[:1, :1], None, MEMORY_LIMIT)


def test_blocks_that_memory_does_not_hold_are_named(tmp_path: Path) -> None:
    side = 1 << 15
    metadata = zarr_metadata("uint8", (side, side), (side, side), [LITTLE, ZSTD])
    path = tmp_path / "array"
    path.mkdir()
    (path / "zarr.json").write_text(json.dumps(metadata))
    with voxbrick.open_array(path, "r+") as array:
        array.write((0, 0), np.ones((1, 1), np.uint8))
    with pytest.raises(errors.StorageError, match=r"block \(0, 0\) of c/0/0 in .*memory"):
        children.run(children.read_box, path, (0, 0), (1, 1), MEMORY_LIMIT)


def test_a_minishard_index_of_gigabytes(tmp_path: Path) -> None:
    sharding_of = {"@type": "neuroglancer_uint64_sharded_v1", "hash": "identity", "preshift_bits": 0}
    scale = {"key": "s", "size": [4, 4, 4], "chunk_sizes": [[2, 2, 2]], "encoding": "raw"}
    scale["sharding"] = sharding_of | {"minishard_bits": 0, "shard_bits": 0}
    info = {"data_type": "uint8", "num_channels": 1, "scales": [scale]}
    (tmp_path / "s").mkdir()
    (tmp_path / "info").write_text(json.dumps(info))
    (tmp_path / "s/0.shard").write_bytes(struct.pack("<QQ", 0, HUGE))
    os.truncate(tmp_path / "s/0.shard", HUGE + 16)
    with pytest.raises(errors.CorruptDataError, match=r"index of a minishard has 3221225472 bytes"):
        children.run(children.read_box, tmp_path, (0, 0, 0, 0), (1, 1, 1, 1), MEMORY_LIMIT)
