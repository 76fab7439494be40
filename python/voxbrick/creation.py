"""Making new arrays."""

import json
import operator
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from voxbrick import _core
from voxbrick.array import Array, Ints, PathLike, absolute
from voxbrick.errors import InvalidArgumentError

__all__ = ["create_array"]


def create_array(
    path: PathLike,
    metadata: Mapping[str, Any] | None = None,
    *,
    data_format: str = "wkw",
    dtype: DTypeLike | None = None,
    shape: Ints | None = None,
    num_channels: int = 1,
    axes: Iterable[str] | None = None,
    chunk_shape: Ints | int | None = None,
    shard_shape: Ints | int | None = None,
    compress: bool = True,
    codecs: Sequence[Mapping[str, Any]] | None = None,
    fill_value: Any = 0,
    chunk_key_encoding: Mapping[str, Any] | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> Array:
    """Creates an array in a folder that holds none, and opens it for writing.

    Args:
        path: the folder; it is made if it does not exist.
        metadata: a ready document instead of the keywords: a ``zarr.json``, a ``.zarray`` or a
            WKW header, as `ArrayMeta.metadata` gives it.
        data_format: ``"wkw"``, ``"zarr3"``, or ``"zarr"`` (or ``"zarr2"``) for Zarr version 2.
        dtype: bool, an integer or a float type of up to 8 bytes.
        shape: extent, one entry for each axis. WKW arrays have none, they have no end.
        num_channels: extent of axis c (WKW).
        axes: names of the axes (Zarr); WKW arrays always have c, x, y, z.
        chunk_shape: the unit of compression, one entry for each axis (WKW: x, y, z), or one
            for all.
        shard_shape: what one file holds, likewise; the format's default if None.
        compress: whether to compress, with the format's usual codec.
        codecs: the codecs themselves instead, as Zarr v3 writes them; for Zarr v2 also a list of
            one ``compressor``.
        fill_value: value of what was never written (Zarr).
        chunk_key_encoding: as in ``zarr.json``.
        attributes: any JSON object (Zarr).

    Raises:
        AlreadyExistsError: the folder holds an array.
        InvalidArgumentError, UnsupportedError: there can be no such array.
    """
    data_format = _format_of(metadata or {}, data_format)
    if metadata is None and dtype is None:
        raise InvalidArgumentError("a new array needs a dtype=, or a whole metadata document")
    if metadata is None and shape is None and data_format != "wkw":
        raise InvalidArgumentError(f"a new {data_format} array needs a shape=")
    folder = absolute(path)
    element = np.dtype(np.uint8 if dtype is None else dtype).newbyteorder("=")
    extent = () if shape is None else _ints(shape)
    handle = _core.Array.create(
        path=os.fsencode(folder),
        data_format=data_format,
        dtype=element.name,
        shape=extent,
        num_channels=num_channels,
        axes=list(axes or ()),
        chunk_shape=_cell(chunk_shape, data_format, len(extent), num_channels),
        shard_shape=_cell(shard_shape, data_format, len(extent), num_channels),
        compress=compress,
        codecs=_json(codecs),
        fill_value=_fill_json(fill_value, element),
        chunk_key_encoding=_json(chunk_key_encoding),
        attributes=_json(attributes),
        metadata=_json(metadata),
    )
    return Array(folder, "r+", handle)


def _format_of(metadata: Mapping[str, Any], data_format: str) -> str:
    version = metadata.get("zarr_format")
    name = data_format if version is None else f"zarr{version}"
    return "zarr" if name == "zarr2" else name


def _ints(numbers: Ints) -> tuple[int, ...]:
    try:
        return tuple(operator.index(number) for number in numbers)
    except TypeError:
        raise InvalidArgumentError(f"expected integers, one for each axis, and got {numbers!r}") from None


def _cell(given: Ints | int | None, data_format: str, rank: int, num_channels: int) -> tuple[int, ...]:
    """One entry for each axis (WKW: x, y, z), none for the format's default."""
    is_wkw = data_format == "wkw"
    if given is None:
        return ()
    if not isinstance(given, Iterable):
        return _ints([given] * (3 if is_wkw else rank))
    cell = _ints(given)
    # ArrayMeta's shapes have all channels in front.
    return cell[1:] if is_wkw and len(cell) == 4 and cell[0] == num_channels else cell


def _json(value: Any) -> str:
    """JSON text, empty for None."""
    return "" if value is None else json.dumps(value, allow_nan=False)


def _fill_json(value: Any, dtype: np.dtype[Any]) -> str:
    """The fill value as Zarr v3 writes it. Text is passed on: it is in that form already."""
    if isinstance(value, str):
        return json.dumps(value)
    if dtype.kind == "f":
        return _float_json(dtype.type(value))
    return json.dumps(bool(value) if dtype.kind == "b" else np.asarray(value).item())


def _float_json(value: Any) -> str:
    if np.isnan(value):
        bits = np.asarray(value).astype(value.dtype.newbyteorder(">")).tobytes()
        return json.dumps(f"0x{bits.hex()}")
    if np.isinf(value):
        return json.dumps("Infinity" if value > 0 else "-Infinity")
    return json.dumps(float(value))
