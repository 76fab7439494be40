"""What an array is, as a value."""

import json
from typing import Any

import attrs
import numpy as np


@attrs.frozen(kw_only=True)
class ArrayMeta:
    """What an array is: a value that can be compared, pickled and printed.

    Shapes have one entry for each axis of the array, in its order; for WKW that is c, x, y, z.
    """

    data_format: str
    """``"wkw"``, ``"zarr"`` (version 2), ``"zarr3"``, ``"n5"`` or ``"neuroglancerPrecomputed"``."""
    dtype: np.dtype[Any]
    """Type of one element, in native byte order."""
    axes: tuple[str, ...]
    """Names of the axes, ``""`` where one has none; empty if none has."""
    shape: tuple[int, ...] | None
    """Extent of the array; None for WKW, which has no end."""
    chunk_shape: tuple[int, ...]
    """The smallest unit that is decoded on its own."""
    shard_shape: tuple[int, ...]
    """What one file holds; equal to ``chunk_shape`` for arrays without shards."""
    num_channels: int
    """Extent of axis c, 1 if there is none."""
    compressed: bool
    codecs: list[dict[str, Any]] = attrs.field(hash=False)
    """The codecs as Zarr v3 writes them."""
    fill_value: np.generic
    """Value of what was never written."""
    attributes: dict[str, Any] = attrs.field(hash=False)
    """The user's attributes (Zarr, N5); of a precomputed volume, what ``info`` says of the scale."""
    metadata: dict[str, Any] = attrs.field(hash=False, repr=False)
    """The whole metadata in the terms of the format, as ``create_array`` takes it."""

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.chunk_shape)


def parse_meta(values: dict[str, Any]) -> ArrayMeta:
    """The value that the engine's description of an array stands for."""
    values = dict(values)
    metadata = json.loads(values.pop("document") or "{}")
    [fill_value] = np.frombuffer(values.pop("fill_value"), values["dtype"])
    return ArrayMeta(
        **values | {"codecs": json.loads(values["codecs"] or "[]")},
        num_channels=_num_channels(values),
        fill_value=fill_value,
        attributes=metadata.get("attributes", {}),
        metadata=metadata,
    )


def _num_channels(values: dict[str, Any]) -> int:
    extents = values["shape"] or values["chunk_shape"]
    extent_of: dict[str, int] = dict(zip(values["axes"], extents, strict=False))
    return extent_of.get("c", 1)
