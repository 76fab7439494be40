"""elementClass: the type of a voxel over all channels, as the properties spell it.

Its bits are those of all channels together, so it can be undone only together with their number:
"uint24" is three channels of uint8, "double" is one of float64 or two of float32.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from voxbrick.errors import InvalidArgumentError

_NAMES = {"float32": "float", "float64": "double"}
_TEXTS = {name: text for text, name in _NAMES.items()}
_KNOWN = {
    f"{kind}{bits}"
    for kind, widths in {"uint": (8, 16, 32, 64), "int": (8, 16, 32, 64), "float": (32, 64)}.items()
    for bits in widths
}


def _split(text: str) -> tuple[str, int]:
    match = re.fullmatch(r"(uint|int|float)([1-9]\d{0,9})", _TEXTS.get(text, text), re.ASCII)
    if match is None:
        raise InvalidArgumentError(f"{text!r} is no type of voxels")
    return match[1], int(match[2])


def dtype_per_channel_of(dtype_per_layer: str, num_channels: int) -> np.dtype[np.generic]:
    """The type of one channel, "uint8" for "uint24" with three of them."""
    kind, bits = _split(dtype_per_layer)
    name = f"{kind}{bits // num_channels}"
    if bits % num_channels or name not in _KNOWN:
        raise InvalidArgumentError(f"{dtype_per_layer!r} is no type of {num_channels} channels")
    return np.dtype(name)


def dtype_per_layer_of(dtype_per_channel: npt.DTypeLike, num_channels: int) -> str:
    """The type over all channels, "uint24" for three of uint8."""
    dtype = normalized_dtype(dtype_per_channel)
    kind, bits = _split(dtype.name)
    return f"{kind}{bits * num_channels}"


def element_class_of(dtype_per_channel: npt.DTypeLike, num_channels: int) -> str:
    """The same as the properties spell it, "float" for one channel of float32."""
    text = dtype_per_layer_of(dtype_per_channel, num_channels)
    return _NAMES.get(text, text)


def normalized_dtype(dtype: npt.DTypeLike) -> np.dtype[np.generic]:
    """In native byte order; "float" is float32, as the properties mean it, "double" is float64.

    So is Python's own ``float``, as scripts know it from the reference.
    """
    if dtype is float:
        dtype = np.float32
    if isinstance(dtype, str):
        dtype = _TEXTS.get(dtype, dtype)
    try:
        found: np.dtype[np.generic] = np.dtype(dtype)
    except TypeError as error:
        raise InvalidArgumentError(f"{dtype!r} is no dtype") from error
    if found.name not in _KNOWN:
        raise InvalidArgumentError(f"voxels of the dtype {found} cannot be stored in a layer")
    native: np.dtype[np.generic] = found.newbyteorder("=")
    return native


def implied_channels(element_class: str) -> int | None:
    """The number of channels where the properties leave it out; None if only the array knows."""
    _, bits = _split(element_class)
    if bits % 8:
        raise InvalidArgumentError(f"{element_class!r} is no type of whole bytes")
    return 3 if element_class == "uint24" else None
