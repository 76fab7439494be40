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


def without_axes(metadata: Metadata) -> bool:
    return not metadata["shape"]


def in_shards(metadata: Metadata) -> bool:
    return "sharding_indexed" in str(metadata.get("codecs"))


def shards_without_axes(metadata: Metadata) -> bool:
    return without_axes(metadata) and in_shards(metadata)


def blosclz(metadata: Metadata) -> bool:
    return "'blosclz'" in str(metadata)


def shuffle_by_itself(metadata: Metadata) -> bool:
    return (metadata.get("compressor") or {}).get("shuffle") == -1


def swapped(metadata: Metadata) -> bool:
    return "'big'" in str(metadata.get("codecs")) and not dtype("int8")(metadata)


def swapped_in_shards(metadata: Metadata) -> bool:
    return swapped(metadata) and in_shards(metadata)


def swapped_in_blosc(metadata: Metadata) -> bool:
    return swapped(metadata) and codec("'blosc'")(metadata)


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
    ("z5py", without_axes, "needs an axis"),
    ("z5py", not_in_c_order, "knows only C order"),
    ("z5py", dtype("b1", "f2", "bool", "float16"), "has neither bool nor float16"),
    ("z5py", big_endian, "does not know all big-endian types"),
    ("z5py", filters, "has no filters"),
    ("z5py", compressor("lzma"), "has no lzma"),
    ("z5py", codec("crc32c"), "has crc32c for the index only"),
    ("z5py", codec("sharding_indexed"), "has no shards in shards"),
]
BOTH = ("reads", "writes")
WRONG: list[tuple[str, tuple[str, ...], Where, str]] = [
    ("zarr-python", ("writes",), shards_without_axes, "writes no shards without axes"),
    ("z5py", BOTH, compressor("lz4"), "leaves out the length that numcodecs puts in front of lz4"),
    ("z5py", ("writes",), shuffle_by_itself, "does not know blosc's own choice of a shuffle"),
    ("z5py", BOTH, index_at_the_start, "looks for the index of a shard at its end only"),
    ("z5py", BOTH, swapped_in_shards, "takes all voxels in shards for little-endian"),
    ("z5py", BOTH, swapped_in_blosc, "swaps what blosc has made of big-endian voxels"),
]


def marks(peer: str, direction: str, metadata: Metadata) -> list[pytest.MarkDecorator]:
    """Skips what a peer or voxbrick refuses, and expects it to fail where it is wrong."""
    if direction == "reads" and blosclz(metadata):
        return [pytest.mark.skip(reason="voxbrick does not write blosclz")]
    for who, where, why in REFUSED:
        if who == peer and where(metadata):
            return [pytest.mark.skip(reason=f"{peer} {why}")]
    for who, directions, where, why in WRONG:
        if who == peer and direction in directions and where(metadata):
            return [pytest.mark.xfail(reason=f"{peer} {why}", strict=True)]
    return []
