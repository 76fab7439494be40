"""Zarr v2 both ways: other programs read what voxbrick wrote, and voxbrick what they wrote."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voxbrick
from support.compare import assert_same_bits
from support.limits import TIMEOUT

Metadata = dict[str, Any]

SHAPE = (3, 21, 14)
CHUNKS = (2, 8, 8)


def zarray(**members: Any) -> Metadata:
    return {
        "zarr_format": 2,
        "shape": SHAPE,
        "chunks": CHUNKS,
        "dtype": "<u2",
        "compressor": None,
        "fill_value": 0,
        "order": "C",
        "filters": None,
        "dimension_separator": ".",
    } | members


def blosc(cname: str, shuffle: int) -> Metadata:
    return {"id": "blosc", "cname": cname, "clevel": 5, "shuffle": shuffle, "blocksize": 0}


TYPES = ["|b1", "|i1", "|u1"] + [
    f"{order}{kind}" for order in "<>" for kind in ["i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8"]
]
COMPRESSORS = {
    "zlib": {"id": "zlib", "level": 1},
    "gzip": {"id": "gzip", "level": 5},
    "zstd": {"id": "zstd", "level": 3},
    "lz4": {"id": "lz4", "acceleration": 1},
    "bz2": {"id": "bz2", "level": 5},
    "lzma": {"id": "lzma", "format": 1, "check": -1, "preset": None, "filters": None},
    "lzma-raw": {
        "id": "lzma",
        "format": 3,
        "check": -1,
        "preset": None,
        "filters": [{"id": 3, "dist": 2}, {"id": 33, "preset": 1}],
    },
    "blosc-zstd": blosc("zstd", 1),
    "blosc-lz4-bit": blosc("lz4", 2),
    "blosc-zlib-none": blosc("zlib", 0),
}
FILTERS = {
    "shuffle": zarray(filters=[{"id": "shuffle", "elementsize": 2}]),
    "shuffle-zlib": zarray(filters=[{"id": "shuffle", "elementsize": 2}], compressor=COMPRESSORS["zlib"]),
    "delta-f-big": zarray(filters=[{"id": "delta", "dtype": ">u2", "astype": ">u2"}], dtype=">u2", order="F"),
    "delta-shuffle-zstd": zarray(
        filters=[{"id": "delta", "dtype": "<i4", "astype": "<i4"}, {"id": "shuffle", "elementsize": 4}],
        dtype="<i4",
        compressor=COMPRESSORS["zstd"],
    ),
}
LAYOUTS: dict[str, Metadata] = (
    {f"dtype-{dtype}": zarray(dtype=dtype, fill_value=dtype == "|b1" or 1) for dtype in TYPES}
    | {f"compressor-{name}": zarray(compressor=compressor) for name, compressor in COMPRESSORS.items()}
    | {f"filter-{name}": layout for name, layout in FILTERS.items()}
    | {
        "order-f": zarray(order="F"),
        "order-f-big-blosc": zarray(order="F", dtype=">u4", compressor=blosc("lz4", 1)),
        "slashes": zarray(dimension_separator="/"),
        "fill-null": zarray(fill_value=None),
        "fill-nan": zarray(dtype="<f4", fill_value="NaN"),
        "fill-infinity": zarray(dtype=">f8", fill_value="-Infinity"),
        "fill-max": zarray(dtype="<u8", fill_value=2**64 - 1),
        "rank-0": zarray(shape=(), chunks=()),
        "rank-1": zarray(shape=(21,), chunks=(8,), order="F"),
        "empty": zarray(shape=(0, 4), chunks=(2, 2)),
        "one-large-chunk": zarray(chunks=(5, 32, 16)),
    }
)


class ZarrPython:
    def read(self, path: Path) -> np.ndarray:
        return np.asarray(self._open(path, "r")[...])

    def write(self, path: Path, data: np.ndarray) -> None:
        self._open(path, "r+")[...] = data

    def _open(self, path: Path, mode: str) -> Any:
        return pytest.importorskip("zarr", minversion="3").open_array(path, mode=mode, zarr_format=2)


class Tensorstore:
    def read(self, path: Path) -> np.ndarray:
        return self._open(path).read().result(TIMEOUT)

    def write(self, path: Path, data: np.ndarray) -> None:
        self._open(path).write(data).result(TIMEOUT)

    def _open(self, path: Path) -> Any:
        spec = {"driver": "zarr", "kvstore": {"driver": "file", "path": str(path)}}
        return pytest.importorskip("tensorstore").open(spec).result(TIMEOUT)


PEERS = {"zarr-python": ZarrPython(), "tensorstore": Tensorstore()}
# What tensorstore does not have.
REFUSED = {
    (layout, "tensorstore")
    for layout in LAYOUTS
    if layout.startswith(("compressor-lz4", "compressor-lzma", "filter-"))
}
PAIRS = [pair for pair in itertools.product(LAYOUTS, PEERS) if pair not in REFUSED]


def voxels_for(metadata: Metadata) -> np.ndarray:
    """Compressible numbers in native byte order, with some chunks of nothing but fill."""
    dtype = np.dtype(metadata["dtype"]).newbyteorder("=")
    voxels = np.random.default_rng(1).integers(0, 2, metadata["shape"]).astype(dtype)
    if voxels.ndim:
        voxels[..., :9] = np.array(metadata["fill_value"] or 0).astype(dtype)
    return voxels


def native(voxels: np.ndarray) -> np.ndarray:
    return np.asarray(voxels, voxels.dtype.newbyteorder("="))


@pytest.mark.parametrize(("layout", "peer"), PAIRS)
def test_peers_read_ours(layout: str, peer: str, tmp_path: Path) -> None:
    voxels = voxels_for(LAYOUTS[layout])
    with voxbrick.create_array(tmp_path, LAYOUTS[layout]) as array:
        array.write((0,) * voxels.ndim, voxels)
    assert_same_bits(native(PEERS[peer].read(tmp_path)), voxels)


@pytest.mark.parametrize(("layout", "peer"), PAIRS)
def test_we_read_theirs(layout: str, peer: str, tmp_path: Path) -> None:
    voxels = voxels_for(LAYOUTS[layout])
    (tmp_path / ".zarray").write_text(json.dumps(LAYOUTS[layout]))
    PEERS[peer].write(tmp_path, voxels)
    with voxbrick.open_array(tmp_path) as array:
        for order in "FC":
            assert_same_bits(array.read((0,) * voxels.ndim, voxels.shape, order=order), voxels)


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("layout", ["order-f", "order-f-big-blosc", "slashes"])
def test_taking_turns_in_one_chunk(layout: str, peer: str, tmp_path: Path) -> None:
    voxels = voxels_for(LAYOUTS[layout])
    (tmp_path / ".zarray").write_text(json.dumps(LAYOUTS[layout]))
    PEERS[peer].write(tmp_path, voxels)
    corner = np.s_[1:, 1:10, 3:11]
    voxels[corner] += 5
    with voxbrick.open_array(tmp_path, "r+") as array:
        array.write((1, 1, 3), voxels[corner])
    assert_same_bits(native(PEERS[peer].read(tmp_path)), voxels)


CREATED: dict[str, Metadata] = {
    "default": {},
    "raw": {"compress": False},
    "nan": {"dtype": "float64", "fill_value": float("nan")},
    "keys": {"chunk_key_encoding": {"name": "v2", "configuration": {"separator": "/"}}},
    "codecs": {"codecs": [{"id": "zstd", "level": 1}]},
    "axes": {"axes": "cxy"},
}


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("created", CREATED)
def test_peers_read_arrays_made_from_keywords(created: str, peer: str, tmp_path: Path) -> None:
    keywords = {"dtype": "uint16", "shape": SHAPE, "chunk_shape": CHUNKS} | CREATED[created]
    voxels = np.random.default_rng(2).integers(0, 9, SHAPE).astype(keywords["dtype"])
    with voxbrick.create_array(tmp_path, data_format="zarr", **keywords) as array:
        array.write((0, 9, 0), voxels[:, 9:])
    voxels[:, :9] = keywords.get("fill_value", 0)
    assert_same_bits(PEERS[peer].read(tmp_path), voxels)


def test_attributes_reach_zarr_python(tmp_path: Path) -> None:
    zarr = pytest.importorskip("zarr", minversion="3")
    keywords = {"dtype": "uint8", "shape": (8, 8), "chunk_shape": 4, "attributes": {"a": [1, {"b": "ä"}]}}
    voxbrick.create_array(tmp_path, data_format="zarr", **keywords).close()
    assert dict(zarr.open_array(tmp_path, mode="r").attrs) == keywords["attributes"]


def test_attributes_of_zarr_python_reach_us(tmp_path: Path) -> None:
    zarr = pytest.importorskip("zarr", minversion="3")
    array = zarr.create_array(tmp_path, shape=SHAPE, chunks=CHUNKS, dtype="uint8", zarr_format=2)
    array.attrs["_ARRAY_DIMENSIONS"] = ["z", "y", "x"]
    info = voxbrick.open_array(tmp_path).info
    assert info.axes == ("z", "y", "x")
    assert info.attributes == dict(array.attrs)
