"""Kind: what all mags of a layer have in common."""

from __future__ import annotations

from typing import Any

import attr
import numpy as np

from voxbrick.errors import ConflictingArgumentsError, InvalidArgumentError, UnknownCategoryError
from voxbrick.geometry.vec_int import to_int
from voxbrick.metadata.types import (
    COLOR_CATEGORY,
    SEGMENTATION_CATEGORY,
    DataFormat,
    dtype_per_channel_of,
    normalized_dtype,
)
from voxbrick.operations.handles import LayerHandle


@attr.frozen
class Kind:
    """The category, type and format of a layer."""

    category: Any
    dtype: np.dtype[Any]
    num_channels: int
    data_format: DataFormat

    @classmethod
    def of(
        cls,
        category: str,
        dtype_per_layer: Any,
        dtype_per_channel: Any,
        num_channels: int | None,
        data_format: str | DataFormat,
    ) -> Kind:
        """Of the arguments of `Dataset.add_layer`."""
        if category not in (COLOR_CATEGORY, SEGMENTATION_CATEGORY):
            raise UnknownCategoryError(f"a layer is 'color' or 'segmentation', got {category!r}")
        channels = 1 if num_channels is None else to_int(num_channels)
        if channels < 1:
            raise InvalidArgumentError(f"a layer cannot have {channels} channels")
        dtype = _dtype(dtype_per_layer, dtype_per_channel, channels)
        return cls(category, dtype, channels, data_format_of(data_format))


def _dtype(per_layer: Any, per_channel: Any, num_channels: int) -> np.dtype[Any]:
    if per_layer is not None and per_channel is not None:
        raise ConflictingArgumentsError("give dtype_per_layer or dtype_per_channel, not both")
    if per_layer is None:
        return normalized_dtype("uint8" if per_channel is None else per_channel)
    text = per_layer if isinstance(per_layer, str) else normalized_dtype(per_layer).name
    return dtype_per_channel_of(text, num_channels)


def data_format_of(data_format: str | DataFormat) -> DataFormat:
    try:
        return DataFormat(data_format)
    except ValueError as error:
        names = [str(known) for known in DataFormat]
        raise InvalidArgumentError(f"data formats are {names}, got {data_format!r}") from error


@attr.frozen
class Asked:
    """What a script asks a layer to be that is there already; None where it does not matter."""

    category: str | None = None
    dtype_per_layer: Any = None
    dtype_per_channel: Any = None
    num_channels: int | None = None
    data_format: str | DataFormat | None = None

    def check(self, kind: Kind, owner: str) -> None:
        """Refuses a layer of another kind.

        Raises:
            InvalidArgumentError: something that was asked for is different.
        """
        channels = kind.num_channels if self.num_channels is None else self.num_channels
        asked = Kind.of(
            self.category or kind.category,
            self.dtype_per_layer,
            self.dtype_per_channel,
            channels,
            self.data_format or kind.data_format,
        )
        names = ["category", "num_channels", "data_format"]
        if self.dtype_per_layer is not None or self.dtype_per_channel is not None:
            names.append("dtype")
        for name in names:
            has, wanted = getattr(kind, name), getattr(asked, name)
            if has != wanted:
                raise InvalidArgumentError(f"{owner} has {name} {has}, not {wanted}")


def kind_of(layer: LayerHandle) -> Kind:
    """Of a layer that is there."""
    return Kind(layer.category, layer.dtype_per_channel, layer.num_channels, layer.data_format)
