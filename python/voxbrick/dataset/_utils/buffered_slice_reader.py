"""BufferedSliceReader: reads many slices at once and gives them one by one."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from voxbrick.dataset._utils.buffers import Recycled, checked_buffer_size, place_of
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import Vec3IntLike
from voxbrick.operations.handles import SlicedView
from voxbrick.operations.regions import Where, in_mag

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future
    from types import TracebackType

    from voxbrick.volume.mag_array import Voxels


_OUTSIDE = "a slice reader is used inside of its with statement only"


class _Slices(Iterator["Voxels"]):
    """The slices until the ``with`` statement is left; what is buffered is let go of then."""

    def __init__(self, slices: Iterator[Voxels]) -> None:
        self._slices: Iterator[Voxels] | None = slices

    def __next__(self) -> Voxels:
        if self._slices is None:
            raise InvalidArgumentError(_OUTSIDE)
        return next(self._slices)

    def end(self) -> None:
        self._slices = None


class BufferedSliceReader:
    """Yields the slices of a region; made by `View.get_buffered_slice_reader`.

    It has to be used in a ``with`` statement; in another one it begins anew. While the slices of one
    buffer are worked on, the next buffer is read in the background: there are two, unless slices are kept.
    A buffer is used again when no slice of it, nor a view of one, is held any more.
    """

    def __init__(
        self,
        view: SlicedView,
        offset: Vec3IntLike | None = None,
        size: Vec3IntLike | None = None,
        buffer_size: int = 32,
        dimension: int | str = 2,
        *,
        relative_bounding_box: NDBoundingBox | None = None,
        absolute_bounding_box: NDBoundingBox | None = None,
        use_logging: bool = False,
    ) -> None:
        """Use `View.get_buffered_slice_reader`, where the arguments are explained."""
        where = Where(
            offset=offset,
            relative_bounding_box=relative_bounding_box,
            absolute_bounding_box=absolute_bounding_box,
        )
        if size is not None and offset is None:
            raise InvalidArgumentError("a size needs an offset; better give a bounding box")
        self._view = view
        self._region = view._frame().region(where, size)
        if not self._region.is_empty():
            in_mag(self._region, view.mag)
        self._axis = place_of(dimension, view.bounding_box)
        self._depth = checked_buffer_size(buffer_size)
        self._use_logging = use_logging
        self._reading: Executor | None = None
        self._slices: _Slices | None = None

    def __iter__(self) -> Iterator[Voxels]:
        """The slices, while the reader is in use."""
        if self._slices is None:
            raise InvalidArgumentError(_OUTSIDE)
        return self._slices

    def __enter__(self) -> Iterator[Voxels]:
        from concurrent.futures import ThreadPoolExecutor

        if self._reading is not None:
            raise InvalidArgumentError("the slice reader is in use already; make another one")
        self._reading = ThreadPoolExecutor(1, "slice reader")
        self._slices = _Slices(self._all_slices(self._reading))
        return self._slices

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._reading is not None
        assert self._slices is not None
        self._reading.shutdown(cancel_futures=True)
        self._slices.end()
        self._reading = self._slices = None

    def _all_slices(self, reading: Executor) -> Iterator[Voxels]:
        parts, buffers = self._parts(), Recycled()

        def read_next() -> Future[Voxels] | None:
            part = next(parts, None)
            return None if part is None else reading.submit(self._read, part, buffers)

        coming = read_next()
        while coming:
            planes = np.moveaxis(coming.result(), self._axis + 1, 0)
            coming = None
            for number, plane in enumerate(planes):
                # Who asks for the second slice has let go of the buffer before, unless slices are kept.
                if number == min(1, len(planes) - 1):
                    coming = read_next()
                yield plane
            del planes, plane

    def _parts(self) -> Iterator[NDBoundingBox]:
        """What is read at once, in Mag(1): cut where whole chunks end, if buffers are as deep as these."""
        if self._region.is_empty():
            return
        axis = self._region.axes[self._axis]
        step = self._depth * self._region.factors_of(self._view.mag)[self._axis]
        begin, end = self._region.get_bounds(axis)
        for border in range(begin // step * step, end, step):
            start = max(begin, border)
            yield self._region.with_bounds(axis, start, min(border + step, end) - start)

    def _read(self, part: NDBoundingBox, buffers: Recycled) -> Voxels:
        begin = time.perf_counter()
        box, info = in_mag(part, self._view.mag), self._view.info
        voxels = buffers.array((info.num_channels, *box.size), info.voxel_type)
        self._view._handle().array.read(box, voxels)
        if self._use_logging:
            logging.info("read %s in %.3f s", part, time.perf_counter() - begin)
        return voxels
