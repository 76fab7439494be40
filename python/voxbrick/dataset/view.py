"""View: a box of a mag that can be read and written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from voxbrick._support import warn_deprecated
from voxbrick.dataset._view_chunks import ChunkMethods
from voxbrick.dataset._view_compare import CompareMethods
from voxbrick.dataset._view_deprecated import DeprecatedMethods
from voxbrick.dataset._view_slices import SliceMethods
from voxbrick.errors import BoundsError, InvalidArgumentError, ReadOnlyError
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import Vec3Int, Vec3IntLike
from voxbrick.operations.handles import ViewHandle
from voxbrick.operations.regions import (
    Frame,
    Where,
    channels_first,
    check_place,
    either,
    in_mag,
    in_words,
    warn_if_shards_are_cut,
)
from voxbrick.volume.mag_array import ArrayInfo, ArrayPlace, MagArray, Voxels

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


class View(ChunkMethods, SliceMethods, CompareMethods, DeprecatedMethods):
    """A box of a mag that can be read and, unless it is read-only, written.

    Offsets, sizes and boxes that are given by keyword are in Mag(1), whatever the mag of the view:
    ``relative`` to the view's own topleft, or ``absolute``, to the origin of the dataset. Data is in
    the view's mag: ``(channels, x, y, z)``, or with the axes of the layer in between.

    A view can be pickled, and used by several threads.
    """

    def __init__(
        self,
        path_to_mag_view: Path,
        array_info: ArrayInfo,
        bounding_box: NDBoundingBox | None,
        mag: Mag,
        read_only: bool = False,
    ) -> None:
        """Use `get_view` of a `MagView` or another view."""
        self._set(MagArray(ArrayPlace(Path(path_to_mag_view)), array_info), bounding_box, mag, read_only)

    def _set(self, array: MagArray, bounding_box: NDBoundingBox | None, mag: Mag, read_only: bool) -> None:
        self._array = array
        self._bounding_box = bounding_box
        self._mag = mag
        self._read_only = read_only

    # -- what it is ------------------------------------------------------------------------------

    @property
    def bounding_box(self) -> NDBoundingBox:
        """The box of the view, in Mag(1)."""
        if self._bounding_box is None:
            raise InvalidArgumentError(
                f"the view of {self._array.place.path} was made without a box; give it one"
            )
        return self._bounding_box

    @property
    def mag(self) -> Mag:
        """How many voxels of Mag(1) a voxel of the view covers along x, y and z."""
        return self._mag

    @property
    def read_only(self) -> bool:
        """Whether writing is refused."""
        return self._read_only

    @property
    def info(self) -> ArrayInfo:
        """What the array of the mag is by now, whoever let it grow or laid it out anew."""
        return self._array.info

    def get_dtype(self) -> np.dtype[Any]:
        """The type of one channel of a voxel."""
        return self.info.voxel_type

    def _frame(self) -> Frame:
        return Frame(self.bounding_box, self._mag, self.bounding_box.topleft_xyz)

    # -- reading ---------------------------------------------------------------------------------

    def read(
        self,
        offset: Vec3IntLike | None = None,
        size: Vec3IntLike | None = None,
        *,
        relative_offset: Vec3IntLike | None = None,
        absolute_offset: Vec3IntLike | None = None,
        relative_bounding_box: NDBoundingBox | None = None,
        absolute_bounding_box: NDBoundingBox | None = None,
    ) -> Voxels:
        """Reads the view, or the region that is given by an offset and a size, or by a box.

        The region may leave the view. Where it leaves the data on disk, voxels are 0.

        Args:
            offset: deprecated, with a size in the view's mag: relative for views, absolute for a
                `MagView`.
            size: in Mag(1), together with an offset.
            relative_offset: in Mag(1).
            absolute_offset: in Mag(1).
            relative_bounding_box: in Mag(1).
            absolute_bounding_box: in Mag(1).

        Returns:
            A new array of shape ``(channels, x, y, z)`` in the view's mag and in Fortran order;
            with further axes, if the layer has them, in the order of its bounding box.

        Raises:
            InvalidArgumentError: an offset without a size, or several ways at once.
            MisalignedError: the region is not aligned with the mag.
            BoundsError: the region is empty, or begins before the origin.
            CorruptDataError: what is stored is damaged.
        """
        if offset is not None:
            warn_deprecated("offset", "relative_offset or absolute_offset")
        if size is not None and offset is relative_offset is absolute_offset is None:
            raise InvalidArgumentError("a size needs relative_offset or absolute_offset")
        where = Where(offset, relative_offset, absolute_offset, relative_bounding_box, absolute_bounding_box)
        return self._array.read(in_mag(self._frame().region(where, size), self._mag))

    # -- writing ---------------------------------------------------------------------------------

    def write(
        self,
        data: ArrayLike,
        offset: Vec3IntLike | None = None,
        json_update_allowed: bool = True,
        *,
        relative_offset: Vec3IntLike | None = None,
        absolute_offset: Vec3IntLike | None = None,
        relative_bounding_box: NDBoundingBox | None = None,
        absolute_bounding_box: NDBoundingBox | None = None,
        allow_resize: bool | None = None,
        allow_unaligned: bool = False,
    ) -> None:
        """Writes data at the topleft of the view, at an offset, or into a box of its size.

        Data that covers shards of a compressed array partly is merged with what they hold.

        Args:
            data: ``(channels, x, y, z)`` in the view's mag, or ``(x, y, z)`` for one channel; of
                the view's dtype, or one that can be cast to it without loss (to float64 also
                64-bit integers up to 2**53).
            offset: deprecated, in the view's mag: relative for views, absolute for a `MagView`.
            json_update_allowed: whether a `MagView` may let the bounding box of the layer grow;
                if not, data is written beyond it all the same.
            relative_offset: in Mag(1).
            absolute_offset: in Mag(1).
            relative_bounding_box: in Mag(1).
            absolute_bounding_box: in Mag(1).
            allow_resize: False makes it an error to write beyond the box of the layer.
            allow_unaligned: True silences the warning about compressed arrays.

        Raises:
            ReadOnlyError: the view is read-only.
            InvalidArgumentError: shape or dtype of the data do not fit, or several places at once.
            MisalignedError: the region is not aligned with the mag.
            BoundsError: the region leaves the view, or begins before the origin.
        """
        self._check_writable()
        if offset is not None:
            warn_deprecated("offset", "relative_offset or absolute_offset")
        voxels = channels_first(data, self.bounding_box.axes, info := self.info)
        where = Where(offset, relative_offset, absolute_offset, relative_bounding_box, absolute_bounding_box)
        region = self._frame().region_of_data(where, voxels.shape[1:])
        if voxels.size == 0:
            return
        box = in_mag(region, self._mag)
        if info.compression_mode and json_update_allowed and not allow_unaligned:
            place = region, self.bounding_box, info.shard_shape * self._mag
            warn_if_shards_are_cut("write() was called on a compressed mag", *place)
        self._admit(region, allow_resize)
        self._array.write(box, voxels)
        if json_update_allowed:
            self._cover(region)

    def _check_writable(self) -> None:
        if self._read_only:
            raise ReadOnlyError(f"{self} is read-only")

    def _admit(self, region: NDBoundingBox, allow_resize: bool | None = None) -> None:
        """Refuses to write outside of the view."""
        if not self.bounding_box.contains_bbox(region):
            raise BoundsError(self._outside(region))

    def _cover(self, region: NDBoundingBox) -> None:
        """Called when a region is written, which is in the view."""

    def _outside(self, region: NDBoundingBox) -> str:
        return f"{in_words(region, self._mag)} leaves the view {in_words(self.bounding_box, self._mag)}"

    # -- views of views --------------------------------------------------------------------------

    def get_view(
        self,
        offset: Vec3IntLike | None = None,
        size: Vec3IntLike | None = None,
        *,
        relative_offset: Vec3IntLike | None = None,
        absolute_offset: Vec3IntLike | None = None,
        relative_bbox: NDBoundingBox | None = None,
        absolute_bbox: NDBoundingBox | None = None,
        relative_bounding_box: NDBoundingBox | None = None,
        absolute_bounding_box: NDBoundingBox | None = None,
        read_only: bool | None = None,
    ) -> View:
        """A view of a part of this one, or of the same box.

        Only a view that is read-only may leave this one.

        Args:
            offset: deprecated, with a size in the view's mag: relative for views, absolute for a
                `MagView`.
            size: in Mag(1), together with an offset; alone it is deprecated and in the view's mag.
            relative_offset: in Mag(1).
            absolute_offset: in Mag(1).
            relative_bbox: in Mag(1), as is ``relative_bounding_box``.
            absolute_bbox: in Mag(1), as is ``absolute_bounding_box``.
            relative_bounding_box: in Mag(1).
            absolute_bounding_box: in Mag(1).
            read_only: whether the new view is; as this one if None.

        Raises:
            InvalidArgumentError: an offset without a size, or several ways at once.
            BoundsError: the box leaves this view, is empty, or begins before the origin.
            MisalignedError: the box of a writable view is not aligned with the mag.
            ReadOnlyError: this view is read-only, and the new one should not be.
        """
        if read_only is None:
            read_only = self._read_only
        elif self._read_only and not read_only:
            raise ReadOnlyError(f"{self} is read-only, and so are the views of it")
        relative = either(relative_bbox, relative_bounding_box, "relative_bbox and relative_bounding_box")
        absolute = either(absolute_bbox, absolute_bounding_box, "absolute_bbox and absolute_bounding_box")
        where = Where(offset, relative_offset, absolute_offset, relative, absolute)
        if offset is not None:
            warn_deprecated("offset", "relative_offset or absolute_offset")
        if size is not None and not where.given():
            warn_deprecated("size without an offset", "relative_offset and size")
            where = Where(relative_offset=(0, 0, 0))
            size = Vec3Int(size) * self._mag
        region = self._frame().region(where, size)
        self._check_part(region, self.bounding_box, read_only)
        return self._part(region, read_only)

    def _check_part(self, region: NDBoundingBox, box: NDBoundingBox, read_only: bool) -> None:
        if not (region.is_empty() and box.is_empty()):
            check_place(region, self._mag)
        if read_only:
            return
        if not box.contains_bbox(region):
            raise BoundsError(f"{self._outside(region)}; only read_only=True allows that")
        if not region.is_empty():
            in_mag(region, self._mag)
        warn_if_shards_are_cut("get_view() was called", region, box, self.info.shard_shape * self._mag)

    def _part(self, region: NDBoundingBox, read_only: bool) -> View:
        return View._of(self._handle().part(region, read_only))

    def _handle(self) -> ViewHandle:
        """What operations on this view work with."""
        return ViewHandle(self._array, self.bounding_box, self._mag, self._read_only, View._of)

    @staticmethod
    def _of(handle: ViewHandle) -> View:
        view = object.__new__(View)
        view._set(handle.array, handle.bounding_box, handle.mag, handle.read_only)
        return view

    # -- as a value ------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._array.place.path)!r}, {self.bounding_box})"

    def __work_identity__(self) -> tuple[Any, ...]:
        """What a checkpoint knows it by."""
        return self._array.place.path.resolve(), self.bounding_box, self.mag
