"""What the programs of the matrix cannot do, and where they are wrong; everywhere else all agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Metadata = dict[str, Any]
Where = Callable[[Metadata], bool]


def compressor(name: str) -> Where:
    return lambda metadata: (metadata.get("compressor") or {}).get("id") == name


def dtype(*names: str) -> Where:
    return lambda metadata: str(metadata.get("dtype") or metadata["data_type"]).endswith(names)


def filters(metadata: Metadata) -> bool:
    return bool(metadata.get("filters"))


def big_endian(metadata: Metadata) -> bool:
    return str(metadata.get("dtype")).startswith(">")


def not_in_c_order(metadata: Metadata) -> bool:
    return metadata.get("order") == "F" or "transpose" in str(metadata.get("codecs"))


def codec(name: str) -> Where:
    return lambda metadata: name in str(_inner(metadata))


def index_at_the_start(metadata: Metadata) -> bool:
    return "'index_location': 'start'" in str(metadata.get("codecs"))


def big_endian_shards(metadata: Metadata) -> bool:
    shards = "sharding_indexed" in str(metadata.get("codecs"))
    return shards and "'big'" in str(_inner(metadata)) and not dtype("int8")(metadata)


def _inner(metadata: Metadata) -> list[Metadata]:
    """The codecs of the chunks in a shard, where there are shards."""
    codecs: list[Metadata] = metadata.get("codecs", [])
    if codecs and codecs[0]["name"] == "sharding_indexed":
        codecs = codecs[0]["configuration"]["codecs"]
    return codecs


REFUSED: list[tuple[str, Where, str]] = [
    ("tensorstore", filters, "has no filters"),
    ("tensorstore", compressor("lz4"), "has no lz4 in Zarr v2"),
    ("tensorstore", compressor("lzma"), "has no lzma"),
    ("z5py", not_in_c_order, "knows only C order"),
    ("z5py", dtype("b1", "f2", "bool", "float16"), "has neither bool nor float16"),
    ("z5py", big_endian, "does not know all big-endian types"),
    ("z5py", filters, "has no filters"),
    ("z5py", compressor("lzma"), "has no lzma"),
    ("z5py", codec("crc32c"), "has crc32c for the index only"),
    ("z5py", codec("sharding_indexed"), "has no shards in shards"),
]
WRONG: list[tuple[str, Where, str]] = [
    ("z5py", compressor("lz4"), "leaves out the length that numcodecs puts in front of lz4"),
    ("z5py", index_at_the_start, "looks for the index of a shard at its end only"),
    ("z5py", big_endian_shards, "takes all voxels in shards for little-endian"),
]


def marks(peer: str, metadata: Metadata) -> list[pytest.MarkDecorator]:
    """Skips what a peer refuses, and expects it to fail where it is wrong."""
    for who, where, why in REFUSED:
        if who == peer and where(metadata):
            return [pytest.mark.skip(reason=f"{peer} {why}")]
    for who, where, why in WRONG:
        if who == peer and where(metadata):
            return [pytest.mark.xfail(reason=f"{peer} {why}", strict=False)]
    return []
