"""From the keywords of `create_array` to what the engine takes: numbers, and JSON where it is JSON on disk."""

import json
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import DTypeLike

from voxbrick.errors import InvalidArgumentError

Ints = Iterable[SupportsIndex]


def spec_of(
    metadata: Mapping[str, Any] | None,
    *,
    data_format: str,
    dtype: DTypeLike | None,
    shape: Ints | None,
    num_channels: int,
    axes: Iterable[str] | None,
    chunk_shape: Ints | int | None,
    shard_shape: Ints | int | None,
    compress: bool,
    codecs: Sequence[Mapping[str, Any]] | None,
    fill_value: Any,
    chunk_key_encoding: Mapping[str, Any] | None,
    attributes: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The keywords of the engine's ``Array.create``, but for the path."""
    if metadata is not None:
        data_format = _format_of(metadata, data_format)
    elif dtype is None:
        raise InvalidArgumentError("a new array needs a dtype; give dtype=, or a whole metadata document")
    elif shape is None and data_format != "wkw":
        raise InvalidArgumentError(f"a new {data_format} array needs a shape; give shape=")
    element = np.dtype(dtype or np.uint8).newbyteorder("=")
    extent = _ints(shape or ())
    is_wkw = data_format == "wkw"
    return {
        "data_format": data_format,
        "dtype": element.name,
        "shape": extent,
        "num_channels": operator.index(num_channels),
        "axes": list(axes or ()),
        "chunk_shape": _cell(chunk_shape, num_channels if is_wkw else None, len(extent)),
        "shard_shape": _cell(shard_shape, num_channels if is_wkw else None, len(extent)),
        "compress": bool(compress),
        "codecs": _json(codecs),
        "fill_value": _fill_json(fill_value, element),
        "chunk_key_encoding": _json(chunk_key_encoding),
        "attributes": _json(attributes),
        "metadata": _json(metadata),
    }
