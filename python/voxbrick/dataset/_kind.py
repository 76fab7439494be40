"""Kind: what all mags of a layer have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attr
import numpy as np

from voxbrick.dataset._element_class import dtype_per_channel_of, normalized_dtype
from voxbrick.dataset.data_format import DataFormat
from voxbrick.dataset.layer_categories import COLOR_CATEGORY, SEGMENTATION_CATEGORY
from voxbrick.errors import ConflictingArgumentsError, InvalidArgumentError, UnknownCategoryError

if TYPE_CHECKING:
    from voxbrick.dataset.layer import Layer


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
        channels = 1 if num_channels is None else num_channels
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


def checked(
    layer: Layer,
    category: str,
    dtype_per_layer: Any,
    dtype_per_channel: Any,
    num_channels: int | None,
    data_format: str | DataFormat,
) -> Layer:
    """The layer, if it is of that kind.

    Raises:
        InvalidArgumentError: something that was asked for is different.
    """
    asked = Kind.of(category, dtype_per_layer, dtype_per_channel, num_channels, data_format)
    has: dict[str, Any] = {"category": layer.category}
    if num_channels is not None:
        has["num_channels"] = layer.num_channels
    if dtype_per_layer is not None or dtype_per_channel is not None:
        has["dtype"] = layer.dtype_per_channel
    for name, value in has.items():
        if value != getattr(asked, name):
            raise InvalidArgumentError(f"{layer} has {name} {value}, not {getattr(asked, name)}")
    return layer
