"""Box: the fields of a bounding box, its vectors, and the questions one can ask.

The vectors are as long as there are axes. What comes in as x, y and z alone is spread over them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import attr

from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.vec3_int import XYZ, Vec3Int, Vec3IntLike
from voxbrick.geometry.vec_int import VecInt, VecIntLike, to_ints

if TYPE_CHECKING:
    from typing_extensions import Self

Color: TypeAlias = "tuple[float, float, float, float]"

DEFAULT_NAME = "Unnamed Bounding Box"


@attr.frozen(eq=False, init=False, repr=False)
class Box:
    """A box with named axes: ``topleft`` inclusive, ``bottomright`` exclusive.

    ``index`` tells for each axis which dimension of the stored array it is; dimension 0 holds the
    channels. The axes are kept in the order of their index. A negative size flips the box.
    """

    topleft: VecInt
    size: VecInt
    axes: tuple[str, ...]
    index: VecInt
    name: str | None
    is_visible: bool
    color: Color | None

    def __init__(
        self,
        topleft: VecIntLike,
        size: VecIntLike,
        axes: Iterable[str],
        index: VecIntLike,
        name: str | None = DEFAULT_NAME,
        is_visible: bool = True,
        color: Color | None = None,
    ) -> None:
        rows = to_ints(topleft), to_ints(size), tuple(axes), to_ints(index)
        if len({len(row) for row in rows}) != 1:
            raise InvalidArgumentError(f"topleft, size, axes and index differ in length: {rows}")
        self._check_names(rows[2], rows[3])
        order = sorted(range(len(rows[3])), key=rows[3].__getitem__)
        names = tuple(rows[2][place] for place in order)
        begin, extent, places = (
            VecInt([row[place] for place in order], axes=names) for row in (rows[0], rows[1], rows[3])
        )
        self._set(begin, extent, names, places, name, is_visible, color)

    @staticmethod
    def _check_names(axes: tuple[str, ...], index: tuple[int, ...]) -> None:
        if len(set(axes)) != len(axes) or len(set(index)) != len(index):
            raise InvalidArgumentError(f"axes and index may not repeat: {axes}, {index}")
        if min(index) < 1:
            raise InvalidArgumentError(f"index 0 is reserved for the channels, got {index}")

    def _set(self, topleft: VecInt, size: VecInt, *others: Any) -> None:
        if min(size) < 0:
            topleft, size = topleft.pairmin(topleft + size), size.pairmax(-size)
        self.__attrs_init__(topleft, size, *others)

    def _with(self, topleft: VecInt, size: VecInt) -> Self:
        """The same box elsewhere; the vectors are of its own kind already."""
        box = object.__new__(type(self))
        box._set(topleft, size, self.axes, self.index, self.name, self.is_visible, self.color)
        return box

    # -- vectors ---------------------------------------------------------------------------------

    def _vec(self, components: VecIntLike) -> VecInt:
        """Of the kind that the box itself has."""
        return VecInt(components, axes=self.axes)

    def _spread(self, xyz: Vec3Int, others: VecInt | int) -> VecInt:
        """x, y and z as given, the other axes as in ``others``."""
        vec = others if isinstance(others, VecInt) else VecInt.full(others, self.axes)
        for axis, component in zip(XYZ, xyz, strict=True):
            vec = vec.with_replaced(self._place(axis), component)
        return vec

    def _vec_or_xyz(self, components: VecIntLike, others: int) -> VecInt:
        """Three components mean x, y and z, whatever other axes there are."""
        numbers = to_ints(components)
        if len(numbers) == 3 != len(self.axes):
            return self._spread(Vec3Int(numbers), others)
        return self._vec(numbers)

    def factors_of(self, mag: Mag | Vec3IntLike | int) -> VecInt:
        """What a mag divides by: nothing but x, y and z."""
        return self._spread(Vec3Int.from_vec_or_int(mag), 1)

    def _place(self, axis: str) -> int:
        if axis not in self.axes:
            raise InvalidArgumentError(f"{self} has no axis {axis!r}")
        return self.axes.index(axis)

    def _xyz(self, vec: VecInt) -> Vec3Int:
        return Vec3Int([vec[self._place(axis)] for axis in XYZ])

    @property
    def bottomright(self) -> VecInt:
        """The first position beyond the box, along every axis."""
        return self.topleft + self.size

    @property
    def topleft_xyz(self) -> Vec3Int:
        """Where the box begins along x, y and z."""
        return self._xyz(self.topleft)

    @property
    def size_xyz(self) -> Vec3Int:
        """The extent along x, y and z."""
        return self._xyz(self.size)

    @property
    def bottomright_xyz(self) -> Vec3Int:
        """Where the box ends along x, y and z, exclusive."""
        return self._xyz(self.bottomright)

    @property
    def index_xyz(self) -> Vec3Int:
        """Which dimensions of the array x, y and z are."""
        return self._xyz(self.index)

    # -- questions -------------------------------------------------------------------------------

    def get_shape(self, axis_name: str) -> int:
        """The size along one axis."""
        return self.size[self._place(axis_name)]

    def get_bounds(self, axis: str) -> tuple[int, int]:
        """(from, to) along one axis, the latter exclusive."""
        place = self._place(axis)
        return self.topleft[place], self.bottomright[place]

    def is_empty(self) -> bool:
        """Whether the box contains no position at all."""
        return 0 in self.size

    def volume(self) -> int:
        """The number of positions in the box, that is of voxels in its mag."""
        return self.size.prod()

    def contains(self, coord: Iterable[float]) -> bool:
        """Whether a position, also between the whole numbers, lies within the box."""
        position = tuple(coord)
        if len(position) != len(self.axes):
            raise InvalidArgumentError(f"{position} is no position with the axes {self.axes}")
        bounds = zip(self.topleft, position, self.bottomright, strict=True)
        return all(bool(begin <= at < end) for begin, at, end in bounds)

    def contains_bbox(self, inner_bbox: Box) -> bool:
        """Whether another box lies within this one, as an empty one always does."""
        self._check_axes(inner_bbox)
        return inner_bbox.is_empty() or (
            all(map(int.__le__, self.topleft, inner_bbox.topleft))
            and all(map(int.__ge__, self.bottomright, inner_bbox.bottomright))
        )

    def _check_axes(self, other: Box) -> None:
        if self.axes != other.axes:
            raise InvalidArgumentError(f"{self} and {other} have different axes")

    def __len__(self) -> int:
        return len(self.axes)

    def __eq__(self, other: object) -> bool:
        """Whether the boxes cover the same; name, color and visibility do not count."""
        if not isinstance(other, Box):
            return NotImplemented
        return (self.topleft, self.size, self.axes) == (other.topleft, other.size, other.axes)

    def __hash__(self) -> int:
        return hash((self.topleft, self.size, self.axes))

    def __repr__(self) -> str:
        corner, extent = self.topleft.to_tuple(), self.size.to_tuple()
        return f"{type(self).__name__}(topleft={corner}, size={extent}, axes={self.axes})"
