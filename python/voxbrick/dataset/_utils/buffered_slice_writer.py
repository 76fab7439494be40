"""BufferedSliceWriter: takes slices one by one and writes many at once."""

from __future__ import annotations

import logging
import time
import warnings
from typing import TYPE_CHECKING

import numpy as np

from voxbrick._support import add_note, caller_level
from voxbrick.dataset._utils.buffers import SliceBuffer, checked_buffer_size, place_of
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import Vec3IntLike
from voxbrick.operations.handles import SlicedView
from voxbrick.operations.regions import Where, channels_first, in_mag, in_words

if TYPE_CHECKING:
    from types import TracebackType

    from numpy.typing import ArrayLike
    from typing_extensions import Self

    from voxbrick.volume.mag_array import Voxels


class BufferedSliceWriter:
    """Writes slices one behind the other; made by `View.get_buffered_slice_writer`.

    It has to be used in a ``with`` statement. If that is left by an error, slices that were sent
    before are written all the same. If writing fails, the error says in a note which slices are
    missing, and the writer takes no more.
    """

    def __init__(
        self,
        view: SlicedView,
        offset: Vec3IntLike | None = None,
        json_update_allowed: bool = True,
        buffer_size: int = 32,
        dimension: int | str = 2,
        *,
        relative_offset: Vec3IntLike | None = None,
        absolute_offset: Vec3IntLike | None = None,
        relative_bounding_box: NDBoundingBox | None = None,
        absolute_bounding_box: NDBoundingBox | None = None,
        use_logging: bool = False,
    ) -> None:
        """Use `View.get_buffered_slice_writer`, where the arguments are explained."""
        view._check_writable()
        self._view = view
        self._json_update_allowed = json_update_allowed
        self._use_logging = use_logging
        self._axis = place_of(dimension, view.bounding_box)
        self._depth = checked_buffer_size(buffer_size)
        where = Where(offset, relative_offset, absolute_offset, relative_bounding_box, absolute_bounding_box)
        self._next = self._start(where)
        self._buffer = SliceBuffer(self._depth, view.info.voxel_type)
        self._error: BaseException | None = None
        self._entered = False
        self._warn_if_unaligned()

    def send(self, slice_data: ArrayLike) -> None:
        """Takes the next slice.

        Args:
            slice_data: of shape ``(a, b)`` or ``(channels, a, b)``, with the axes that are left in
                their order; its memory can be used again at once. Where slices of a buffer differ
                in size, they are padded with 0 to the largest one.

        Raises:
            InvalidArgumentError: shape or dtype do not fit; nothing is taken then. The same if the
                writer is not in use.
            BoundsError: the slice leaves the view; nothing is taken then.
        """
        self._check_usable()
        plane = self._checked(slice_data)
        self._buffer.append(plane)
        if self._buffer.is_full():
            self._flush()

    def reset_offset(
        self,
        offset: Vec3IntLike | None = None,
        *,
        relative_offset: Vec3IntLike | None = None,
        absolute_offset: Vec3IntLike | None = None,
        relative_bounding_box: NDBoundingBox | None = None,
        absolute_bounding_box: NDBoundingBox | None = None,
    ) -> None:
        """Writes what is buffered and goes on elsewhere, by default at the topleft of the view.

        Args:
            offset: deprecated, in the view's mag: relative for views, absolute for a `MagView`.
            relative_offset: in Mag(1).
            absolute_offset: in Mag(1).
            relative_bounding_box: in Mag(1); only its topleft matters.
            absolute_bounding_box: in Mag(1); only its topleft matters.

        Raises:
            InvalidArgumentError: several places at once, or the writer is not in use.
            MisalignedError: the place is not aligned with the mag.
        """
        self._check_usable()
        where = Where(offset, relative_offset, absolute_offset, relative_bounding_box, absolute_bounding_box)
        start = self._start(where)
        self._flush()
        self._next = start

    # -- where -----------------------------------------------------------------------------------

    def _start(self, where: Where) -> NDBoundingBox:
        """The first voxel that is written, as a box in the view's mag."""
        frame, box = self._view._frame(), self._view.bounding_box
        if where.relative_bounding_box is not None or where.absolute_bounding_box is not None:
            topleft = frame.region(where, None).topleft
        else:
            topleft = frame.region_of_data(where, (1,) * len(box)).topleft
        voxel = box.with_topleft(topleft).with_size(box.factors_of(self._view.mag))
        return in_mag(voxel, self._view.mag)

    def _region(self, first: int, shape: tuple[int, ...]) -> NDBoundingBox:
        """What slices cover, in Mag(1): the first of them, counted from what is written next."""
        here = self._next.offset(self._along(first))
        return here.with_size(shape).from_mag_to_mag1(self._view.mag)

    def _along(self, slices: int) -> tuple[int, ...]:
        return tuple(slices if place == self._axis else 0 for place in range(len(self._next)))

    def _warn_if_unaligned(self) -> None:
        name = self._next.axes[self._axis]
        if name not in ("x", "y", "z"):
            return
        chunk = self._view.info.chunk_shape["xyz".index(name)]
        first = self._next.topleft[self._axis]
        if first % chunk:
            self._warn_of_work(
                f"begins at {name}={first} in {self._view.mag!r}, and chunks at multiples of {chunk}"
            )
        if self._depth > chunk and self._depth % chunk:
            self._warn_of_work(f"buffers {self._depth} slices, which is no multiple of the chunks' {chunk}")

    def _warn_of_work(self, what: str) -> None:
        self._warn(f"{what}: chunks will be read, merged and written again.")

    @staticmethod
    def _warn(what: str) -> None:
        warnings.warn(f"[WARNING] the slice writer {what}", UserWarning, stacklevel=caller_level())

    # -- what ------------------------------------------------------------------------------------

    def _checked(self, slice_data: ArrayLike) -> Voxels:
        """A slice with its channels first; it fits the view and lies inside."""
        axes, place = self._next.axes, self._axis
        others = axes[:place] + axes[place + 1 :]
        plane = channels_first(slice_data, others, self._view.info, "a slice")
        extent = plane.shape[1:]
        self._view._admit(self._region(len(self._buffer), (*extent[:place], 1, *extent[place:])))
        return plane

    # -- writing ---------------------------------------------------------------------------------

    def _flush(self) -> None:
        count = len(self._buffer)
        if count == 0:
            return
        voxels, region = self._pending()
        try:
            self._write(voxels, region)
        except BaseException as error:
            self._error = error
            add_note(error, self._lost())
            raise
        self._buffer.clear()
        self._next = self._next.offset(self._along(count))

    def _pending(self) -> tuple[Voxels, NDBoundingBox]:
        """All slices that wait, channels first, and where they belong."""
        voxels = np.moveaxis(self._buffer.slices(), 0, self._axis + 1)
        return voxels, self._region(0, voxels.shape[1:])

    def _write(self, voxels: Voxels, region: NDBoundingBox) -> None:
        begin = time.perf_counter()
        self._view.write(
            voxels,
            json_update_allowed=self._json_update_allowed,
            absolute_bounding_box=region,
            allow_unaligned=True,
        )
        if self._use_logging:
            seconds = time.perf_counter() - begin
            logging.info("wrote %d slices, %s, in %.3f s", len(self._buffer), region, seconds)

    # -- with ------------------------------------------------------------------------------------

    def _check_usable(self) -> None:
        if not self._entered:
            raise InvalidArgumentError("a slice writer is used inside of its with statement only")
        if self._error is not None:
            raise self._error

    def __enter__(self) -> Self:
        self._entered = True
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._entered = False
        if self._error is not None:
            self._tell_again(self._error, error)
            return
        try:
            self._flush()
        except Exception as failure:
            if error is None:
                raise
            add_note(error, f"{self._lost()}: {failure!r}")

    def _tell_again(self, failure: BaseException, error: BaseException | None) -> None:
        """Where the script caught the failure, nobody else would say what is missing."""
        if error is None:
            self._warn(f"failed before, {self._lost()}: {failure!r}")
        elif error is not failure:
            add_note(error, f"{self._lost()}: {failure!r}")

    def _lost(self) -> str:
        """Which slices are missing: those of the buffer, as none is taken afterwards."""
        _, region = self._pending()
        count = len(self._buffer)
        return f"slices that are not written, or only in part: {count}, {in_words(region, self._view.mag)}"
