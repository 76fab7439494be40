"""Making new arrays."""

import json
import math
import operator
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import DTypeLike

from voxbrick import _core
from voxbrick.array.array import Array, Ints, PathLike, absolute
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
        metadata: a ready document instead of all keywords: a ``zarr.json``, a ``.zarray`` or a
            WKW header, as `ArrayMeta.metadata` gives it.
        data_format: ``"wkw"``, ``"zarr3"``, or ``"zarr"`` (or ``"zarr2"``) for Zarr version 2.
        dtype: bool, an integer or a float type of up to 8 bytes.
        shape: extent, one entry for each axis. WKW arrays have none, they have no end.
        num_channels: extent of axis c (WKW).
        axes: names of the axes (Zarr); WKW arrays always have c, x, y, z.
        chunk_shape: the unit of compression, one entry for each axis (WKW: x, y, z), or one
            for all.
        shard_shape: what one file holds, in voxels; the format's default if None.
        compress: whether to compress, with the format's usual codec.
        codecs: the codecs themselves instead, as Zarr v3 writes them; for Zarr v2 also a list of
            one ``compressor``.
        fill_value: value of what was never written (Zarr).
        chunk_key_encoding: as in ``zarr.json``.
        attributes: any JSON object (Zarr).

    Raises:
        AlreadyExistsError: the folder holds an array, or is that of a scale of a precomputed volume.
        InvalidArgumentError, UnsupportedError: there can be no such array.
    """
    folder = absolute(path)
    wanted = _format_of({} if metadata is None else metadata, data_format)
    extent = () if shape is None else _ints(shape)
    if metadata is None:
        cells = chunk_shape if extent or shape is None else ()
        _check_needed(wanted, dtype=dtype, shape=shape, chunk_shape=cells)
    else:
        _check_alone(
            data_format=data_format not in ("wkw", wanted) and _format_of({}, data_format) != wanted,
            dtype=dtype is not None,
            shape=shape is not None,
            num_channels=num_channels != 1,
            axes=axes is not None,
            chunk_shape=chunk_shape is not None,
            shard_shape=shard_shape is not None,
            compress=not compress,
            codecs=codecs is not None,
            fill_value=not (isinstance(fill_value, int) and fill_value == 0),
            chunk_key_encoding=chunk_key_encoding is not None,
            attributes=attributes is not None,
        )
    element = _element(dtype)
    channels = _integer(num_channels, "num_channels")
    handle = _core.Array.create(
        path=os.fsencode(folder),
        data_format=wanted,
        dtype=element.name,
        shape=extent,
        num_channels=channels,
        axes=_names(axes),
        chunk_shape=_cell(chunk_shape, wanted, len(extent), channels),
        shard_shape=_cell(shard_shape, wanted, len(extent), channels),
        compress=bool(compress),
        codecs=json_text(codecs, "codecs"),
        fill_value=fill_json(fill_value, element),
        chunk_key_encoding=json_text(chunk_key_encoding, "chunk_key_encoding"),
        attributes=json_text(attributes, "attributes", allow_nan=isinstance(attributes, Kept)),
        metadata=json_text(metadata, "metadata", allow_nan=True),
    )
    return Array(folder, "r+", handle)


def _format_of(metadata: Mapping[str, Any], data_format: str) -> str:
    version = metadata.get("zarr_format") if isinstance(metadata, Mapping) else None
    name = data_format if version is None else f"zarr{version}"
    if not isinstance(name, str) or not name.isascii():
        raise InvalidArgumentError(f"data_format is {name!r}; give 'wkw', 'zarr' or 'zarr3'")
    return "zarr" if name == "zarr2" else name


def _check_needed(data_format: str, **keywords: object) -> None:
    for name, value in keywords.items():
        if value is None and (name == "dtype" or data_format in ("zarr", "zarr3")):
            raise InvalidArgumentError(
                f"a new {data_format} array needs a {name}=, or a whole metadata document"
            )


def _check_alone(**given: bool) -> None:
    """Metadata say all there is to say of an array: what else is asked may contradict them."""
    names = [name for name, is_given in given.items() if is_given]
    if names:
        raise InvalidArgumentError(
            f"metadata say all of a new array: leave out {', '.join(names)}, or change the metadata"
        )


def _element(dtype: DTypeLike | None) -> np.dtype[Any]:
    try:
        return np.dtype(np.uint8 if dtype is None else dtype).newbyteorder("=")
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(f"dtype {dtype!r} is no type of elements: {error}") from None


def _names(axes: Iterable[str] | None) -> list[str]:
    names = [] if axes is None else list(axes) if isinstance(axes, Iterable) else [axes]
    if not all(isinstance(name, str) and is_text(name) for name in names):
        raise InvalidArgumentError(f"axes are names, '' for an axis without one, and not {names!r}")
    return names


def _integer(number: SupportsIndex, what: str) -> int:
    try:
        return _of_64_bits(number)
    except (TypeError, OverflowError):
        raise InvalidArgumentError(f"{what} is {number!r}; give an integer") from None


def _of_64_bits(number: SupportsIndex) -> int:
    integer = operator.index(number)
    integer.to_bytes(8, signed=True, byteorder="little")
    return integer


def _ints(numbers: Ints) -> tuple[int, ...]:
    try:
        return tuple(map(_of_64_bits, numbers))
    except (TypeError, OverflowError):
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


# -- what the engine takes as JSON -----------------------------------------------------------------
#
# What a caller asks of a new array, as the JSON that the engine takes.


class Kept(dict[str, Any]):
    """Attributes of what exists already: NaN and Infinity, which JSON does not have, are taken over."""


def json_text(value: Any, what: str, *, allow_nan: bool = False) -> str:
    """JSON text, empty for None. Numbers and arrays of numpy are taken for Python's.

    Raises:
        InvalidArgumentError: there is something in it that JSON does not have.
    """
    if value is None:
        return ""
    try:
        return json.dumps(value, allow_nan=allow_nan, default=_plain)
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(
            f"{what} cannot be stored as JSON, which has no NaN, infinity or objects: {error}"
        ) from None


def is_text(text: str) -> bool:
    """Whether files can hold it: half a character is none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{value!r} is of type {type(value).__name__}")


def fill_json(value: Any, dtype: np.dtype[Any]) -> str:
    """The fill value as Zarr v3 writes it. Text is passed on: it is in that form already.

    Raises:
        InvalidArgumentError: the type of the elements does not have that value.
    """
    if isinstance(value, str):
        return json.dumps(value)
    number = np.asarray(value).item() if np.ndim(value) == 0 else None
    if not isinstance(number, bool | int | float):
        raise InvalidArgumentError(f"fill_value {value!r} is no number")
    if dtype.kind == "f":
        return _float_json(value, number, dtype)
    if not math.isfinite(number) or (dtype.kind == "b" and number not in (0, 1)):
        raise _no_value_of(value, dtype)
    return json.dumps(bool(number) if dtype.kind == "b" else number)


def _float_json(value: Any, number: float, dtype: np.dtype[Any]) -> str:
    try:
        with np.errstate(over="ignore"):
            element = dtype.type(value)
    except OverflowError:
        raise _no_value_of(value, dtype) from None
    if np.isnan(element):
        bits = np.asarray(element).astype(dtype.newbyteorder(">")).tobytes()
        return json.dumps(f"0x{bits.hex()}")
    if np.isinf(element):
        if not math.isinf(number):
            raise _no_value_of(value, dtype)
        return json.dumps("Infinity" if element > 0 else "-Infinity")
    return json.dumps(float(element))


def _no_value_of(value: Any, dtype: np.dtype[Any]) -> InvalidArgumentError:
    return InvalidArgumentError(f"fill_value {value!r} is no value of type {dtype}")
