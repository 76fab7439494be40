"""VecInt: whole numbers, one per named axis, with elementwise arithmetic.

Components are exact: a fraction is refused, and so is what does not fit into 64 bits.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from numbers import Number, Real
from typing import TYPE_CHECKING, Any, TypeAlias

from voxbrick.errors import BoundsError, InvalidArgumentError

if TYPE_CHECKING:
    import numpy as np
    from typing_extensions import Self

VecIntLike: TypeAlias = "VecInt | tuple[int, ...] | np.ndarray[Any, Any] | Iterable[int]"

_LIMIT = 2**63


def to_int(value: Any) -> int:
    """The same number as a plain int; fractions and what is no number are refused."""
    if type(value) is int:
        return value
    try:
        return operator.index(value)
    except TypeError:
        if isinstance(value, Real) and float(value).is_integer():
            return int(float(value))
    raise InvalidArgumentError(f"expected a whole number, got {value!r}")


def to_ints(values: VecIntLike) -> tuple[int, ...]:
    """All components as plain ints."""
    if isinstance(values, VecInt):
        return values
    try:
        return tuple([value if type(value) is int else to_int(value) for value in values])
    except TypeError as error:
        raise InvalidArgumentError(f"expected whole numbers, got {values!r}") from error


def parse_ints(text: str) -> tuple[int, ...]:
    """The numbers of "1,2,3" or "(1, 2, 3)"."""
    inner = text.strip().removeprefix("(").removesuffix(")")
    try:
        return tuple(int(part) for part in inner.split(","))
    except ValueError as error:
        message = f"expected whole numbers separated by commas, got {text!r}"
        raise InvalidArgumentError(message) from error


def check_range(values: tuple[int, ...]) -> None:
    """Refuses components that do not fit into 64 bits."""
    if max(values) >= _LIMIT or min(values) < -_LIMIT:
        raise InvalidArgumentError(f"{values} do not fit into 64 bits")


def _restored(components: tuple[int, ...], axes: tuple[str, ...]) -> VecInt:
    return VecInt(components, axes=axes)


class VecInt(tuple[int, ...]):
    """Whole numbers, one per axis: ``VecInt(x=1, t=2)`` or ``VecInt(1, 2, axes=("x", "t"))``."""

    axes: tuple[str, ...]

    def __new__(
        cls,
        *components: int | VecIntLike,
        axes: Iterable[str] | None = None,
        **by_axis: int,
    ) -> Self:
        if by_axis:
            if components or axes is not None:
                raise InvalidArgumentError("components are given by name or in order, not both")
            components, axes = tuple(by_axis.values()), by_axis
        values: Any = components
        if len(components) == 1 and not isinstance(components[0], Number):
            values = components[0]
        if axes is None:
            axes = getattr(values, "axes", ())
        vec = tuple.__new__(cls, to_ints(values))
        vec.axes = tuple(axes)
        if not vec or len(vec) != len(vec.axes):
            raise InvalidArgumentError(f"{tuple(vec)} needs one axis name each, got {vec.axes}")
        check_range(vec)
        return vec

    @classmethod
    def from_str(cls, string: str, axes: Iterable[str] | None = None) -> VecInt:
        """Parses "1,2,3" or "(1, 2, 3)"; ``axes`` names the components."""
        return cls(parse_ints(string), axes=axes)

    @classmethod
    def full(cls, an_int: int, axes: tuple[str, ...]) -> VecInt:
        """The same number for every axis."""
        return cls((an_int,) * len(axes), axes=axes)

    @classmethod
    def zeros(cls, axes: tuple[str, ...]) -> VecInt:
        """0 for every axis."""
        return cls.full(0, axes)

    @classmethod
    def ones(cls, axes: tuple[str, ...]) -> VecInt:
        """1 for every axis."""
        return cls.full(1, axes)

    @property
    def x(self) -> int:
        """The component along x; an error if there is no such axis."""
        return self._component("x")

    @property
    def y(self) -> int:
        """The component along y; an error if there is no such axis."""
        return self._component("y")

    @property
    def z(self) -> int:
        """The component along z; an error if there is no such axis."""
        return self._component("z")

    def _component(self, axis: str) -> int:
        if axis not in self.axes:
            raise InvalidArgumentError(f"{self} has no axis {axis!r}, its axes are {self.axes}")
        return self[self.axes.index(axis)]

    def _like(self, values: Iterable[int]) -> Self:
        """A vector of the same kind from components that are plain ints already."""
        vec = tuple.__new__(type(self), values)
        check_range(vec)
        vec.axes = self.axes
        return vec

    def _elementwise(self, other: int | VecIntLike, function: Callable[[int, int], int]) -> Self:
        if not isinstance(other, tuple) and isinstance(other, Number):
            number = to_int(other)
            return self._like([function(own, number) for own in self])
        others = to_ints(other)  # type: ignore[arg-type]
        if len(others) != len(self):
            raise InvalidArgumentError(f"{self} and {others} differ in length")
        return self._like(map(function, self, others))

    def __add__(self, other: int | VecIntLike) -> Self:  # type: ignore[override]
        return self._elementwise(other, operator.add)

    # Without these, a tuple on the left would be concatenated and a factor would repeat.
    __radd__ = __add__

    def __sub__(self, other: int | VecIntLike) -> Self:
        return self._elementwise(other, operator.sub)

    def __mul__(self, other: int | VecIntLike) -> Self:  # type: ignore[override]
        return self._elementwise(other, operator.mul)

    __rmul__ = __mul__  # type: ignore[assignment]

    def __floordiv__(self, other: int | VecIntLike) -> Self:
        return self._elementwise(other, operator.floordiv)

    def __mod__(self, other: int | VecIntLike) -> Self:
        return self._elementwise(other, operator.mod)

    def __neg__(self) -> Self:
        return self._like([-own for own in self])

    def ceildiv(self, other: int | VecIntLike) -> Self:
        """Division that rounds up."""
        return self._elementwise(other, lambda own, divisor: -(-own // divisor))

    def pairmax(self, other: int | VecIntLike) -> Self:
        """The larger one of each pair."""
        return self._elementwise(other, max)

    def pairmin(self, other: int | VecIntLike) -> Self:
        """The smaller one of each pair."""
        return self._elementwise(other, min)

    def add_or_none(self, other: VecIntLike | None) -> Self | None:
        """The sum, or None if there is nothing to add."""
        return None if other is None else self + other

    def prod(self) -> int:
        """The product of all components, of any magnitude."""
        product = 1
        for own in self:
            product *= own
        return product

    def is_positive(self, strictly_positive: bool = False) -> bool:
        """Whether all components are at least 0, or above 0 if ``strictly_positive``."""
        return min(self) > 0 if strictly_positive else min(self) >= 0

    def is_uniform(self) -> bool:
        """Whether all components are equal."""
        return min(self) == max(self)

    def contains(self, needle: int) -> bool:
        """Whether a component has that value."""
        return needle in self

    def moveaxis(self, source: int | list[int], target: int | list[int]) -> Self:
        """Components moved to other places, as ``numpy.moveaxis`` moves axes."""
        sources, targets = self._places(source), self._places(target)
        if len(sources) != len(targets):
            raise InvalidArgumentError(f"{len(sources)} places cannot be moved to {len(targets)}")
        order = [place for place in range(len(self)) if place not in sources]
        for to_place, from_place in sorted(zip(targets, sources, strict=True)):
            order.insert(to_place, from_place)
        return self._like([self[place] for place in order])

    def _places(self, places: int | Iterable[int]) -> list[int]:
        """Each of them once; those below 0 count from the end."""
        given = list(places) if isinstance(places, Iterable) else [places]
        found = [to_int(place) + len(self) * (place < 0) for place in given]
        for place in found:
            self._check_place(place)
        if len(set(found)) != len(found):
            raise InvalidArgumentError(f"{given} names a place twice")
        return found

    def with_replaced(self, index: int, new_element: int) -> Self:
        """The same but for the component at ``index``."""
        self._check_place(index)
        return self._like([*self[:index], to_int(new_element), *self[index + 1 :]])

    def _check_place(self, place: int) -> None:
        if not 0 <= place < len(self):
            raise BoundsError(f"{self} has no component at index {place}")

    def to_list(self) -> list[int]:
        """The components in the order of the axes."""
        return list(self)

    def to_tuple(self) -> tuple[int, ...]:
        """The components in the order of the axes."""
        return tuple(self)

    def to_np(self) -> np.ndarray[Any, Any]:
        """The components as int64."""
        import numpy as np

        return np.array(self, dtype=np.int64)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({','.join(map(str, self))})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (tuple(self), self.axes)
