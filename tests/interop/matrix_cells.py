"""The cells of the matrix: every two values of two properties of an array meet in one of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from support.covering import all_pairs
from support.zarr_metadata import BIG, CRC32C, LITTLE, blosc, codec, key_encoding, sharding, transpose

Metadata = dict[str, Any]

# Prime extents: the last chunk along each axis is cut.
SHAPE = (7, 5, 11, 3, 13)
CHUNKS = (4, 2, 4, 2, 8)
INNER = (2, 2, 4, 1, 4)
INNERMOST = (2, 1, 2, 1, 2)

_INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]

ZARR2 = {
    "dtype": ["|b1", "|i1", "|u1", "<i2", ">i4", "<i8", ">u2", "<u4", ">u8", "<f2", ">f4", "<f8"],
    "compressor": [
        None,
        {"id": "zlib", "level": 1},
        {"id": "gzip", "level": 5},
        {"id": "bz2", "level": 1},
        {"id": "lzma", "format": 1, "check": -1, "preset": None, "filters": None},
        {"id": "zstd", "level": 3},
        {"id": "lz4", "acceleration": 1},
        *(
            {"id": "blosc", "cname": cname, "clevel": 5, "shuffle": shuffle, "blocksize": 0}
            for cname, shuffle in [("lz4", 1), ("lz4hc", 2), ("zstd", -1), ("zlib", 0), ("blosclz", 1)]
        ),
    ],
    "filter": [None, None, "delta", "shuffle"],
    "order": ["C", "F"],
    "separator": [".", "/"],
    "rank": [1, 2, 3, 4, 5],
}

ZARR3 = {
    "dtype": ["bool", *_INTEGERS, "float16", "float32", "float64"],
    "codec": [
        (),
        (codec("gzip", level=5),),
        (codec("zstd", level=3, checksum=False),),
        (codec("zstd", level=-2, checksum=True),),
        (CRC32C,),
        (codec("gzip", level=1), CRC32C),
        "blosc-lz4-shuffle",
        "blosc-lz4hc-noshuffle",
        "blosc-zstd-bitshuffle",
        "blosc-zlib-shuffle",
        "blosc-blosclz-bitshuffle",
    ],
    "endian": ["little", "big"],
    "order": ["C", "F", "turned"],
    "separator": ["default/", "default.", "v2/", "v2."],
    "shard": ["none", "end", "start", "nested"],
    "rank": [1, 2, 3, 4, 5],
}


def zarr2_metadata(row: dict[str, Any]) -> Metadata:
    dtype, rank = row["dtype"], row["rank"]
    filters = {
        "delta": [{"id": "delta", "dtype": dtype, "astype": dtype}] if dtype[1] in "iu" else None,
        "shuffle": [{"id": "shuffle", "elementsize": int(dtype[2])}],
    }
    return {
        "zarr_format": 2,
        "shape": list(SHAPE[:rank]),
        "chunks": list(CHUNKS[:rank]),
        "dtype": dtype,
        "compressor": row["compressor"],
        "fill_value": dtype == "|b1" or 3,
        "order": row["order"],
        "filters": filters.get(row["filter"]),
        "dimension_separator": row["separator"],
    }


def zarr3_metadata(row: dict[str, Any]) -> Metadata:
    rank, dtype = row["rank"], row["dtype"]
    forward = tuple(range(rank))
    order = {"C": (), "F": forward[::-1], "turned": (*forward[1:], 0)}[row["order"]]
    turned = order or forward
    chain = [LITTLE if row["endian"] == "little" else BIG, *_codecs(row["codec"], np.dtype(dtype).itemsize)]
    if row["shard"] == "nested":
        chain = [sharding([INNERMOST[axis] for axis in turned], chain)]
    chain = [*([transpose(*order)] if order else []), *chain]
    if row["shard"] != "none":
        chain = [sharding(INNER[:rank], chain, location="start" if row["shard"] == "start" else "end")]
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": list(SHAPE[:rank]),
        "data_type": dtype,
        "chunk_grid": codec("regular", chunk_shape=list(CHUNKS[:rank])),
        "chunk_key_encoding": key_encoding(row["separator"][:-1], row["separator"][-1]),
        "fill_value": dtype == "bool" or 3,
        "codecs": chain,
        "attributes": {},
    }


def _codecs(codecs: Any, itemsize: int) -> list[Metadata]:
    if isinstance(codecs, str):
        _, cname, shuffle = codecs.split("-")
        return [blosc(cname, shuffle, itemsize)]
    return list(codecs)


def cells() -> dict[str, Metadata]:
    """The metadata of each array, by what it is."""
    rows = {
        "v2": [(row, zarr2_metadata(row)) for row in all_pairs(ZARR2)],
        "v3": [(row, zarr3_metadata(row)) for row in all_pairs(ZARR3)],
    }
    return {
        "-".join([version, *map(_short, row.values())]): metadata
        for version, entries in rows.items()
        for row, metadata in entries
    }


def _short(value: Any) -> str:
    """A few letters for a test's name."""
    if isinstance(value, dict):
        return "".join(str(value.get(key, "")) for key in ("id", "cname", "shuffle"))
    if isinstance(value, tuple):
        return "+".join(map(_step, value)) or "raw"
    return str(value)


def _step(step: Metadata) -> str:
    members = step.get("configuration", {})
    return "".join([step["name"], *(str(members.get(key, "")) for key in ("cname", "shuffle", "level"))])
