"""Units of length, and the size of a voxel in one of them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import attr

from voxbrick.errors import InvalidArgumentError


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
