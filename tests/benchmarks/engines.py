"""How each engine opens, makes, reads and writes the arrays of the benchmarks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from volumes import BLOCK, SHARD

# Every engine here is imported by the function that uses it: a run loads one engine only.

WKW_CODECS = {
    "raw": {"compress": False},
    "lz4": {"codecs": [{"name": "lz4"}]},
    "lz4hc": {"compress": True},
}
WKW_BLOCK_TYPES = {"raw": 1, "lz4": 2, "lz4hc": 3}
Reader = Callable[[tuple[int, ...], tuple[int, ...]], np.ndarray]


def make_wkw_voxbrick(path: Path, data: np.ndarray, codec: str) -> Any:
    import voxbrick

    return voxbrick.create_array(
        path,
        data_format="wkw",
        dtype=data.dtype,
        chunk_shape=(BLOCK,) * 3,
        shard_shape=(SHARD,) * 3,
        **WKW_CODECS[codec],
    )


def write_wkw_voxbrick(path: Path, data: np.ndarray, codec: str) -> None:
    with make_wkw_voxbrick(path, data, codec) as array:
        array.write((0, 0, 0, 0), data)


def write_wkw_wkw(path: Path, data: np.ndarray, codec: str) -> None:
    import wkw

    header = wkw.Header(
        data.dtype.type, block_len=BLOCK, file_len=SHARD // BLOCK, block_type=WKW_BLOCK_TYPES[codec]
    )
    with wkw.Dataset.create(str(path), header) as dataset:
        dataset.write((0, 0, 0), data)


def reader_voxbrick(path: Path, order: str = "F") -> Reader:
    import voxbrick

    array = voxbrick.open_array(path)
    return lambda corner, shape: array.read((0, *corner), (1, *shape), order=order)


def reader_wkw(path: Path, order: str = "F") -> Reader:
    import wkw

    dataset = wkw.Dataset.open(str(path))
    if order == "F":
        return dataset.read
    return lambda corner, shape: np.ascontiguousarray(dataset.read(corner, shape))


def reader_tensorstore(path: Path, order: str = "F") -> Reader:
    array = open_tensorstore(path)

    def read(corner: tuple[int, ...], shape: tuple[int, ...]) -> np.ndarray:
        box = (slice(0, 1), *(slice(c, c + n) for c, n in zip(corner, shape, strict=True)))
        return array[box].read(order=order).result()

    return read


READERS = {"voxbrick": reader_voxbrick, "wkw": reader_wkw, "tensorstore": reader_tensorstore}


def zarr_metadata(shape: tuple[int, ...], dtype: np.dtype) -> dict[str, Any]:
    """Shards of 256^3, chunks of 32^3, Fortran order inside, zstd 5."""
    little = {"name": "bytes", "configuration": {"endian": "little"}}
    inner = [
        {"name": "transpose", "configuration": {"order": [3, 2, 1, 0]}},
        little,
        {"name": "zstd", "configuration": {"level": 5, "checksum": False}},
    ]
    sharding = {
        "chunk_shape": [1, BLOCK, BLOCK, BLOCK],
        "codecs": inner,
        "index_codecs": [little, {"name": "crc32c"}],
        "index_location": "end",
    }
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": list(shape),
        "data_type": dtype.name,
        "chunk_grid": {
            "name": "regular",
            "configuration": {"chunk_shape": [1, SHARD, SHARD, SHARD]},
        },
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": 0,
        "codecs": [{"name": "sharding_indexed", "configuration": sharding}],
        "dimension_names": ["c", "x", "y", "z"],
    }


def write_zarr_voxbrick(path: Path, data: np.ndarray) -> None:
    import voxbrick

    metadata = zarr_metadata(data.shape, data.dtype)
    with voxbrick.create_array(path, metadata, data_format="zarr3") as array:
        array.write((0, 0, 0, 0), data)


def write_zarr_tensorstore(path: Path, data: np.ndarray) -> None:
    open_tensorstore(path, zarr_metadata(data.shape, data.dtype)).write(data).result()


def open_tensorstore(path: Path, new: dict[str, Any] | None = None) -> Any:
    """Without fsync, as voxbrick's default."""
    import tensorstore

    spec: dict[str, Any] = {
        "driver": "zarr3",
        "kvstore": {"driver": "file", "path": str(path), "file_io_sync": False},
    }
    if new:
        spec |= {"metadata": new, "create": True}
    return tensorstore.open(spec).result()
