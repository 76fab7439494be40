"""NDBoundingBox: a box with named axes, x, y and z among them.

Every operation is written once, here, in terms of the vectors of the box, which are as long as there are
axes; what comes in as x, y and z alone is spread over them. `BoundingBox` narrows the vectors to `Vec3Int`
and adds the textual forms that only three dimensions have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias

import attr

from voxbrick.errors import BoundsError, InvalidArgumentError, MisalignedError
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.vec3_int import XYZ, Vec3Int, Vec3IntLike
from voxbrick.geometry.vec_int import VecInt, VecIntLike, to_ints

if TYPE_CHECKING:
    import numpy as np
    from typing_extensions import Self

Color: TypeAlias = "tuple[float, float, float, float]"

DEFAULT_NAME = "Unnamed Bounding Box"


@attr.frozen(eq=False, init=False, repr=False)
class NDBoundingBox:
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

    def contains_bbox(self, inner_bbox: NDBoundingBox) -> bool:
        """Whether another box lies within this one, as an empty one always does."""
        self._check_axes(inner_bbox)
        return inner_bbox.is_empty() or (
            all(map(int.__le__, self.topleft, inner_bbox.topleft))
            and all(map(int.__ge__, self.bottomright, inner_bbox.bottomright))
        )

    def _check_axes(self, other: NDBoundingBox) -> None:
        if self.axes != other.axes:
            raise InvalidArgumentError(f"{self} and {other} have different axes")

    # -- the same box with one thing changed -----------------------------------------------------

    def with_name(self, name: str | None) -> Self:
        """The same box under another name."""
        return attr.evolve(self, name=name)

    def with_is_visible(self, is_visible: bool) -> Self:
        """The same box, shown or hidden."""
        return attr.evolve(self, is_visible=is_visible)

    def with_color(self, color: Color | None) -> Self:
        """The same box in another color: red, green, blue and alpha from 0 to 1."""
        return attr.evolve(self, color=color)

    def with_index(self, new_index: VecIntLike) -> Self:
        """Another dimension of the array for each axis, from 1 on; the axes follow in that order."""
        return attr.evolve(self, index=new_index)

    def with_topleft(self, new_topleft: VecIntLike) -> Self:
        """Moved to another topleft, one component for each axis; the size stays."""
        return self._with(self._vec(new_topleft), self.size)

    def with_size(self, new_size: VecIntLike) -> Self:
        """Another size, one component for each axis; the topleft stays."""
        return self._with(self.topleft, self._vec(new_size))

    def with_bottomright(self, new_bottomright: VecIntLike) -> Self:
        """Another end, exclusive; the topleft stays, so the size changes."""
        return self._with(self.topleft, self._vec(new_bottomright) - self.topleft)

    def with_topleft_xyz(self, new_xyz: Vec3IntLike) -> Self:
        """Moved along x, y and z; other axes and the size stay."""
        return self._with(self._spread(Vec3Int(new_xyz), self.topleft), self.size)

    def with_size_xyz(self, new_xyz: Vec3IntLike) -> Self:
        """Another size along x, y and z; other axes and the topleft stay."""
        return self._with(self.topleft, self._spread(Vec3Int(new_xyz), self.size))

    def with_bottomright_xyz(self, new_xyz: Vec3IntLike) -> Self:
        """Another end along x, y and z, exclusive; the topleft stays."""
        return self.with_bottomright(self._spread(Vec3Int(new_xyz), self.bottomright))

    def with_index_xyz(self, new_xyz: Vec3IntLike) -> Self:
        """Other dimensions of the array for x, y and z."""
        return self.with_index(self._spread(Vec3Int(new_xyz), self.index))

    def with_bounds(self, axis: str, new_topleft: int | None, new_size: int | None) -> Self:
        """Other bounds along one axis.

        Args:
            axis: its name, as "x".
            new_topleft: where the box begins along the axis; None keeps what is there.
            new_size: the extent along the axis; None keeps what is there.
        """
        place = self._place(axis)
        topleft, size = self.topleft, self.size
        if new_topleft is not None:
            topleft = topleft.with_replaced(place, new_topleft)
        if new_size is not None:
            size = size.with_replaced(place, new_size)
        return self._with(topleft, size)

    # -- boxes from boxes ------------------------------------------------------------------------

    def offset(self, vector: VecIntLike) -> Self:
        """Moved by a vector; three components mean x, y and z."""
        return self._with(self.topleft + self._vec_or_xyz(vector, 0), self.size)

    def padded_with_margins(
        self, margins_left: VecIntLike | int, margins_right: VecIntLike | int | None = None
    ) -> Self:
        """Grown by margins on both sides; negative margins shrink, down to the empty box."""
        left = self._margins(margins_left)
        right = left if margins_right is None else self._margins(margins_right)
        return self._with(self.topleft - left, (self.size + left + right).pairmax(0))

    def _margins(self, margins: VecIntLike | int) -> VecInt:
        numbers = margins if isinstance(margins, Iterable) else (margins,) * 3
        return self._vec_or_xyz(numbers, 0)

    def intersected_with(self, other: NDBoundingBox, dont_assert: bool = False) -> Self:
        """What both boxes have in common; an error if that is nothing, unless ``dont_assert``."""
        self._check_axes(other)
        topleft = self.topleft.pairmax(other.topleft)
        size = (self.bottomright.pairmin(other.bottomright) - topleft).pairmax(0)
        if 0 in size and not dont_assert:
            raise BoundsError(f"{self} and {other} have nothing in common")
        return self._with(topleft, size)

    def extended_by(self, other: Self) -> Self:
        """The smallest box around both; an empty one does not count."""
        self._check_axes(other)
        if other.is_empty():
            return self
        if self.is_empty():
            return other
        topleft = self.topleft.pairmin(other.topleft)
        return self._with(topleft, self.bottomright.pairmax(other.bottomright) - topleft)

    def in_mag(self, mag: Mag) -> Self:
        """A box in Mag(1) as the voxels of another mag count it; it has to be aligned with that."""
        factors = self.factors_of(mag)
        if any(self.topleft % factors) or any(self.size % factors):
            raise MisalignedError(
                f"{self} is not aligned with the mag {mag}: topleft and bottomright have to be "
                f"multiples of {factors.to_tuple()}; align_with_mag() makes such a box"
            )
        return self._with(self.topleft // factors, self.size // factors)

    def from_mag_to_mag1(self, from_mag: Mag) -> Self:
        """The inverse of `in_mag`."""
        factors = self.factors_of(from_mag)
        return self._with(self.topleft * factors, self.size * factors)

    def align_with_mag(self, mag: Mag | Vec3IntLike, ceil: bool = False) -> Self:
        """Rounded to multiples of the mag: inwards, or outwards if ``ceil``.

        An empty box stays empty, and so becomes one that contains no whole cell.
        """
        factors = self.factors_of(mag)
        if self.is_empty():
            return self._with(self.topleft // factors * factors, self.size // factors * factors)
        if ceil:
            topleft = self.topleft // factors * factors
            bottomright = self.bottomright.ceildiv(factors) * factors
        else:
            topleft = self.topleft.ceildiv(factors) * factors
            bottomright = self.bottomright // factors * factors
        return self._with(topleft, (bottomright - topleft).pairmax(0))

    def chunk(
        self, chunk_shape: VecIntLike, chunk_border_alignments: VecIntLike | None = None
    ) -> Iterator[Self]:
        """Cuts the box into smaller ones, the first axis slowest; those at the border are clipped.

        The cuts begin at the topleft, or lie at multiples of ``chunk_border_alignments``, which
        has to divide the shape. Where the shape has three components, other axes are cut into
        single steps.
        """
        shape = self._vec_or_xyz(chunk_shape, 1)
        if not shape.is_positive(strictly_positive=True):
            raise InvalidArgumentError(f"a chunk cannot have the shape {shape.to_tuple()}")
        alignments = shape * 0
        if chunk_border_alignments is not None:
            alignments = self._vec_or_xyz(chunk_border_alignments, 1)
            if not alignments.is_positive(strictly_positive=True) or any(shape % alignments):
                raise MisalignedError(
                    f"chunks of {shape.to_tuple()} do not fit borders of {alignments.to_tuple()}"
                )
        cuts = map(_pieces, self.topleft, self.bottomright, shape, alignments)
        return (self._joined(pieces) for pieces in product(*cuts))

    def _joined(self, pieces: tuple[tuple[int, int], ...]) -> Self:
        starts, lengths = zip(*pieces, strict=True)
        return self._with(self._vec(starts), self._vec(lengths))

    @classmethod
    def group_boxes_with_aligned_mag(
        cls, bounding_boxes: Iterable[Self], aligning_mag: Mag
    ) -> dict[Self, list[Self]]:
        """The boxes by what they become when rounded outwards to a mag."""
        groups: dict[Self, list[Self]] = {}
        for box in bounding_boxes:
            groups.setdefault(box.align_with_mag(aligning_mag, ceil=True), []).append(box)
        return groups

    # -- other forms -----------------------------------------------------------------------------

    def to_slices(self) -> tuple[slice, ...]:
        """What selects the box from an array with the same axes."""
        if not self.topleft.is_positive():
            raise BoundsError(f"{self} begins before the array does")
        return tuple(map(slice, self.topleft, self.bottomright))

    def slice_array(self, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """The part of an array that lies within the box."""
        return array[self.to_slices()]

    @classmethod
    def from_wkw_dict(cls, bbox: dict[str, Any]) -> NDBoundingBox:
        """Of ``{"topLeft", "width", "height", "depth"}`` and the ``additionalAxes``, if any."""
        others = bbox.get("additionalAxes", [])
        places = [axis["index"] for axis in others]
        free = [place for place in range(1, len(others) + 4) if place not in places]
        bounds = [axis["bounds"] for axis in others]
        return NDBoundingBox(
            [*(begin for begin, _ in bounds), *bbox["topLeft"]],
            [*(end - begin for begin, end in bounds), bbox["width"], bbox["height"], bbox["depth"]],
            [*(axis["name"] for axis in others), *XYZ],
            [*places, *free[:3]],
        )

    def to_wkw_dict(self) -> dict[str, Any]:
        """As `from_wkw_dict` takes it; the name of the keys is that of the properties file."""
        width, height, depth = self.size_xyz
        wkw = {
            "topLeft": self.topleft_xyz.to_list(),
            "width": width,
            "height": height,
            "depth": depth,
        }
        others = [
            {"name": axis, "bounds": list(self.get_bounds(axis)), "index": place}
            for axis, place in zip(self.axes, self.index, strict=True)
            if axis not in XYZ
        ]
        return {**wkw, "additionalAxes": others} if others else wkw

    def to_config_dict(self) -> dict[str, Any]:
        """Of topleft, size and axes, by these names."""
        return {
            "topleft": self.topleft.to_list(),
            "size": self.size.to_list(),
            "axes": self.axes,
        }

    def to_checkpoint_name(self) -> str:
        """The topleft, then the size: "1_2_3_4_5_6"."""
        return "_".join(map(str, (*self.topleft, *self.size)))

    # -- as a value --------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.axes)

    def __eq__(self, other: object) -> bool:
        """Whether the boxes cover the same; name, color and visibility do not count."""
        if not isinstance(other, NDBoundingBox):
            return NotImplemented
        return (self.topleft, self.size, self.axes) == (other.topleft, other.size, other.axes)

    def __hash__(self) -> int:
        return hash((self.topleft, self.size, self.axes))

    def __repr__(self) -> str:
        corner, extent = self.topleft.to_tuple(), self.size.to_tuple()
        return f"{type(self).__name__}(topleft={corner}, size={extent}, axes={self.axes})"


def _pieces(begin: int, end: int, step: int, alignment: int) -> Iterator[tuple[int, int]]:
    """Cuts [begin, end) into (start, length), at borders that are multiples of alignment."""
    first = begin if alignment == 0 else begin // alignment * alignment
    for border in range(first, end, step):
        start = max(begin, border)
        yield start, min(border + step, end) - start
