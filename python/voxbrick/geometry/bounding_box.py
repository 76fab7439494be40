"""BoundingBox: a box in x, y and z."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from voxbrick.errors import InvalidArgumentError, MissingKeyError
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import DEFAULT_NAME, Color, NDBoundingBox
from voxbrick.geometry.vec3_int import XYZ, Vec3Int, Vec3IntLike
from voxbrick.geometry.vec_int import VecInt, VecIntLike, parse_ints

if TYPE_CHECKING:
    from typing_extensions import Self

_INDEX = Vec3Int(1, 2, 3)
_CHECKPOINT = re.compile(r"-?\d+" + r"_(-?\d+)" * 5)


@contextmanager
def _all_keys(bbox: dict[str, Any]) -> Iterator[None]:
    try:
        yield
    except KeyError as error:
        raise MissingKeyError(f"{bbox} lacks {error} to be a box") from error


class BoundingBox(NDBoundingBox):
    """A box in x, y and z: ``topleft`` inclusive, ``bottomright`` exclusive.

    A negative size flips the box.
    """

    __slots__ = ()

    topleft: Vec3Int
    size: Vec3Int
    index: Vec3Int

    def __init__(
        self,
        topleft: Vec3IntLike,
        size: Vec3IntLike,
        axes: Iterable[str] = XYZ,
        index: Vec3IntLike = _INDEX,
        name: str | None = DEFAULT_NAME,
        is_visible: bool = True,
        color: Color | None = None,
    ) -> None:
        if not isinstance(axes, Iterable) or tuple(axes) != XYZ:
            message = f"a BoundingBox has the axes x, y and z, got {axes!r}; did you mean name=?"
            raise InvalidArgumentError(message)
        self._set(Vec3Int(topleft), Vec3Int(size), XYZ, Vec3Int(index), name, is_visible, color)

    def _vec(self, components: VecIntLike) -> Vec3Int:
        return Vec3Int(components)

    def _spread(self, xyz: Vec3Int, others: VecInt | int) -> Vec3Int:
        return xyz

    def _vec_or_xyz(self, components: VecIntLike, others: int) -> Vec3Int:
        return Vec3Int(components)

    def factors_of(self, mag: Mag | Vec3IntLike | int) -> Vec3Int:
        """What a mag divides by along x, y and z."""
        return mag.to_vec3_int() if isinstance(mag, Mag) else Vec3Int.from_vec_or_int(mag)

    def _xyz(self, vec: VecInt) -> Vec3Int:
        return Vec3Int(vec)

    @property
    def bottomright(self) -> Vec3Int:
        """The first position beyond the box, along every axis."""
        return self.topleft + self.size

    def with_bounds_x(self, new_topleft_x: int | None = None, new_size_x: int | None = None) -> Self:
        """Other bounds along x; None keeps what is there."""
        return self.with_bounds("x", new_topleft_x, new_size_x)

    def with_bounds_y(self, new_topleft_y: int | None = None, new_size_y: int | None = None) -> Self:
        """Other bounds along y; None keeps what is there."""
        return self.with_bounds("y", new_topleft_y, new_size_y)

    def with_bounds_z(self, new_topleft_z: int | None = None, new_size_z: int | None = None) -> Self:
        """Other bounds along z; None keeps what is there."""
        return self.with_bounds("z", new_topleft_z, new_size_z)

    @classmethod
    def empty(cls) -> BoundingBox:
        """A box without any position, at the origin."""
        return cls((0, 0, 0), (0, 0, 0))

    @classmethod
    def from_ndbbox(cls, bbox: NDBoundingBox) -> BoundingBox:
        """What an n-dimensional box covers in x, y and z."""
        return cls(
            bbox.topleft_xyz,
            bbox.size_xyz,
            name=bbox.name,
            is_visible=bbox.is_visible,
            color=bbox.color,
        )

    @classmethod
    def from_points(cls, points: Iterable[Vec3IntLike]) -> BoundingBox:
        """The smallest box that contains all points, the last ones included."""
        columns = list(zip(*map(Vec3Int, points), strict=True))
        if not columns:
            raise InvalidArgumentError("no box around no points")
        topleft = Vec3Int(map(min, columns))
        return cls(topleft, Vec3Int(map(max, columns)) - topleft + 1)

    @classmethod
    def from_tuple2(cls, tuple2: tuple[Vec3IntLike, Vec3IntLike]) -> BoundingBox:
        """Of ``(topleft, size)``."""
        topleft, size = tuple2
        return cls(topleft, size)

    @classmethod
    def from_tuple6(cls, tuple6: Iterable[int]) -> BoundingBox:
        """Of the three numbers of the topleft and the three of the size."""
        numbers = tuple(tuple6)
        if len(numbers) != 6:
            raise InvalidArgumentError(f"expected topleft and size as six numbers, got {numbers}")
        return cls(numbers[:3], numbers[3:])

    @classmethod
    def from_csv(cls, csv_bbox: str) -> BoundingBox:
        """Of "1,2,3,4,5,6": the topleft, then the size."""
        return cls.from_tuple6(parse_ints(csv_bbox))

    @classmethod
    def from_checkpoint_name(cls, checkpoint_name: str) -> BoundingBox:
        """Of "1_2_3_4_5_6", wherever it stands in the name."""
        match = _CHECKPOINT.search(checkpoint_name)
        if match is None:
            raise InvalidArgumentError(f"no box like 1_2_3_4_5_6 in {checkpoint_name!r}")
        return cls.from_tuple6(map(int, match[0].split("_")))

    @classmethod
    def from_config_dict(cls, bbox: dict[str, Any]) -> BoundingBox:
        """Of ``{"topleft": [1, 2, 3], "size": [4, 5, 6]}``."""
        with _all_keys(bbox):
            return cls(bbox["topleft"], bbox["size"])

    @classmethod
    def from_wkw_dict(cls, bbox: dict[str, Any]) -> BoundingBox:
        """Of ``{"topLeft": [1, 2, 3], "width": 4, "height": 5, "depth": 6}``."""
        with _all_keys(bbox):
            return cls(bbox["topLeft"], (bbox["width"], bbox["height"], bbox["depth"]))

    @classmethod
    def from_auto(cls, obj: Any) -> BoundingBox:
        """Of any form that another method here takes or gives, also of such JSON text."""
        if isinstance(obj, NDBoundingBox):
            return cls.from_ndbbox(obj)
        if isinstance(obj, str):
            return cls._from_text(obj)
        if isinstance(obj, dict):
            return cls.from_config_dict(obj) if "topleft" in obj else cls.from_wkw_dict(obj)
        if isinstance(obj, (list, tuple)):
            return cls.from_tuple2((obj[0], obj[1])) if len(obj) == 2 else cls.from_tuple6(obj)
        raise InvalidArgumentError(f"expected a box in some form, got {obj!r}")

    @classmethod
    def _from_text(cls, text: str) -> BoundingBox:
        if text.lstrip().startswith(("{", "[")):
            try:
                return cls.from_auto(json.loads(text))
            except json.JSONDecodeError as error:
                raise InvalidArgumentError(f"{text!r} is no JSON: {error}") from error
        return cls.from_csv(text) if "," in text else cls.from_checkpoint_name(text)

    def to_config_dict(self) -> dict[str, Any]:
        """As `from_config_dict` takes it."""
        return {"topleft": self.topleft.to_list(), "size": self.size.to_list()}

    def to_csv(self) -> str:
        """The topleft, then the size: "1,2,3,4,5,6"."""
        return ",".join(map(str, self.to_tuple6()))

    def to_tuple6(self) -> tuple[int, int, int, int, int, int]:
        """The topleft, then the size."""
        return *self.topleft.to_tuple(), *self.size.to_tuple()

    def __repr__(self) -> str:
        return f"BoundingBox(topleft={self.topleft.to_tuple()}, size={self.size.to_tuple()})"
