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


def n5_text(**changes: Any) -> str:
    plain = {"dimensions": [8, 8], "blockSize": [8, 8], "dataType": "uint8", "compression": {"type": "raw"}}
    return json.dumps(plain | changes)


HUGE_N5 = {
    f"{compression} blocks of {length}^2 bytes": n5_text(
        dimensions=[length] * 2, blockSize=[length] * 2, compression={"type": compression}
    )
    for length in [2**20, 2**31 - 1, 2**40]
    for compression in ["raw", "gzip", "bzip2", "xz", "lz4", "blosc", "zstd"]
}
N5_BLOCKS = {
    "nothing": b"",
    "half a header": struct.pack(">HH", 0, 2),
    "largest extents": struct.pack(">HHII", 0, 2, 2**31 - 1, 2**31 - 1) + bytes(100),
    "another block shape": struct.pack(">HHII", 0, 2, 2**20, 2**20) + b"\xff" * 100,
}


@pytest.mark.parametrize("block", N5_BLOCKS)
@pytest.mark.parametrize("name", HUGE_N5)
def test_huge_n5(name: str, block: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile"
    (path / "0").mkdir(parents=True)
    (path / "attributes.json").write_text(HUGE_N5[name])
    (path / "0/0").write_bytes(N5_BLOCKS[block])
    with pytest.raises(REFUSED, match="hostile"):
        children.run(children.read_box, path, (0, 0), (2, 2), MEMORY_LIMIT)


def precomputed_text(length: int, **scale: Any) -> str:
    scale = {"key": "s", "size": [length] * 3, "chunk_sizes": [[length] * 3], "encoding": "raw"} | scale
    return json.dumps({"data_type": "uint32", "num_channels": 1, "scales": [scale]})


SEGMENTS_KEY = "compressed_segmentation_block_size"
SEGMENTS = {"encoding": "compressed_segmentation", SEGMENTS_KEY: [2**18] * 3}
SHARDED = {
    "@type": "neuroglancer_uint64_sharded_v1",
    "hash": "identity",
    "preshift_bits": 64,
    "minishard_bits": 0,
    "shard_bits": 0,
    "minishard_index_encoding": "gzip",
}
HUGE_PRECOMPUTED = {
    "raw": precomputed_text(2**18),
    "segments": precomputed_text(2**18, **SEGMENTS),
    "small segment blocks": precomputed_text(2**18, **SEGMENTS | {SEGMENTS_KEY: [1, 1, 1]}),
    "sharded": precomputed_text(2**18, sharding=SHARDED),
    "all minishards": precomputed_text(2**18, sharding=SHARDED | {"minishard_bits": 32}),
    "chunk of 2^93 bytes": precomputed_text(2**31),
}


@pytest.mark.parametrize(
    "chunk",
    [
        b"",
        bytes(3),
        bytes(16),
        b"\xff" * 400,
        struct.pack("<QQ", 0, 2**62),
        struct.pack("<QQ", 0, 84) + bytes(84),
    ],
)
@pytest.mark.parametrize("name", HUGE_PRECOMPUTED)
def test_huge_precomputed(name: str, chunk: bytes, tmp_path: Path) -> None:
    path = tmp_path / "hostile"
    (path / "s").mkdir(parents=True)
    (path / "info").write_text(HUGE_PRECOMPUTED[name])
    (path / f"s/0-{2**18}_0-{2**18}_0-{2**18}").write_bytes(chunk)
    (path / "s/0.shard").write_bytes(chunk)
    try:
        found = children.run(children.read_box, path, (0, 0, 0, 0), (1, 2, 2, 2), MEMORY_LIMIT)
    except REFUSED:
        return
    assert (name, chunk) == ("sharded", bytes(16))  # its only minishard is empty
    assert not found.any()


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
