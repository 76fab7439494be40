"""WkwHeader: what `View.header` still tells older scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attr
import numpy as np


@attr.frozen
class WkwHeader:
    """The header of a WKW array."""

    BLOCK_TYPE_RAW: ClassVar[int] = 1
    BLOCK_TYPE_LZ4: ClassVar[int] = 2
    BLOCK_TYPE_LZ4HC: ClassVar[int] = 3

    version: int
    block_len: int
    file_len: int
    block_type: int
    """One of the constants."""
    voxel_type: np.dtype[Any] = attr.field(converter=np.dtype)
    num_channels: int

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> WkwHeader:
        """Of what the engine says about a WKW array."""
        values = {**metadata, "block_type": _BLOCK_TYPES[metadata["block_type"]]}
        return cls(**{field.name: values[field.name] for field in attr.fields(cls)})


_BLOCK_TYPES = {
    "raw": WkwHeader.BLOCK_TYPE_RAW,
    "lz4": WkwHeader.BLOCK_TYPE_LZ4,
    "lz4hc": WkwHeader.BLOCK_TYPE_LZ4HC,
}
