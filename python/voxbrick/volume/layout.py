"""How the array of a new mag is laid out: chunks, shards, compression, in old and new words."""

from __future__ import annotations

from typing import Any, TypeAlias

import attr

from voxbrick._support import warn_deprecated
from voxbrick.errors import ConflictingArgumentsError, InvalidArgumentError
from voxbrick.geometry.vec3_int import Vec3Int, Vec3IntLike
from voxbrick.metadata.defaults import (
    DEFAULT_CHUNK_SHAPE,
    DEFAULT_CHUNKS_PER_SHARD,
    DEFAULT_CHUNKS_PER_SHARD_ZARR,
)
from voxbrick.metadata.types import DataFormat

Shape: TypeAlias = "Vec3IntLike | int"

_NEW_WORDS = {"chunk_size": "chunk_shape", "block_len": "chunk_shape", "file_len": "chunks_per_shard"}


@attr.frozen(kw_only=True)
class Layout:
    """What a script asked for; None where it did not."""

    chunk_shape: Vec3Int | None = None
    chunks_per_shard: Vec3Int | None = None
    shard_shape: Vec3Int | None = None
    compress: bool | None = None

    def or_else(self, chunk_shape: Vec3Int, chunks_per_shard: Vec3Int, compress: bool) -> Layout:
        """The same with defaults in the gaps; the shard shape is left to the others."""
        chunk = self.chunk_shape or chunk_shape
        return Layout(
            chunk_shape=chunk,
            chunks_per_shard=self._per_shard(chunk) or chunks_per_shard,
            compress=compress if self.compress is None else self.compress,
        )

    def _per_shard(self, chunk: Vec3Int) -> Vec3Int | None:
        if self.shard_shape is None:
            return self.chunks_per_shard
        per_shard = self.shard_shape // chunk
        if per_shard * chunk != self.shard_shape or self.chunks_per_shard not in (None, per_shard):
            raise InvalidArgumentError(
                f"shards of {self.shard_shape.to_tuple()} are not made of chunks of "
                f"{chunk.to_tuple()}, {self.chunks_per_shard or 'any number'} per shard"
            )
        return per_shard


def layout(
    chunk_shape: Shape | None = None,
    chunks_per_shard: Shape | None = None,
    shard_shape: Shape | None = None,
    compress: bool | None = None,
    **deprecated: Any,
) -> Layout:
    """Of the arguments of `add_mag`; ``chunk_size``, ``block_len`` and ``file_len`` are old names.

    A number stands for three of itself.
    """
    given = {"chunk_shape": _shape(chunk_shape), "chunks_per_shard": _shape(chunks_per_shard)}
    for old, new in _NEW_WORDS.items():
        shape = _shape(deprecated.get(old))
        if shape is None:
            continue
        warn_deprecated(old, new)
        if given[new] not in (None, shape):
            raise ConflictingArgumentsError(f"{new} is {given[new]} and {old} is {shape}; give only {new}")
        given[new] = shape
    return Layout(**given, shard_shape=_shape(shard_shape), compress=compress)


def _shape(shape: Shape | None) -> Vec3Int | None:
    if shape is None:
        return None
    vec = Vec3Int.from_vec_or_int(shape)
    if not vec.is_positive(strictly_positive=True):
        raise InvalidArgumentError(f"chunks and shards cannot have the shape {vec.to_tuple()}")
    return vec


def with_defaults(asked: Layout, data_format: DataFormat) -> Layout:
    """A whole layout for a new array of that format.

    Raises:
        InvalidArgumentError: the format has no such arrays.
    """
    zarr2 = data_format is DataFormat.Zarr
    per_shard = DEFAULT_CHUNKS_PER_SHARD_ZARR if zarr2 else DEFAULT_CHUNKS_PER_SHARD
    whole = asked.or_else(DEFAULT_CHUNK_SHAPE, per_shard, compress=False)
    assert whole.chunk_shape is not None
    assert whole.chunks_per_shard is not None
    for shape in (whole.chunk_shape, whole.chunks_per_shard):
        uniform = data_format is not DataFormat.WKW or shape.is_uniform()
        if not uniform or any(extent & (extent - 1) for extent in shape):
            kind = "equal powers of two" if data_format is DataFormat.WKW else "powers of two"
            message = f"chunks and shards of {data_format} are {kind}, got {shape.to_tuple()}"
            raise InvalidArgumentError(message)
    if zarr2 and whole.chunks_per_shard != DEFAULT_CHUNKS_PER_SHARD_ZARR:
        per_shard = whole.chunks_per_shard
        raise InvalidArgumentError(f"zarr has one chunk per file, not {per_shard.to_tuple()}")
    return whole
