"""Mag: the factors by which a resolution is coarser than the finest one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import attr

from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.vec3_int import Vec3Int, Vec3IntLike
from voxbrick.geometry.vec_int import to_int

if TYPE_CHECKING:
    import numpy as np


def _factors_of_text(text: str) -> Vec3Int:
    if not re.fullmatch(r"\d+(-\d+-\d+)?", text, re.ASCII):
        raise InvalidArgumentError(f"expected a mag like '2' or '2-2-1', got {text!r}")
    return Vec3Int.from_str(text.replace("-", ","))


def _factors(mag: Any) -> Vec3Int:
    if isinstance(mag, Mag):
        return mag.to_vec3_int()
    if isinstance(mag, str):
        factors = _factors_of_text(mag)
    elif isinstance(mag, Iterable) and not isinstance(mag, dict):
        factors = Vec3Int(mag)
    elif hasattr(mag, "__index__"):
        factors = Vec3Int.full(to_int(mag))
    else:
        raise InvalidArgumentError(f"expected a mag like 2, '2-2-1' or (2, 2, 1), got {mag!r}")
    for factor in factors:
        if factor < 1 or factor & (factor - 1):
            raise InvalidArgumentError(f"factors of a mag are powers of two, got {mag!r}")
    return factors


def _mag_or_none(value: Any) -> Mag | None:
    if isinstance(value, Mag):
        return value
    try:
        return Mag(value)
    except InvalidArgumentError:
        return None


@attr.frozen(eq=False, order=False, repr=False)
class Mag:
    """Three powers of two, from ``2``, ``"2"``, ``"2-2-1"``, ``(2, 2, 1)`` or another mag.

    Mags are equal if all factors are, but ordered by their largest factor alone, so of two
    different mags each may be ``<=`` the other.
    """

    _mag: Vec3Int = attr.field(converter=_factors)

    @property
    def x(self) -> int:
        """How many voxels of Mag(1) a voxel covers along x."""
        return self._mag[0]

    @property
    def y(self) -> int:
        """How many voxels of Mag(1) a voxel covers along y."""
        return self._mag[1]

    @property
    def z(self) -> int:
        """How many voxels of Mag(1) a voxel covers along z."""
        return self._mag[2]

    @property
    def max_dim(self) -> int:
        """The largest factor."""
        return max(self._mag)

    @property
    def max_dim_log2(self) -> int:
        """How often 1 is doubled to get the largest factor."""
        return self.max_dim.bit_length() - 1

    def to_layer_name(self) -> str:
        """The usual name of a mag's folder: "2" if all factors are equal, else "2-2-1"."""
        return str(self.x) if self._mag.is_uniform() else self.to_long_layer_name()

    def to_long_layer_name(self) -> str:
        """Always three factors: "2-2-2"."""
        return f"{self.x}-{self.y}-{self.z}"

    def to_list(self) -> list[int]:
        """The factors along x, y and z."""
        return self._mag.to_list()

    def to_np(self) -> np.ndarray[Any, Any]:
        """The factors along x, y and z as int64."""
        return self._mag.to_np()

    def to_tuple(self) -> tuple[int, int, int]:
        """The factors along x, y and z."""
        return self._mag.to_tuple()

    def to_vec3_int(self) -> Vec3Int:
        """The factors along x, y and z."""
        return self._mag

    def __iter__(self) -> Iterator[int]:
        return iter(self._mag)

    def __mul__(self, factor: int | Vec3IntLike) -> Mag:
        return Mag(self._mag * factor)

    def __floordiv__(self, divisor: int | Vec3IntLike) -> Mag:
        return Mag(self._mag // divisor)

    def __eq__(self, other: object) -> bool:
        mag = _mag_or_none(other)
        return mag is not None and self._mag == mag._mag

    def __hash__(self) -> int:
        return hash(self._mag)

    def __lt__(self, other: Any) -> bool:
        mag = _mag_or_none(other)
        return NotImplemented if mag is None else self.max_dim < mag.max_dim

    def __le__(self, other: Any) -> bool:
        mag = _mag_or_none(other)
        return NotImplemented if mag is None else self.max_dim <= mag.max_dim

    def __gt__(self, other: Any) -> bool:
        mag = _mag_or_none(other)
        return NotImplemented if mag is None else self.max_dim > mag.max_dim

    def __ge__(self, other: Any) -> bool:
        mag = _mag_or_none(other)
        return NotImplemented if mag is None else self.max_dim >= mag.max_dim

    def __str__(self) -> str:
        return self.to_layer_name()

    def __repr__(self) -> str:
        return f"Mag({self})"
