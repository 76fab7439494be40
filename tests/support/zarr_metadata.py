"""Short ways to write a zarr.json."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Codec = dict[str, Any]
Metadata = dict[str, Any]


def codec(name: str, **configuration: Any) -> Codec:
    return {"name": name, "configuration": configuration}


LITTLE = codec("bytes", endian="little")
BIG = codec("bytes", endian="big")
CRC32C: Codec = {"name": "crc32c"}
ZSTD = codec("zstd", level=1, checksum=False)
GZIP = codec("gzip", level=1)


def transpose(*order: int) -> Codec:
    return codec("transpose", order=list(order))


def blosc(cname: str, shuffle: str, typesize: int) -> Codec:
    return codec("blosc", cname=cname, clevel=5, shuffle=shuffle, typesize=typesize, blocksize=0)


def sharding(
    chunk_shape: Sequence[int],
    codecs: Sequence[Codec] = (LITTLE, ZSTD),
    index_codecs: Sequence[Codec] = (LITTLE, CRC32C),
    location: str = "end",
) -> Codec:
    return codec(
        "sharding_indexed",
        chunk_shape=list(chunk_shape),
        codecs=list(codecs),
        index_codecs=list(index_codecs),
        index_location=location,
    )


def key_encoding(name: str, separator: str) -> Codec:
    return codec(name, separator=separator)


def zarr_metadata(
    dtype: str = "uint16",
    shape: Sequence[int] = (70, 50),
    chunk_shape: Sequence[int] = (32, 24),
    codecs: Sequence[Codec] = (LITTLE, ZSTD),
    fill_value: Any = 0,
    chunk_key_encoding: Codec | None = None,
) -> Metadata:
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": list(shape),
        "data_type": dtype,
        "chunk_grid": codec("regular", chunk_shape=list(chunk_shape)),
        "chunk_key_encoding": chunk_key_encoding or key_encoding("default", "/"),
        "fill_value": fill_value,
        "codecs": list(codecs),
        "attributes": {},
    }
