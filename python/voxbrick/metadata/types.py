"""The types of values in properties: data formats, categories, units of length, element classes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import Literal, TypeAlias

import attr
import numpy as np
import numpy.typing as npt

from voxbrick.errors import InvalidArgumentError


class DataFormat(str, Enum):
    """As it is written in the properties: WKW, Zarr version 2, Zarr version 3."""

    WKW = "wkw"
    Zarr = "zarr"
    Zarr3 = "zarr3"

    def __str__(self) -> str:
        return self.value


# -- categories ------------------------------------------------------------------------------------
#
# What a layer shows: colors, or segments.

LayerCategoryType: TypeAlias = Literal["color", "segmentation"]

COLOR_CATEGORY: LayerCategoryType = "color"
SEGMENTATION_CATEGORY: LayerCategoryType = "segmentation"


# -- images ----------------------------------------------------------------------------------------
#
# ConversionLayerMapping: which images make which layer.


class ConversionLayerMapping(Enum):
    """Which layer an image belongs to.

    A volume is a file that holds more than one plane.
    """

    INSPECT_SINGLE_FILE = "inspect_single_file"
    """As `INSPECT_EVERY_FILE`, but the first file decides for all."""
    INSPECT_EVERY_FILE = "inspect_every_file"
    """Every volume is a layer; slices make a layer per folder."""
    ENFORCE_LAYER_PER_FILE = "enforce_layer_per_file"
    ENFORCE_SINGLE_LAYER = "enforce_single_layer"
    ENFORCE_LAYER_PER_FOLDER = "enforce_layer_per_folder"
    ENFORCE_LAYER_PER_TOPLEVEL_FOLDER = "enforce_layer_per_toplevel_folder"
    """All that is in a folder of the input, at any depth, is one layer."""


# -- lengths ---------------------------------------------------------------------------------------
#
# Units of length, and the size of a voxel in one of them.


class LengthUnit(str, Enum):
    """As the properties spell it."""

    YOCTOMETER = "yoctometer"
    ZEPTOMETER = "zeptometer"
    ATTOMETER = "attometer"
    FEMTOMETER = "femtometer"
    PICOMETER = "picometer"
    NANOMETER = "nanometer"
    MICROMETER = "micrometer"
    MILLIMETER = "millimeter"
    CENTIMETER = "centimeter"
    DECIMETER = "decimeter"
    METER = "meter"
    HECTOMETER = "hectometer"
    KILOMETER = "kilometer"
    MEGAMETER = "megameter"
    GIGAMETER = "gigameter"
    TERAMETER = "terameter"
    PETAMETER = "petameter"
    EXAMETER = "exameter"
    ZETTAMETER = "zettameter"
    YOTTAMETER = "yottameter"
    ANGSTROM = "angstrom"
    INCH = "inch"
    FOOT = "foot"
    YARD = "yard"
    MILE = "mile"
    PARSEC = "parsec"

    def __str__(self) -> str:
        return self.value

    @property
    def nanometers(self) -> float:
        """How many nanometers one of the unit is."""
        return _NANOMETERS[self]


_METRIC = (-24, -21, -18, -15, -12, -9, -6, -3, -2, -1, 0, 2, 3, 6, 9, 12, 15, 18, 21, 24)
_OTHERS = (0.1, 25.4e6, 304.8e6, 914.4e6, 1.609344e12, 3.085677581491367e25)
_NANOMETERS = dict(zip(LengthUnit, [*(float(f"1e{power + 9}") for power in _METRIC), *_OTHERS], strict=True))


def _three_extents(numbers: Iterable[float]) -> tuple[float, float, float]:
    try:
        extents = tuple(float(number) for number in numbers)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidArgumentError(f"a voxel size is three positive numbers, got {numbers!r}") from error
    if len(extents) != 3 or not all(0 < extent < float("inf") for extent in extents):
        raise InvalidArgumentError(f"a voxel size is three positive numbers, got {numbers!r}")
    return extents[0], extents[1], extents[2]


def _unit(unit: str | LengthUnit) -> LengthUnit:
    try:
        return LengthUnit(unit)
    except ValueError as error:
        names = ", ".join(LengthUnit)
        raise InvalidArgumentError(f"{unit!r} is no unit of length; there are {names}") from error


@attr.frozen
class VoxelSize:
    """The extent of a voxel of Mag(1) in x, y and z: positive numbers, in a unit of length."""

    factor: tuple[float, float, float] = attr.field(converter=_three_extents)
    unit: LengthUnit = attr.field(default=LengthUnit.NANOMETER, converter=_unit)

    @classmethod
    def in_nanometers(cls, numbers: Iterable[float]) -> VoxelSize:
        """Of three positive numbers.

        Raises:
            InvalidArgumentError: they are not.
        """
        return cls(_three_extents(numbers))

    def to_nanometer(self) -> tuple[float, float, float]:
        x, y, z = self.factor
        scale = self.unit.nanometers
        return x * scale, y * scale, z * scale


# -- element class ---------------------------------------------------------------------------------
#
# elementClass: the type of a voxel over all channels, as the properties spell it.
#
# Its bits are those of all channels together, so it can be undone only together with their number:
# "uint24" is three channels of uint8, "double" is one of float64 or two of float32.

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
