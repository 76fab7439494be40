"""The cells of the matrix: every two values of two properties of an array meet in one of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from support.covering import all_pairs
from support.zarr_metadata import BIG, CRC32C, LITTLE, blosc, codec, key_encoding, sharding, transpose

Metadata = dict[str, Any]

# Prime extents: the last chunk along each axis is cut.
SHAPE = (7, 5, 11, 3, 3, 2, 3, 2)
CHUNKS = (4, 4, 8, 2, 4, 2, 4, 2)
INNER = (2, 4, 4, 2, 4, 1, 4, 2)
INNERMOST = (2, 2, 4, 1, 4, 1, 4, 2)
RANKS = range(len(SHAPE) + 1)
FILLS = [3, "NaN", -0.0, None]
"""Types that have no such value take another one, and Zarr v3 has no null."""

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
            for cname, shuffle in [
                ("lz4", 1),
                ("lz4hc", 2),
                ("zstd", -1),
                ("zlib", 0),
                ("blosclz", 1),
            ]
        ),
    ],
    "filter": [None, None, "delta", "shuffle"],
    "order": ["C", "F"],
    "separator": [".", "/"],
    "rank": RANKS,
    "fill": FILLS,
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
    "rank": RANKS,
    "fill": FILLS,
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
        "fill_value": None if row["fill"] is None else _fill_for(np.dtype(dtype), row["fill"]),
        "order": row["order"],
        "filters": filters.get(row["filter"]),
        "dimension_separator": row["separator"],
    }


def zarr3_metadata(row: dict[str, Any]) -> Metadata:
    rank, dtype = row["rank"], row["dtype"]
    forward = tuple(range(rank))
    order = {"C": (), "F": forward[::-1], "turned": (*forward[1:], *forward[:1])}[row["order"]]
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
        "fill_value": _fill_for(np.dtype(dtype), row["fill"]),
        "codecs": chain,
        "attributes": {},
    }


def _fill_for(dtype: np.dtype, fill: Any) -> Any:
    if dtype.kind == "b":
        return fill != -0.0
    return fill if dtype.kind == "f" and fill is not None else 3


def fill_value(metadata: Metadata) -> np.generic:
    """What chunks that are not stored read as."""
    dtype = np.dtype(metadata.get("dtype") or metadata["data_type"])
    fill = metadata["fill_value"]
    return np.array(0 if fill is None else fill, dtype)[()]


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
