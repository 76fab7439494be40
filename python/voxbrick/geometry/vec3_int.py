"""Vec3Int: three whole numbers x, y and z, with elementwise arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.vec_int import VecInt, check_range, parse_ints, to_int, to_ints

if TYPE_CHECKING:
    import numpy as np
    from typing_extensions import Self

Vec3IntLike: TypeAlias = "Vec3Int | tuple[int, int, int] | np.ndarray[Any, Any] | Iterable[int]"

XYZ = ("x", "y", "z")


def _in_xyz_order(values: tuple[int, ...], axes: Iterable[str]) -> tuple[int, ...]:
    names = tuple(axes)
    if sorted(names) != list(XYZ) or len(values) != 3:
        raise InvalidArgumentError(f"expected one number each for x, y and z, got {names}")
    return tuple(values[names.index(axis)] for axis in XYZ)


class Vec3Int(VecInt):
    """Three whole numbers: ``Vec3Int(1, 2, 3)``, ``Vec3Int([1, 2, 3])`` or by x, y and z."""

    # One for all, so that an instance needs no dictionary of its own.
    axes: tuple[str, ...] = XYZ

    def __new__(
        cls,
        *components: int | Vec3IntLike,
        axes: Iterable[str] | None = XYZ,
        **by_axis: int,
    ) -> Self:
        values: Any = components[0] if len(components) == 1 else components
        if type(values) is cls and axes is XYZ:
            return values
        if by_axis:
            if components or axes is not XYZ:
                raise InvalidArgumentError("components are given by name or in order, not both")
            values, axes = by_axis.values(), by_axis
        vec = tuple.__new__(cls, to_ints(values))
        if axes is not XYZ and axes is not None:
            vec = tuple.__new__(cls, _in_xyz_order(vec, axes))
        if len(vec) != 3:
            raise InvalidArgumentError(f"expected three whole numbers, got {tuple(vec)}")
        check_range(vec)
        return vec

    @staticmethod
    def from_xyz(x: int, y: int, z: int) -> Vec3Int:
        """Of its components."""
        return Vec3Int(x, y, z)

    @staticmethod
    def from_vec3_float(vec: tuple[float, float, float]) -> Vec3Int:
        """Rounds every component towards zero."""
        return Vec3Int([int(component) for component in vec])

    @staticmethod
    def from_vec_or_int(vec_or_int: Vec3IntLike | int) -> Vec3Int:
        """A number stands for three times itself."""
        if isinstance(vec_or_int, Iterable):
            return Vec3Int(vec_or_int)
        return Vec3Int.full(to_int(vec_or_int))

    @classmethod
    def from_str(cls, string: str, axes: Iterable[str] | None = XYZ) -> Vec3Int:
        """Parses "1,2,3" or "(1, 2, 3)"; "4" is (4, 4, 4)."""
        numbers = parse_ints(string)
        return cls.full(numbers[0]) if len(numbers) == 1 else cls(numbers, axes=axes)

    @classmethod
    def full(cls, an_int: int, axes: tuple[str, ...] | None = XYZ) -> Vec3Int:
        """Three times the same number; the axes are x, y and z, whatever is given."""
        return cls((an_int,) * 3)

    @classmethod
    def zeros(cls, axes: tuple[str, ...] | None = XYZ) -> Vec3Int:
        """(0, 0, 0)."""
        return cls.full(0, axes)

    @classmethod
    def ones(cls, axes: tuple[str, ...] | None = XYZ) -> Vec3Int:
        """(1, 1, 1)."""
        return cls.full(1, axes)

    @property
    def x(self) -> int:
        """The component along x."""
        return self[0]

    @property
    def y(self) -> int:
        """The component along y."""
        return self[1]

    @property
    def z(self) -> int:
        """The component along z."""
        return self[2]

    def with_x(self, new_x: int) -> Vec3Int:
        """The same but for x."""
        return self.with_replaced(0, new_x)

    def with_y(self, new_y: int) -> Vec3Int:
        """The same but for y."""
        return self.with_replaced(1, new_y)

    def with_z(self, new_z: int) -> Vec3Int:
        """The same but for z."""
        return self.with_replaced(2, new_z)

    def to_tuple(self) -> tuple[int, int, int]:
        """(x, y, z)."""
        return self[0], self[1], self[2]

    def _like(self, values: Iterable[int]) -> Self:
        vec = tuple.__new__(type(self), values)
        check_range(vec)
        return vec

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(self)
