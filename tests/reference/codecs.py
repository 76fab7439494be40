"""The codecs of Zarr v3: a list of JSON objects, an array on one side, bytes on the other.

`encode` runs the list from left to right, `decode` from right to left.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from typing import Any

import google_crc32c
import numcodecs
import numpy as np

from reference.cells import cells

Codec = dict[str, Any]
Shape = tuple[int, ...]

EMPTY = np.uint64(2**64 - 1)
SHUFFLES = {"noshuffle": 0, "shuffle": 1, "bitshuffle": 2}


def decode(data: bytes, shape: Shape, fill: np.generic, codecs: Sequence[Codec]) -> np.ndarray:
    """The array of `shape` (and the dtype of `fill`) that `codecs` made into `data`."""
    if not codecs:
        raise ValueError("no codec makes bytes of the array")
    name, options = _split(codecs[0])
    rest = codecs[1:]
    if name == "transpose":
        order = options["order"]
        inner = decode(data, tuple(shape[axis] for axis in order), fill, rest)
        return inner.transpose(np.argsort(order))
    for codec in reversed(rest):
        data = DECODERS[_split(codec)[0]](data)
    if name == "sharding_indexed":
        return _decode_shard(data, shape, fill, options)
    stored = np.frombuffer(data, _stored_dtype(fill.dtype, options))
    return stored.reshape(shape).astype(fill.dtype)


def encode(array: np.ndarray, fill: np.generic, codecs: Sequence[Codec]) -> bytes:
    name, options = _split(codecs[0])
    rest = codecs[1:]
    if name == "transpose":
        return encode(array.transpose(options["order"]), fill, rest)
    if name == "sharding_indexed":
        data = _encode_shard(array, fill, options)
    else:
        data = array.astype(_stored_dtype(array.dtype, options)).tobytes()
    for codec in rest:
        name, options = _split(codec)
        data = ENCODERS[name](data, **options)
    return data


def is_fill(array: np.ndarray, fill: np.generic) -> bool:
    """Compared by bits, so that -0.0 is not 0.0 and a NaN equals itself."""
    return array.tobytes() == np.full(array.shape, fill).tobytes()


def _split(codec: Codec | str) -> tuple[str, dict[str, Any]]:
    if isinstance(codec, str):
        return codec, {}
    name = codec["name"]
    return ("bytes" if name == "endian" else name), codec.get("configuration", {})


def _stored_dtype(dtype: np.dtype, options: dict[str, Any]) -> np.dtype:
    return dtype.newbyteorder({"little": "<", "big": ">"}[options.get("endian", "little")])


# ---- shards ------------------------------------------------------------------------------------------


def _decode_shard(data: bytes, shape: Shape, fill: np.generic, options: dict[str, Any]) -> np.ndarray:
    inner = tuple(options["chunk_shape"])
    index = _decode_index(data, _grid(shape, inner), options)
    out = np.full(shape, fill)
    for cell, _, target in cells((0,) * len(shape), shape, inner):
        offset, size = index[cell]
        if offset == EMPTY and size == EMPTY:
            continue
        if int(offset) + int(size) > len(data):
            raise ValueError(f"chunk {cell} lies outside its shard")
        out[target] = decode(data[int(offset) : int(offset) + int(size)], inner, fill, options["codecs"])
    return out


def _encode_shard(array: np.ndarray, fill: np.generic, options: dict[str, Any]) -> bytes:
    inner = tuple(options["chunk_shape"])
    index = np.full((*_grid(array.shape, inner), 2), EMPTY)
    at_start = options.get("index_location", "end") == "start"
    position = len(_encode_index(index, options)) if at_start else 0
    chunks = []
    for cell, _, target in cells((0,) * array.ndim, array.shape, inner):
        if not is_fill(array[target], fill):
            chunks.append(encode(array[target], fill, options["codecs"]))
            index[cell] = position, len(chunks[-1])
            position += len(chunks[-1])
    parts = [*chunks, _encode_index(index, options)]
    return b"".join(parts[-1:] + parts[:-1] if at_start else parts)


def _grid(shape: Shape, inner: Shape) -> Shape:
    if any(outer % step for outer, step in zip(shape, inner, strict=True)):
        raise ValueError(f"chunks of {inner} do not divide a shard of {shape}")
    return tuple(outer // step for outer, step in zip(shape, inner, strict=True))


def _encode_index(index: np.ndarray, options: dict[str, Any]) -> bytes:
    return encode(index, EMPTY, options["index_codecs"])


def _decode_index(data: bytes, grid: Shape, options: dict[str, Any]) -> np.ndarray:
    size = len(_encode_index(np.zeros((*grid, 2), np.uint64), options))
    if len(data) < size:
        raise ValueError(f"a shard of {len(data)} bytes cannot hold an index of {size}")
    at_start = options.get("index_location", "end") == "start"
    encoded = data[:size] if at_start else data[-size:]
    return decode(encoded, (*grid, 2), EMPTY, options["index_codecs"])


# ---- bytes to bytes ----------------------------------------------------------------------------------


def _decode_crc32c(data: bytes) -> bytes:
    payload, stored = data[:-4], data[-4:]
    if stored != _crc32c(payload):
        raise ValueError("crc32c differs")
    return payload


def _crc32c(data: bytes) -> bytes:
    return google_crc32c.value(data).to_bytes(4, "little")


def _encode_blosc(
    data: bytes, cname: str, clevel: int, shuffle: str, typesize: int = 1, blocksize: int = 0
) -> bytes:
    elements = np.frombuffer(data, f"V{typesize}")
    return bytes(numcodecs.Blosc(cname, clevel, SHUFFLES[shuffle], blocksize).encode(elements))


def _encode_zstd(data: bytes, level: int, checksum: bool = False) -> bytes:
    return bytes(numcodecs.Zstd(level, checksum).encode(data))


DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "zstd": lambda data: bytes(numcodecs.Zstd().decode(data)),
    "blosc": lambda data: bytes(numcodecs.Blosc().decode(data)),
    "crc32c": _decode_crc32c,
}
ENCODERS: dict[str, Callable[..., bytes]] = {
    "gzip": lambda data, level: gzip.compress(data, level),
    "zstd": _encode_zstd,
    "blosc": _encode_blosc,
    "crc32c": lambda data: data + _crc32c(data),
}
