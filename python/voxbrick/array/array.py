"""Arrays on disk: open one, read and write boxes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, SupportsIndex, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from voxbrick import _core
from voxbrick.array.meta import ArrayMeta, parse_meta
from voxbrick.errors import InvalidArgumentError

__all__ = ["Array", "num_threads", "open_array", "set_num_threads"]

PathLike: TypeAlias = str | os.PathLike[str]
Ints: TypeAlias = Iterable[SupportsIndex]
Mode: TypeAlias = Literal["r", "r+"]
Order: TypeAlias = Literal["F", "C"]

num_threads = _core.num_threads
set_num_threads = _core.set_num_threads


class Array:
    """An array on disk; made by `open_array` or `create_array`.

    All methods may be called from several threads at once. An array can be pickled: the copy opens
    the same path again, when it is first used.

    Example::

        with voxbrick.open_array("color/1") as array:
            voxels = array.read((0, 100, 100, 100), (1, 64, 64, 64))   # c, x, y, z
    """

    def __init__(self, path: str, mode: Mode, handle: _core.Array | None = None) -> None:
        self._path = path
        self._mode = mode
        self._handle: _core.Array | None = handle
        self._info: ArrayMeta | None = None
        self._info_version = 0
        self._closed = False

    @property
    def path(self) -> str:
        """The folder, as an absolute path."""
        return self._path

    @property
    def mode(self) -> Mode:
        """``"r"`` or ``"r+"``."""
        return self._mode

    @property
    def info(self) -> ArrayMeta:
        """What the array is: data format, dtype, axes, shapes, codecs ..."""
        if self._closed and self._info is not None:
            return self._info
        handle = self._opened()
        # Whoever reads or writes notices what another process made of the array, and so does this.
        version = handle.meta_version
        if self._info is None or version != self._info_version:
            self._info, self._info_version = parse_meta(handle.meta()), version
        return self._info

    def read(
        self,
        offset: Ints,
        shape: Ints,
        *,
        out: NDArray[Any] | None = None,
        order: Order = "F",
    ) -> NDArray[Any]:
        """Reads a box of voxels.

        Args:
            offset: where the box begins, one entry for each axis of the array (WKW: c, x, y, z),
                not below zero.
            shape: extent of the box. Where it reaches beyond the array, voxels are 0.
            out: the array to fill, of that shape and dtype, with any strides; a new one if None.
            order: memory layout of a new array: ``"F"``, first axis fastest, or ``"C"``.

        Returns:
            ``out``, or the new array.

        Raises:
            InvalidArgumentError: wrong rank, dtype or shape.
            CorruptDataError: stored data is damaged; what ``out`` then holds is undefined.
        """
        if order not in ("F", "C"):
            raise InvalidArgumentError(f"order is {order!r}; give 'F' or 'C'")
        if out is not None and not isinstance(out, np.ndarray):
            raise InvalidArgumentError(f"{self._path}: out has to be a numpy array, not {type(out).__name__}")
        return (self._handle or self._opened()).read(offset, shape, out, order == "C")

    def largest(self, offset: Ints, shape: Ints) -> int:
        """The largest voxel of a box, which is never held in memory as a whole.

        Args:
            offset: where the box begins, one entry for each axis of the array (WKW: c, x, y, z),
                not below zero.
            shape: extent of the box. Where it reaches beyond the array, voxels are 0.

        Raises:
            InvalidArgumentError: wrong rank, or the box is empty.
            UnsupportedError: the voxels are no integers.
            CorruptDataError: stored data is damaged.
        """
        return self._opened().largest(offset, shape)

    def write(self, offset: Ints, data: ArrayLike, *, durable: bool = False) -> None:
        """Writes a box of voxels, which has to lie inside the array.

        Voxels outside the box keep their values, also if other threads or processes write them
        at the same time.

        Args:
            offset: where the box begins, one entry for each axis of the array (WKW: c, x, y, z).
            data: the voxels, with any strides and byte order; types that fit without loss are cast,
                64-bit integers to float64 unless they are beyond 2**53.
            durable: return only when the data would survive a power cut.

        Raises:
            InvalidArgumentError: wrong rank or shape, or a dtype that cannot be cast safely.
            BoundsError: the box leaves the array.
            ReadOnlyError: the array was opened with mode ``"r"``.
        """
        handle = self._handle or self._opened()
        voxels = np.asarray(data)
        if voxels.dtype != handle.dtype:
            voxels = _converted(voxels, handle.dtype, self._path)
        handle.write(offset, voxels, durable)

    def find_difference(
        self,
        offset: Ints,
        shape: Ints,
        other: Array,
        other_offset: Ints | None = None,
        other_axes: Ints | None = None,
    ) -> tuple[int, ...] | None:
        """Compares a box with one of another array of the same dtype, block by block.

        Args:
            offset: where the box begins.
            shape: its extent.
            other: the other array.
            other_offset: where the box begins there; at the same place by default.
            other_axes: for each axis of the other array the axis here that it corresponds to, or -1
                where one voxel of it is compared; the same axes by default.

        Returns:
            The position, in this array, of a voxel that differs; None if all are equal. NaN equals NaN.
        """
        offset = tuple(offset)
        there = offset if other_offset is None else other_offset
        axes = range(len(offset)) if other_axes is None else other_axes
        return self._opened().find_difference(offset, shape, other._opened(), there, axes)

    def resize(self, shape: Ints) -> None:
        """Gives the array another shape. What falls outside is removed from disk.

        An array knows nothing of the Zarr groups around it: consolidated metadata there goes out of
        date, and has to be renewed by who made it. Datasets take care of it.

        Raises:
            UnsupportedError: the format has no shape (WKW).
        """
        self._opened().resize(shape)

    def list_shards(self) -> list[tuple[int, ...]]:
        """Grid coordinates of all stored shards, sorted; times ``info.shard_shape`` for offsets.

        Raises:
            StorageError: something else lies in the place of a shard or of a folder of shards.
        """
        return self._opened().list_shards()

    def list_files(self) -> list[Path]:
        """Paths of all files that make up the array: shards and metadata, not what others put beside them."""
        return [Path(os.fsdecode(file)) for file in self._opened().list_files()]

    def close(self) -> None:
        """Lets go of the files. Using the array afterwards is an error; closing it again is not."""
        self._closed = True
        self._handle = None

    def _opened(self) -> _core.Array:
        if self._closed:
            raise InvalidArgumentError(f"the array {self._path} is closed; open it again")
        if self._handle is None:
            self._handle = _core.Array.open(os.fsencode(self._path), self._mode == "r+")
        return self._handle

    def __enter__(self) -> Array:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return Array, (self._path, self._mode)

    def __repr__(self) -> str:
        return f"<Array {self._path!r} mode={self._mode!r}>"


def open_array(path: PathLike, mode: Mode = "r") -> Array:
    """Opens the array in a folder; its format is found by looking.

    Args:
        path: the folder that holds ``header.wkw``, ``zarr.json``, ``.zarray``, ``attributes.json`` (N5)
            or ``info`` (Neuroglancer's precomputed volumes: the full resolution; or the folder of any
            of its scales). The last two are only read.
        mode: ``"r"`` to read, ``"r+"`` to write too.

    Raises:
        NotFoundError: there is no array.
        InvalidMetadataError: its metadata is damaged.
        UnsupportedError: its metadata asks for something that voxbrick cannot do.
    """
    if mode not in ("r", "r+"):
        raise InvalidArgumentError(f"mode is {mode!r}; give 'r' to read or 'r+' to write too")
    array = Array(absolute(path), mode)
    array._opened()
    return array


def absolute(path: PathLike) -> str:
    """The path as arrays keep it: a copy that is unpickled elsewhere finds the same folder."""
    if not os.fspath(path):
        raise InvalidArgumentError("the path of an array is empty; the working directory is '.'")
    folder = str(Path(path).absolute())
    try:
        os.fsencode(folder)
    except UnicodeEncodeError as error:
        raise InvalidArgumentError(f"{folder!r} cannot be the path of an array: {error}") from None
    return folder


def _converted(voxels: NDArray[Any], dtype: np.dtype[Any], path: str) -> NDArray[Any]:
    check_castable(voxels, dtype, "data", f"{path}, an array")
    return voxels.astype(dtype)


# -- casting ---------------------------------------------------------------------------------------
#
# Voxels of another type than the array's: cast if nothing is lost, else refused.

# Beyond this, float64 skips whole numbers.
_EXACT = 2**53


def check_castable(voxels: np.ndarray[Any, Any], dtype: np.dtype[Any], what: str, where: str) -> None:
    """Refuses types that may lose values; of 64-bit integers as floats, the values themselves count.

    Raises:
        InvalidArgumentError: the type, or a value beyond 2**53, does not fit.
    """
    if not np.can_cast(voxels.dtype, dtype, "safe"):
        raise InvalidArgumentError(
            f"{what} of type {voxels.dtype} may lose values in {where} of {dtype}; "
            f"convert it yourself with astype({dtype.name!r})"
        )
    # Numpy calls this safe, too.
    if dtype.kind == "f" and voxels.dtype.kind in "iu" and voxels.dtype.itemsize == 8 and voxels.size:
        for value in (voxels.max(), voxels.min()):
            if not -_EXACT <= int(value) <= _EXACT:
                raise InvalidArgumentError(
                    f"{what} of type {voxels.dtype} holds {value}, which {where} of {dtype} may round; "
                    f"convert it yourself with astype({dtype.name!r})"
                )
