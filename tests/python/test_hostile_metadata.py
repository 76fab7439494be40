"""Metadata made to hurt: refused by a typed error, or read, in bounded memory; never a crash or a hang."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support import children
from support.zarr_metadata import CRC32C, LITTLE, ZSTD, Codec, codec, sharding, zarr_metadata
from voxbrick import errors

MEMORY_LIMIT = 600  # MB, for threads and all; every array below announces far more
REFUSED = (errors.InvalidMetadataError, errors.UnsupportedError, errors.CorruptDataError)
BIG = 2**62


def nested_sharding(depth: int) -> list[Codec]:
    codecs = [LITTLE]
    for _ in range(depth):
        codecs = [sharding((1, 1), codecs)]
    return codecs


def text_of(**changes: Any) -> str:
    return json.dumps(zarr_metadata(dtype="uint8") | changes)


def grid(*chunk_shape: int) -> Codec:
    return codec("regular", chunk_shape=list(chunk_shape))


REFUSED_AT_ONCE = {
    "nested lists": text_of(attributes="X").replace('"X"', "[" * 200_000 + "]" * 200_000),
    "nested objects": text_of(attributes="X").replace('"X"', '{"a":' * 200_000 + "1" + "}" * 200_000),
    "unclosed lists": "[" * 1_000_000,
    "shape beyond 64 bits": text_of(shape=[2**64, 1]),
    "shape beyond 63 bits": text_of(shape=[2**63, 1]),
    "shape as 1e300": text_of(shape="X").replace('"X"', "[1e300, 1]"),
    "shape of bools": text_of(shape=[True, 4]),
    "rank 1000": text_of(shape=[1] * 1000, chunk_grid=grid(*[1] * 1000)),
    "no number": text_of(shape="X").replace('"X"', "[NaN, 1]"),
    "not UTF-8": "\xff\xfe" + text_of(),
    "empty": "",
    "null": "null",
    "nested shards that do not divide": text_of(codecs=[sharding((5, 5), [sharding((3, 3))])]),
    "level far out": text_of(codecs=[LITTLE, codec("zstd", level=10**9, checksum=False)]),
}
HUGE = {
    "chunk of 2^124 bytes": text_of(shape=[BIG, BIG], chunk_grid=grid(BIG, BIG)),
    "chunk of 2^64 bytes": text_of(shape=[2**40, 2**40], chunk_grid=grid(2**32, 2**32)),
    "chunk of 2^40 bytes": text_of(
        shape=[2**40, 2**40], chunk_grid=grid(2**20, 2**20), codecs=[LITTLE, ZSTD]
    ),
    "shard of 2^40 chunks": text_of(chunk_grid=grid(2**20, 2**20), codecs=[sharding((1, 1))]),
    "shard of 2^60 chunks": text_of(chunk_grid=grid(2**30, 2**30), codecs=[sharding((1, 1))]),
    "index without checksum": text_of(
        chunk_grid=grid(2**20, 2**20), codecs=[sharding((1, 1), index_codecs=[LITTLE])]
    ),
    "chunks of 2^40 bytes in a shard": text_of(
        chunk_grid=grid(2**21, 2**20), codecs=[sharding((2**20, 2**20))]
    ),
    "300 levels of shards": text_of(chunk_grid=grid(1, 1), codecs=nested_sharding(300)),
    "500 checksums": text_of(codecs=[LITTLE, *[CRC32C] * 500]),
}


def write_array(folder: Path, text: str, chunk: bytes | None) -> Path:
    folder.mkdir()
    (folder / "zarr.json").write_bytes(text.encode("latin-1"))
    if chunk is not None:
        (folder / "c/0").mkdir(parents=True)
        (folder / "c/0/0").write_bytes(chunk)
    return folder


@pytest.mark.parametrize("name", REFUSED_AT_ONCE)
def test_refused_when_opened(name: str, tmp_path: Path) -> None:
    path = write_array(tmp_path / "hostile", REFUSED_AT_ONCE[name], None)
    with pytest.raises(REFUSED[:2], match="hostile"):
        children.run(children.read_box, path, (0, 0), (1, 1), MEMORY_LIMIT)


@pytest.mark.parametrize("name", HUGE)
def test_huge_and_nothing_stored(name: str, tmp_path: Path) -> None:
    path = write_array(tmp_path / "hostile", HUGE[name], None)
    try:
        found = children.run(children.read_box, path, (0, 0), (2, 2), MEMORY_LIMIT)
    except REFUSED:
        return
    assert np.array_equal(found, np.zeros((2, 2)))


@pytest.mark.parametrize(
    "chunk", [b"", b"\0", b"\xff" * 40, bytes(4096)], ids=["none", "one", "ones", "zeros"]
)
@pytest.mark.parametrize("name", HUGE)
def test_huge_and_a_few_bytes_stored(name: str, chunk: bytes, tmp_path: Path) -> None:
    path = write_array(tmp_path / "hostile", HUGE[name], chunk)
    with pytest.raises(REFUSED, match="hostile"):
        children.run(children.read_box, path, (0, 0), (2, 2), MEMORY_LIMIT)


def wkw_header(lengths: int, block_type: int, data_offset: int = 0) -> bytes:
    return struct.pack("<3s5BQ", b"WKW", 1, lengths, block_type, 1, 1, data_offset)


@pytest.mark.parametrize("block_type", [1, 2, 3])
@pytest.mark.parametrize("lengths", [0xFF, 0xF0, 0x0F, 0xAA])
def test_huge_wkw(lengths: int, block_type: int, tmp_path: Path) -> None:
    path = tmp_path / "hostile"
    (path / "z0/y0").mkdir(parents=True)
    (path / "header.wkw").write_bytes(wkw_header(lengths, block_type))
    (path / "z0/y0/x0.wkw").write_bytes(wkw_header(lengths, block_type, 16) + bytes(100))
    with pytest.raises(REFUSED, match="hostile"):
        children.run(children.read_box, path, (0, 5, 5, 5), (1, 2, 2, 2), MEMORY_LIMIT)
