"""What a caller asks of a new array, as the JSON that the engine takes."""

import json
import math
from typing import Any

import numpy as np

from voxbrick.errors import InvalidArgumentError


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
