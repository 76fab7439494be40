"""The engine. A test compares this file with the module."""

from collections.abc import Iterable, Sequence
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import NDArray

_Index = Iterable[SupportsIndex]

__version__: str

def num_threads() -> int: ...
def set_num_threads(count: int) -> None: ...
def downsample(
    array: NDArray[Any], offset: _Index, sampling: str, steps: Sequence[_Index]
) -> list[NDArray[Any]]: ...
def upsample(array: NDArray[Any], offset: _Index, shape: _Index, factors: _Index) -> NDArray[Any]: ...

class Array:
    @staticmethod
    def open(path: bytes, writeable: bool) -> Array: ...
    @staticmethod
    def create(
        *,
        path: bytes,
        data_format: str,
        dtype: str,
        shape: _Index,
        num_channels: int,
        axes: list[str],
        chunk_shape: _Index,
        shard_shape: _Index,
        compress: bool,
        codecs: str,
        fill_value: str,
        chunk_key_encoding: str,
        attributes: str,
        metadata: str,
    ) -> Array: ...
    @property
    def dtype(self) -> np.dtype[Any]: ...
    def read(
        self, offset: _Index, shape: _Index, out: NDArray[Any] | None, c_order: bool
    ) -> NDArray[Any]: ...
    def largest(self, offset: _Index, shape: _Index) -> int: ...
    def write(self, offset: _Index, data: NDArray[Any], durable: bool) -> None: ...
    def find_difference(
        self,
        offset: Iterable[SupportsIndex],
        shape: Iterable[SupportsIndex],
        other: Array,
        other_offset: Iterable[SupportsIndex],
        other_axes: Iterable[SupportsIndex],
    ) -> tuple[int, ...] | None: ...
    def resize(self, shape: _Index) -> None: ...
    def list_shards(self) -> list[tuple[int, ...]]: ...
    def list_files(self) -> list[bytes]: ...
    @property
    def meta_version(self) -> int: ...
    def meta(self) -> dict[str, Any]: ...
