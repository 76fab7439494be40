"""Arrays of many shapes, types and codecs that other Zarr v3 programs read and write too."""

from __future__ import annotations

import itertools

from support.zarr_metadata import (
    BIG,
    CRC32C,
    GZIP,
    LITTLE,
    ZSTD,
    Metadata,
    blosc,
    codec,
    key_encoding,
    sharding,
    transpose,
    zarr_metadata,
)

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
NUMBERS = [*INTEGERS, "float16", "float32", "float64"]

COMPRESSION = {
    "none": [LITTLE],
    "zstd-checksum": [LITTLE, codec("zstd", level=5, checksum=True)],
    "zstd-negative": [LITTLE, codec("zstd", level=-3, checksum=False)],
    "gzip": [LITTLE, codec("gzip", level=6)],
    "crc32c": [LITTLE, CRC32C],
    "gzip-crc32c": [LITTLE, GZIP, CRC32C],
    "crc32c-gzip": [LITTLE, CRC32C, GZIP],
    "big-endian-zstd": [BIG, ZSTD],
}
BLOSC = {
    f"blosc-{cname}-{shuffle}": [LITTLE, blosc(cname, shuffle, 4)]
    for cname in ["lz4", "lz4hc", "blosclz", "zstd", "zlib"]
    for shuffle in ["noshuffle", "shuffle", "bitshuffle"]
}
SHARDING = {
    "end": [sharding((8, 8))],
    "start": [sharding((8, 8), location="start")],
    "no-index-crc": [sharding((8, 8), index_codecs=[LITTLE])],
    "big-index": [sharding((8, 8), index_codecs=[BIG, CRC32C])],
    "one-chunk": [sharding((32, 24))],
    "inner-transpose": [sharding((8, 8), codecs=[transpose(1, 0), BIG, GZIP])],
    "inner-crc32c": [sharding((8, 8), codecs=[LITTLE, CRC32C])],
    "inner-blosc": [sharding((16, 24), codecs=[LITTLE, blosc("lz4", "shuffle", 2)])],
    "outer-transpose": [transpose(1, 0), sharding((12, 8))],
    "outer-gzip": [sharding((8, 8)), GZIP],
    "nested": [sharding((16, 12), codecs=[sharding((4, 6))])],
    "nested-starts": [sharding((16, 12), codecs=[sharding((4, 6), location="start")], location="start")],
    "nested-thrice": [sharding((16, 12), codecs=[sharding((8, 6), codecs=[sharding((4, 2))])])],
    "nested-transpose": [sharding((16, 12), codecs=[transpose(1, 0), sharding((6, 4), codecs=[BIG])])],
    "start-big-no-index-crc": [sharding((8, 8), location="start", index_codecs=[BIG])],
    "index-transpose": [sharding((8, 8), index_codecs=[transpose(2, 0, 1), LITTLE, CRC32C])],
}
KEYS = list(itertools.product(["default", "v2"], ["/", "."]))
FILLS = {
    "float32-nan": ("float32", "NaN"),
    "float64-infinity": ("float64", "-Infinity"),
    "float64-negative-zero": ("float64", -0.0),
    "uint64-max": ("uint64", 2**64 - 1),
    "int64-min": ("int64", -(2**63)),
    "float16-infinity": ("float16", "Infinity"),
    "float32-hex": ("float32", "0x40490fdb"),
    "float64-hex-nan": ("float64", "0x7ff8000000000000"),
}
RANKS = {
    "1d": ((101,), (32,), (8,)),
    "3d": ((21, 17, 19), (16, 8, 8), (4, 4, 8)),
    "4d": ((2, 19, 14, 9), (2, 16, 8, 8), (2, 8, 4, 8)),
    "5d": ((2, 3, 9, 10, 7), (2, 2, 8, 8, 8), (1, 2, 4, 8, 4)),
    "6d": ((2, 1, 3, 5, 4, 3), (2, 1, 2, 4, 4, 2), (1, 1, 2, 2, 4, 1)),
    "7d": ((2, 1, 3, 1, 5, 4, 3), (2, 1, 2, 1, 4, 4, 2), (1, 1, 2, 1, 2, 4, 1)),
    "8d": ((2, 1, 3, 1, 2, 5, 4, 3), (2, 1, 2, 1, 1, 4, 4, 2), (1, 1, 2, 1, 1, 2, 4, 1)),
}


def layouts() -> dict[str, Metadata]:
    table = {f"dtype-{dtype}": zarr_metadata(dtype) for dtype in NUMBERS}
    table |= {f"bool-{fill}": zarr_metadata("bool", fill_value=fill) for fill in [False, True]}
    table |= {f"big-{dtype}": zarr_metadata(dtype, codecs=[BIG]) for dtype in ["int16", "uint32", "float64"]}
    table |= {name: zarr_metadata(codecs=codecs) for name, codecs in COMPRESSION.items()}
    table |= {
        name: zarr_metadata("uint32", (40, 36, 33), (32, 32, 32), codecs) for name, codecs in BLOSC.items()
    }
    table |= {f"shard-{name}": zarr_metadata(codecs=codecs) for name, codecs in SHARDING.items()}
    table |= {
        f"transpose-{''.join(map(str, order))}": zarr_metadata(
            shape=(20, 17, 9), chunk_shape=(8, 16, 4), codecs=[transpose(*order), LITTLE]
        )
        for order in itertools.permutations(range(3))
    }
    table |= {
        f"key-{name}{separator}": zarr_metadata(chunk_key_encoding=key_encoding(name, separator))
        for name, separator in KEYS
    }
    table |= {f"fill-{name}": zarr_metadata(dtype, fill_value=fill) for name, (dtype, fill) in FILLS.items()}
    for name, (shape, shard, chunk) in RANKS.items():
        table[name] = zarr_metadata("float32", shape, chunk)
        table[f"shard-{name}"] = zarr_metadata("float32", shape, shard, [sharding(chunk)])
    table["no-byte-order"] = zarr_metadata("uint8", codecs=[{"name": "bytes"}, ZSTD])
    table["shard-no-byte-order"] = zarr_metadata("int8", codecs=[sharding((8, 8), [{"name": "bytes"}])])
    table["shard-key-v2"] = zarr_metadata(
        codecs=[sharding((8, 8))], chunk_key_encoding=key_encoding("v2", ".")
    )
    table["shard-0d"] = zarr_metadata(shape=(), chunk_shape=(), codecs=[sharding(())])
    table["0d"] = zarr_metadata(shape=(), chunk_shape=())
    table["zero-length"] = zarr_metadata(shape=(5, 0))
    return table
