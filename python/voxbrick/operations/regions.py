"""Regions and voxels that a call gives: a region as a box in Mag(1), voxels with their channels first."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from voxbrick._support import caller_level
from voxbrick.array.array import check_castable
from voxbrick.errors import BoundsError, ConflictingArgumentsError, InvalidArgumentError, MisalignedError
from voxbrick.geometry.bounding_box import BoundingBox
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import Vec3Int, Vec3IntLike
from voxbrick.volume.mag_array import ArrayInfo, Voxels

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_Value = TypeVar("_Value")


class Where(NamedTuple):
    """Where a region begins or what it is, in Mag(1); at most one of these is given.

    Only the deprecated ``offset`` counts voxels of the view's own mag.
    """

    offset: Vec3IntLike | None = None
    relative_offset: Vec3IntLike | None = None
    absolute_offset: Vec3IntLike | None = None
    relative_bounding_box: NDBoundingBox | None = None
    absolute_bounding_box: NDBoundingBox | None = None

    def given(self) -> list[str]:
        """The names of what is given."""
        return [name for name, value in zip(self._fields, self, strict=True) if value is not None]


def either(value: _Value | None, other: _Value | None, names: str) -> _Value | None:
    """What is given under one of two names that mean the same."""
    if value is not None and other is not None:
        raise ConflictingArgumentsError(f"{names} are two names of the same; give one of them")
    return other if value is None else value


class Frame(NamedTuple):
    """What the arguments of a view are relative to."""

    box: NDBoundingBox
    mag: Mag
    deprecated_origin: Vec3Int
    """Where the deprecated ``offset`` counts from, in Mag(1)."""

    def region(self, where: Where, size: Vec3IntLike | None) -> NDBoundingBox:
        """The region that is given; the whole view if nothing is.

        The size is in Mag(1), but next to the deprecated ``offset`` in the view's mag.
        """
        given = where.given()
        if len(given) + (size is not None) > 1 and not (len(given) == 1 and _is_offset(given[0])):
            names = [*given, "size"] if size is not None else given
            raise ConflictingArgumentsError(f"{' and '.join(names)} cannot be given together")
        if not given:
            return self.box
        if not _is_offset(given[0]):
            return self._box(where)
        if size is None:
            raise InvalidArgumentError(f"{given[0]} needs a size")
        extent = Vec3Int(size) * self.mag if where.offset is not None else Vec3Int(size)
        return BoundingBox(self._topleft(where), extent)

    def region_of_data(self, where: Where, shape: tuple[int, ...]) -> NDBoundingBox:
        """Where data of a shape, in the view's mag and without channels, belongs."""
        given = where.given()
        if len(given) > 1:
            raise ConflictingArgumentsError(f"{' and '.join(given)} cannot be given together")
        size = self.box.with_size(shape).size * self.box.factors_of(self.mag)
        if given and not _is_offset(given[0]):
            return self._box_of_size(where, size)
        topleft = self._topleft(where) if given else self.box.topleft
        return self.box.with_topleft(topleft).with_size(size)

    def _box_of_size(self, where: Where, size: tuple[int, ...]) -> NDBoundingBox:
        box = self._box(where)
        if box.size != size:
            raise InvalidArgumentError(f"data that covers {tuple(size)} voxels of Mag(1) does not fill {box}")
        return box

    def _box(self, where: Where) -> NDBoundingBox:
        relative = where.relative_bounding_box is not None
        box = where.relative_bounding_box if relative else where.absolute_bounding_box
        if not isinstance(box, NDBoundingBox):
            raise InvalidArgumentError(f"{box!r} is no box; BoundingBox.from_auto() makes one of it")
        if box.axes != self.box.axes:
            raise InvalidArgumentError(f"{box} has other axes than the view, {self.box.axes}")
        return box.offset(self.box.topleft) if relative else box

    def _topleft(self, where: Where) -> Vec3Int:
        if len(self.box) != 3:
            raise InvalidArgumentError(
                f"offsets are only usable for 3D views, and this one has the axes {self.box.axes}; "
                "use relative_bounding_box or absolute_bounding_box"
            )
        if where.absolute_offset is not None:
            return Vec3Int(where.absolute_offset)
        if where.relative_offset is not None:
            return self.box.topleft_xyz + Vec3Int(where.relative_offset)
        assert where.offset is not None
        return self.deprecated_origin + Vec3Int(where.offset) * self.mag


def _is_offset(name: str) -> bool:
    return name.endswith("offset")


def in_words(box: NDBoundingBox, mag: Mag) -> str:
    """A box in Mag(1), and in the voxels of a mag that it touches."""
    if mag.max_dim == 1:
        return str(box)
    return f"{box} (in {mag!r}: {box.align_with_mag(mag, ceil=True).in_mag(mag)})"


def check_place(region: NDBoundingBox, mag: Mag) -> None:
    """Refuses regions that are empty or begin below 0."""
    if not region.topleft.is_positive():
        raise BoundsError(f"{in_words(region, mag)} begins before the origin of the dataset")
    if region.is_empty():
        raise BoundsError(f"{in_words(region, mag)} contains no voxel")


def in_mag(region: NDBoundingBox, mag: Mag) -> NDBoundingBox:
    """A region in the voxels of a mag; aligned with it, not empty, and nowhere below 0."""
    check_place(region, mag)
    if mag.max_dim == 1:
        return region
    try:
        return region.in_mag(mag)
    except MisalignedError as error:
        around = region.align_with_mag(mag, ceil=True)
        raise MisalignedError(
            f"{error}, here {around} in Mag(1), that is {around.in_mag(mag)} in {mag!r}"
        ) from None


# -- shards ----------------------------------------------------------------------------------------
#
# Whether regions cut shards, and what is said to who writes such regions of compressed arrays.


def _is_on_borders(region: NDBoundingBox, frame: NDBoundingBox, shard: Vec3Int) -> bool:
    """Whether a region cuts no shard anywhere but where the frame around it does."""
    bounds = zip(
        region.topleft_xyz,
        region.bottomright_xyz,
        frame.topleft_xyz,
        frame.bottomright_xyz,
        shard,
        strict=True,
    )
    return all(
        (begin % step == 0 or begin == first) and (end % step == 0 or end == last)
        for begin, end, first, last, step in bounds
    )


def warn_if_shards_are_cut(what: str, region: NDBoundingBox, view: NDBoundingBox, shard: Vec3Int) -> None:
    """Unless only the box of the view, or what it grows to, cuts them."""
    if not _is_on_borders(region, view.extended_by(region), shard):
        warnings.warn(
            f"[WARNING] {what} without block alignment. Shards that are cut have to be read, "
            "merged and written, and who writes to the same shard at the same time waits.",
            UserWarning,
            stacklevel=caller_level(),
        )


# -- voxels ----------------------------------------------------------------------------------------
#
# Voxels that are to be written: their shape and type.


def channels_first(data: ArrayLike, axes: tuple[str, ...], info: ArrayInfo, what: str = "data") -> Voxels:
    """The data as ``(channels, *axes)``; where there is one channel, it may come without that axis.

    Raises:
        InvalidArgumentError: the shape does not fit, or values may be lost.
    """
    try:
        voxels = np.asarray(data)
    except ValueError as error:
        raise InvalidArgumentError(f"{what} that is no array: {error}") from error
    given = voxels.shape
    if voxels.ndim == len(axes) and info.num_channels == 1:
        voxels = voxels[np.newaxis]
    if voxels.ndim != len(axes) + 1 or voxels.shape[0] != info.num_channels:
        optional = f", or ({', '.join(axes)})" if info.num_channels == 1 else ""
        raise InvalidArgumentError(
            f"{what} of shape {given} does not fit a view with {info.num_channels} "
            f"channels, it has to be (channels, {', '.join(axes)}){optional}"
        )
    if voxels.dtype != info.voxel_type:
        check_castable(voxels, info.voxel_type, what, "a view")
    return voxels
