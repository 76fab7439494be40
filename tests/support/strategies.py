"""Random arrays, boxes and values, and the numpy array that an engine array should behave like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from reference import zarr3
from reference.cells import cells
from support.zarr_metadata import (
    BIG,
    CRC32C,
    GZIP,
    LITTLE,
    ZSTD,
    blosc,
    key_encoding,
    sharding,
    transpose,
    zarr_metadata,
)

Shape = tuple[int, ...]
DTYPES = ["bool", "uint8", "int16", "uint32", "int64", "float32", "float64"]
BYTES_CODECS = [[], [ZSTD], [GZIP], [CRC32C], [ZSTD, CRC32C], [blosc("lz4", "shuffle", 2)]]


@dataclass
class Case:
    """An array to create, and the numpy array it should behave like."""

    keywords: dict[str, Any]
    voxels: np.ndarray
    shard_shape: Shape
    unbounded: bool = False

    @property
    def shape(self) -> Shape:
        return self.voxels.shape

    def expected(self, offset: Sequence[int], shape: Sequence[int]) -> np.ndarray:
        out = np.zeros(shape, self.voxels.dtype)
        inside = tuple(slice(a, a + n) for a, n in zip(offset, shape, strict=True))
        stored = self.voxels[inside]
        out[tuple(slice(0, n) for n in stored.shape)] = stored
        return out

    def resize(self, shape: Shape) -> None:
        resized = np.full(shape, self.fill)
        kept = tuple(slice(0, min(a, b)) for a, b in zip(shape, self.shape, strict=True))
        resized[kept] = self.voxels[kept]
        self.voxels = resized

    @property
    def fill(self) -> np.generic:
        metadata = self.keywords.get("metadata")
        return zarr3.fill_value(metadata) if metadata else np.zeros((), self.voxels.dtype)[()]

    def shards_with_data(self) -> list[Shape]:
        parts = cells((0,) * self.voxels.ndim, self.shape, self.shard_shape)
        return sorted(
            part.index
            for part in parts
            if self.voxels[part.target].tobytes()
            != np.full(self.voxels[part.target].shape, self.fill).tobytes()
        )


@st.composite
def wkw_cases(draw: st.DrawFn) -> Case:
    block = draw(st.sampled_from([1, 2, 4]))
    side = block * draw(st.sampled_from([1, 2, 4]))
    channels = draw(st.sampled_from([1, 1, 3]))
    dtype = draw(st.sampled_from([dtype for dtype in DTYPES if dtype != "bool"]))
    codec = draw(st.sampled_from([{"compress": False}, {"codecs": [{"name": "lz4"}]}, {"compress": True}]))
    extent = [draw(st.integers(1, max(2 * side, 6))) for _ in "xyz"]
    keywords = {
        "data_format": "wkw",
        "dtype": dtype,
        "num_channels": channels,
        "chunk_shape": (block,) * 3,
        "shard_shape": (side,) * 3,
        **codec,
    }
    return Case(keywords, np.zeros((channels, *extent), dtype), (channels, side, side, side), unbounded=True)


@st.composite
def zarr3_cases(draw: st.DrawFn) -> Case:
    rank = draw(st.integers(2, 5))
    small = st.integers(1, 4 if rank < 4 else 3)
    chunk = draw(st.tuples(*[small] * rank))
    shard = tuple(size * draw(st.integers(1, 3)) for size in chunk)
    shape = draw(st.tuples(*[st.integers(1, 9 if rank < 4 else 5)] * rank))
    dtype = draw(st.sampled_from(DTYPES))
    inner = [
        transpose(*draw(st.permutations(range(rank)))),
        draw(st.sampled_from([LITTLE, BIG])),
        *draw(st.sampled_from(BYTES_CODECS)),
    ]
    location = draw(st.sampled_from(["end", "start"]))
    sharded = draw(st.booleans())
    metadata = zarr_metadata(
        dtype,
        shape,
        shard if sharded else chunk,
        [sharding(chunk, inner, location=location)] if sharded else inner,
        draw(st.sampled_from(fills(dtype))),
        key_encoding(draw(st.sampled_from(["default", "v2"])), draw(st.sampled_from("/."))),
    )
    voxels = np.full(shape, zarr3.fill_value(metadata))
    return Case({"metadata": metadata, "data_format": "zarr3"}, voxels, shard if sharded else chunk)


def fills(dtype: str) -> list[Any]:
    return {"b": [False, True], "f": [0.0, -0.0, "NaN", 1.5]}.get(np.dtype(dtype).kind, [0, 1, 100])


def intervals(length: int, beyond: int = 0) -> st.SearchStrategy[tuple[int, int]]:
    """Offset and size on one axis; small numbers are the likeliest, so draw both ends instead."""
    ends = st.tuples(st.integers(0, length + beyond), st.integers(0, length + beyond))
    return ends.map(lambda pair: (min(pair), abs(pair[0] - pair[1])))


def boxes(draw: st.DrawFn, shape: Shape, beyond: int = 0) -> tuple[Shape, Shape]:
    pairs = [draw(intervals(length, beyond)) for length in shape]
    return tuple(offset for offset, _ in pairs), tuple(size for _, size in pairs)


def with_memory_layout(values: np.ndarray, layout: str) -> np.ndarray:
    """The same values, lying differently in memory."""
    if layout == "strided":
        room = np.empty([2 * n + 1 for n in values.shape], values.dtype)
        view = room[tuple(slice(1, None, 2) for _ in values.shape)]
    elif layout == "reversed":
        view = np.empty_like(values)[tuple(slice(None, None, -1) for _ in values.shape)]
    elif layout == "rotated":
        view = np.moveaxis(np.empty((values.shape[-1], *values.shape[:-1]), values.dtype), 0, -1)
    else:
        return values.copy(order=layout)
    view[...] = values
    return view


MEMORY_LAYOUTS = st.sampled_from(["C", "F", "strided", "reversed", "rotated"])


def some_values(draw: st.DrawFn, case: Case, shape: Shape) -> np.ndarray:
    """Noise, one value, or nothing but fill: shards come, and go again."""
    kind = draw(st.sampled_from(["noise", "noise", "constant", "fill"]))
    if kind == "fill":
        return np.full(shape, case.fill)
    if kind == "constant":
        return np.full(shape, draw(st.integers(0, 2)), case.voxels.dtype)
    random = np.random.default_rng(draw(st.integers(0, 2**16)))
    return random.integers(0, 100, shape).astype(case.voxels.dtype)
