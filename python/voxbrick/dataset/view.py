"""View: a box of a mag that can be read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from voxbrick._support import warn_deprecated
from voxbrick.dataset._utils.buffered_slice_reader import BufferedSliceReader
from voxbrick.dataset._utils.buffered_slice_writer import BufferedSliceWriter
from voxbrick.dataset._utils.wkw_header import WkwHeader
from voxbrick.errors import BoundsError, ConflictingArgumentsError, InvalidArgumentError, ReadOnlyError
from voxbrick.geometry.bounding_box import BoundingBox
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import Vec3Int, Vec3IntLike
from voxbrick.geometry.vec_int import to_int
from voxbrick.metadata.types import DataFormat
from voxbrick.operations.chunks import Chunks, How, for_each, grid_of, map_all, zipped_grids
from voxbrick.operations.compare import difference_of, is_comparable
from voxbrick.operations.handles import ViewHandle, handle_of
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
from voxbrick.volume.layout import Shape
from voxbrick.volume.mag_array import ArrayInfo, ArrayPlace, MagArray, Voxels
from voxbrick.work.fan_out import OnError

if TYPE_CHECKING:
    from argparse import Namespace
    from concurrent.futures import Executor
    from types import TracebackType

    from numpy.typing import ArrayLike
    from typing_extensions import Self

_Result = TypeVar("_Result")


class View:
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

    def _handle(self) -> ViewHandle:
        """What operations on this view work with."""
        return ViewHandle(self._array, self.bounding_box, self._mag, self._read_only, View._of)

    @staticmethod
    def _of(handle: ViewHandle) -> View:
        view = object.__new__(View)
        view._set(handle.array, handle.bounding_box, handle.mag, handle.read_only)
        return view

    # -- what it is ------------------------------------------------------------------------------------

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

    # -- reading ---------------------------------------------------------------------------------------

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

    # -- writing ---------------------------------------------------------------------------------------

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

    # -- parts -----------------------------------------------------------------------------------------

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

    # -- chunks ----------------------------------------------------------------------------------------

    def chunk(
        self,
        chunk_shape: Shape,
        chunk_border_alignments: Shape | None = None,
        read_only: bool | None = None,
    ) -> Iterator[View]:
        """Yields views of the chunks of this view, clipped at its border.

        Args:
            chunk_shape: in Mag(1); a number stands for three of itself.
            chunk_border_alignments: chunks are cut at multiples of this shape, in Mag(1), counted from the
                origin of the dataset; from the topleft of the view if None.
            read_only: whether the chunks are; as this view if None.

        Raises:
            InvalidArgumentError: a shape is not positive.
            MisalignedError: the chunks of a writable view are not aligned with its mag.
            ReadOnlyError: this view is read-only, and the chunks should not be.
        """
        for box in self.bounding_box.chunk(_full(chunk_shape), _full(chunk_border_alignments)):
            yield self.get_view(absolute_bounding_box=box, read_only=read_only)

    def for_each_chunk(
        self,
        func_per_chunk: Callable[[tuple[View, int]], Any],
        chunk_shape: Shape | None = None,
        executor: Any = None,
        progress_desc: str | None = None,
        *,
        chunk_size: Shape | None = None,
        on_error: OnError = "cancel",
        checkpoint: str | Path | None = None,
    ) -> None:
        """Calls ``func_per_chunk((view, i))`` for each chunk, where i counts from 0.

        Chunks lie at whole multiples of their shape, counted from the origin of the dataset, and are clipped
        at the border of the view. The calls have to be independent of each other. Further parameters can be
        bound with `named_partial`::

            mag1.for_each_chunk(named_partial(some_work, some_parameter=42))

        A function that works on chunks itself may use the same threads, but not the same processes: what it
        hands to the threads is done by its own thread.

        Args:
            func_per_chunk: what is returned is dropped.
            chunk_shape: in Mag(1); by default what one file holds. Chunks of a view that can be written
                consist of whole files, so that no two workers write to the same one.
            executor: runs the chunks: an executor of ``concurrent.futures`` or ``cluster_tools``, or a
                client of Dask (`voxbrick.get_executor` makes one). None works in this process, one chunk
                after the other.
            progress_desc: shows a progress bar with this text.
            chunk_size: deprecated, use ``chunk_shape``.
            on_error: ``"cancel"`` leaves out chunks that have not begun when a chunk fails (each worker of a
                pool of processes may still begin one more); ``"finish"`` works on the others before the
                error is raised. Either way nothing goes on afterwards, and the error says in which chunk it
                was raised. Jobs on a cluster (Slurm) are cancelled even if they have begun, and their
                executor is shut down.
            checkpoint: a folder of its own that remembers which chunks are done; they are left out when the
                same work is started again: the same function with the same parameters, on the same array.
                After a power cut, which may undo what was just written, begin with a new folder.

        Raises:
            MisalignedError: the shape is not made of whole files, or whole chunks if read-only.
            InvalidArgumentError: the shape is not positive, the function cannot be sent to another process,
                or the checkpoint is of other work or no checkpoint.
        """
        shape = _either(chunk_shape, chunk_size, "chunk_shape", "chunk_size")
        chunks = self._chunks(shape)
        for_each(func_per_chunk, (chunks,), How(executor, progress_desc, on_error, checkpoint))

    def map_chunk(
        self,
        func_per_chunk: Callable[[View], _Result],
        chunk_shape: Shape | None = None,
        executor: Any = None,
        progress_desc: str | None = None,
        *,
        on_error: OnError = "cancel",
    ) -> list[_Result]:
        """Returns the results of ``func_per_chunk(view)`` for each chunk, in the order of the chunks.

        Chunks lie at whole multiples of their shape, counted from the origin of the dataset, and are clipped
        at the border of the view. The calls have to be independent of each other.

        A function that works on chunks itself may use the same threads, but not the same processes: what it
        hands to the threads is done by its own thread.

        Args:
            func_per_chunk: its results are returned; those of other processes have to be picklable.
            chunk_shape: in Mag(1); by default what one file holds. Chunks of a view that can be written
                consist of whole files, so that no two workers write to the same one.
            executor: runs the chunks: an executor of ``concurrent.futures`` or ``cluster_tools``, or a
                client of Dask (`voxbrick.get_executor` makes one). None works in this process, one chunk
                after the other.
            progress_desc: shows a progress bar with this text.
            on_error: ``"cancel"`` leaves out chunks that have not begun when a chunk fails (each worker of a
                pool of processes may still begin one more); ``"finish"`` works on the others before the
                error is raised. Either way nothing goes on afterwards, and the error says in which chunk it
                was raised. Jobs on a cluster (Slurm) are cancelled even if they have begun, and their
                executor is shut down.

        Raises:
            MisalignedError: the shape is not made of whole files, or whole chunks if read-only.
            InvalidArgumentError: the shape is not positive, or the function cannot be sent to another
                process.
        """
        return map_all(func_per_chunk, self._chunks(chunk_shape), How(executor, progress_desc, on_error))

    def for_zipped_chunks(
        self,
        func_per_chunk: Callable[[tuple[View, View, int]], Any],
        target_view: View,
        source_chunk_shape: Shape | None = None,
        target_chunk_shape: Shape | None = None,
        executor: Any = None,
        progress_desc: str | None = None,
        *,
        source_chunk_size: Shape | None = None,
        target_chunk_size: Shape | None = None,
        on_error: OnError = "cancel",
        checkpoint: str | Path | None = None,
    ) -> None:
        """Calls ``func_per_chunk((source, target, i))`` for the i-th chunks of this view and another.

        Both are cut at once, in the ratio of their sizes, so that chunks correspond one to one. Chunks of
        this view are read-only. The calls have to be independent of each other.

        A function that works on chunks itself may use the same threads, but not the same processes: what it
        hands to the threads is done by its own thread.

        Args:
            func_per_chunk: what is returned is dropped.
            target_view: the other view.
            source_chunk_shape: in Mag(1); by default, for both, the larger one of both files.
            target_chunk_shape: in Mag(1), made of whole files of the target unless it is read-only.
            executor: runs the chunks: an executor of ``concurrent.futures`` or ``cluster_tools``, or a
                client of Dask (`voxbrick.get_executor` makes one). None works in this process, one chunk
                after the other.
            progress_desc: shows a progress bar with this text.
            source_chunk_size: deprecated, use ``source_chunk_shape``.
            target_chunk_size: deprecated, use ``target_chunk_shape``.
            on_error: ``"cancel"`` leaves out chunks that have not begun when a chunk fails (each worker of a
                pool of processes may still begin one more); ``"finish"`` works on the others before the
                error is raised. Either way nothing goes on afterwards, and the error says in which chunk it
                was raised. Jobs on a cluster (Slurm) are cancelled even if they have begun, and their
                executor is shut down.
            checkpoint: a folder of its own that remembers which chunks are done; they are left out when the
                same work is started again: the same function with the same parameters, on the same array.
                After a power cut, which may undo what was just written, begin with a new folder.

        Raises:
            MisalignedError: a shape is not made of whole files, the views are not in the ratio of the
                shapes, or lie so that their chunks do not correspond.
            InvalidArgumentError: only one shape is given, or one that is not positive; the function cannot
                be sent to another process; or the checkpoint is of other work or no checkpoint.
        """
        source = _either(source_chunk_shape, source_chunk_size, "source_chunk_shape", "source_chunk_size")
        target = _either(target_chunk_shape, target_chunk_size, "target_chunk_shape", "target_chunk_size")
        handles = self._handle(), handle_of("target_view", target_view)
        grids = zipped_grids(*handles, source, target)
        chunks = Chunks.of(handles[0], grids[0], read_only=True), Chunks.of(handles[1], grids[1])
        for_each(func_per_chunk, chunks, How(executor, progress_desc, on_error, checkpoint))

    def _chunks(self, chunk_shape: Shape | None) -> Chunks:
        handle = self._handle()
        return Chunks.of(handle, grid_of(handle, chunk_shape))

    # -- slices ----------------------------------------------------------------------------------------

    def get_buffered_slice_writer(
        self,
        offset: Vec3IntLike | None = None,
        buffer_size: int = 32,
        dimension: int | str = 2,
        json_update_allowed: bool = True,
        *,
        relative_offset: Vec3IntLike | None = None,
        absolute_offset: Vec3IntLike | None = None,
        relative_bounding_box: NDBoundingBox | None = None,
        absolute_bounding_box: NDBoundingBox | None = None,
        use_logging: bool = False,
    ) -> BufferedSliceWriter:
        """A writer that takes slices and writes them as soon as its buffer is full.

        Example::

            with view.get_buffered_slice_writer() as writer:
                for data_slice in data_cube:
                    writer.send(data_slice)

        Leaving the ``with`` statement writes what is left. The first slice lies at the topleft of
        the view, at an offset, or at the topleft of a box, whose size does not matter. Buffers
        that are as deep as chunks, or a multiple of that, are written fastest.

        Args:
            offset: deprecated, in the view's mag: relative for views, absolute for a `MagView`.
            buffer_size: how many slices are held in memory and written at once.
            dimension: the axis along which slices follow each other, ``"x"``, ``"y"``, ``"z"``, or
                0, 1, 2; or the name of another axis of the layer.
            json_update_allowed: whether a `MagView` may let the bounding box of the layer grow.
            relative_offset: in Mag(1).
            absolute_offset: in Mag(1).
            relative_bounding_box: in Mag(1).
            absolute_bounding_box: in Mag(1).
            use_logging: logs each buffer that is written.

        Raises:
            ReadOnlyError: the view is read-only.
            InvalidArgumentError: several places at once, no such dimension, or no buffer.
            MisalignedError: the place is not aligned with the mag.
        """
        if offset is not None:
            warn_deprecated("offset", "relative_offset or absolute_offset")
        return BufferedSliceWriter(
            self,
            offset,
            json_update_allowed,
            buffer_size,
            dimension,
            relative_offset=relative_offset,
            absolute_offset=absolute_offset,
            relative_bounding_box=relative_bounding_box,
            absolute_bounding_box=absolute_bounding_box,
            use_logging=use_logging,
        )

    def get_buffered_slice_reader(
        self,
        offset: Vec3IntLike | None = None,
        size: Vec3IntLike | None = None,
        buffer_size: int = 32,
        dimension: int | str = 2,
        *,
        relative_bounding_box: NDBoundingBox | None = None,
        absolute_bounding_box: NDBoundingBox | None = None,
        use_logging: bool = False,
    ) -> BufferedSliceReader:
        """A reader that yields slices, of which it reads many at once.

        Example::

            with view.get_buffered_slice_reader() as reader:
                for slice_data in reader:
                    ...

        Slices have the shape ``(channels, a, b)``, with the axes that are left in their order. They
        may be kept, but keep the whole buffer in memory then; copy those that are kept for long.

        Args:
            offset: deprecated, with a size in the view's mag: relative for views, absolute for a
                `MagView`.
            size: deprecated, with an offset, in the view's mag.
            buffer_size: how many slices are read at once; twice as many are in memory.
            dimension: the axis along which slices follow each other, ``"x"``, ``"y"``, ``"z"``, or
                0, 1, 2; or the name of another axis of the layer.
            relative_bounding_box: in Mag(1).
            absolute_bounding_box: in Mag(1).
            use_logging: logs each buffer that is read.

        Raises:
            InvalidArgumentError: several regions at once, no such dimension, or no buffer.
            MisalignedError: the region is not aligned with the mag.
        """
        if offset is not None:
            warn_deprecated("offset and size", "relative_bounding_box or absolute_bounding_box")
        return BufferedSliceReader(
            self,
            offset,
            size,
            buffer_size,
            dimension,
            relative_bounding_box=relative_bounding_box,
            absolute_bounding_box=absolute_bounding_box,
            use_logging=use_logging,
        )

    # -- comparing -------------------------------------------------------------------------------------

    def content_is_equal(
        self, other: View, args: Namespace | None = None, executor: Executor | None = None
    ) -> bool:
        """Whether both views have the same size and the same voxels, wherever they lie.

        Data formats, dtypes and positions do not matter, values and channels do; NaN equals NaN. Ends at the
        first difference: what has not begun by then is left out. On a cluster (Slurm) such jobs end as soon
        as they begin, and the executor can still be used.

        Args:
            other: the other view.
            args: deprecated, use ``executor``.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works in this process.

        Raises:
            InvalidArgumentError: ``other`` is no view.
            CorruptDataError: what is stored is damaged.
        """
        if args is not None:
            warn_deprecated("args", "executor")
        handles = self._handle(), handle_of("other", other)
        return is_comparable(*handles) and difference_of(*handles, executor) is None

    def find_difference(
        self,
        other: View,
        executor: Executor | None = None,
        *,
        progress_desc: str | None = None,
        memory: int | None = None,
    ) -> NDBoundingBox | None:
        """A voxel, in Mag(1), at which another view of the same size differs; None if their content is equal.

        Args:
            other: the other view.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works in this process.
            progress_desc: shows a progress bar with this text.
            memory: how many bytes voxels may take, in all workers together; by default each thread
                needs two or four chunks.

        Raises:
            InvalidArgumentError: the views differ in size, mag or channels; or there is too little
                memory for a chunk.
        """
        handles = self._handle(), handle_of("other", other)
        if not is_comparable(*handles):
            raise InvalidArgumentError(f"{self} and {other} differ in size, mag or channels")
        return difference_of(*handles, executor, progress_desc, memory)

    # -- deprecated ------------------------------------------------------------------------------------

    @property
    def header(self) -> WkwHeader:
        """Deprecated: use `info`.

        Raises:
            InvalidArgumentError: the array is not WKW.
        """
        warn_deprecated("header", "info")
        if self.info.data_format is not DataFormat.WKW:
            raise InvalidArgumentError(
                f"{self} is {self.info.data_format}, and only WKW has a header; use info"
            )
        return WkwHeader.of(self._array.stored_info().metadata)

    @property
    def global_offset(self) -> Vec3Int:
        """Deprecated: use ``view.bounding_box.in_mag(view.mag).topleft``."""
        warn_deprecated("view.global_offset", "view.bounding_box.in_mag(view.mag).topleft")
        return self.bounding_box.in_mag(self.mag).topleft_xyz

    @property
    def size(self) -> Vec3Int:
        """Deprecated: use ``view.bounding_box.in_mag(view.mag).size``."""
        warn_deprecated("view.size", "view.bounding_box.in_mag(view.mag).size")
        return self.bounding_box.in_mag(self.mag).size_xyz

    def read_bbox(self, bounding_box: BoundingBox | None = None) -> Voxels:
        """Deprecated: use `read` with a box in Mag(1). This one is in the view's mag.

        Its topleft is relative for views, absolute for a `MagView`. The result has the shape
        ``(channels, x, y, z)`` and is in Fortran order.

        Raises:
            BoundsError: the box is empty, or begins before the origin.
            CorruptDataError: what is stored is damaged.
        """
        warn_deprecated("read_bbox()", "read() with relative_bounding_box or absolute_bounding_box")
        if bounding_box is None:
            return self.read()
        region = self._frame().region(Where(offset=bounding_box.topleft), bounding_box.size)
        return self._array.read(in_mag(region, self.mag))

    def __enter__(self) -> Self:
        """Deprecated: there is nothing to be closed."""
        warn_deprecated("with view:", "the view itself")
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    # -- as a value ------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._array.place.path)!r}, {self.bounding_box})"

    def __work_identity__(self) -> tuple[Any, ...]:
        """What a checkpoint knows it by."""
        return self._array.place.path.resolve(), self.bounding_box, self.mag


def _full(shape: Shape | None) -> Any:
    return shape if shape is None or isinstance(shape, Iterable) else (to_int(shape),) * 3


def _either(shape: Shape | None, size: Shape | None, name: str, old_name: str) -> Shape | None:
    if size is None:
        return shape
    if shape is not None:
        raise ConflictingArgumentsError(f"{old_name} is the old name of {name}; give only {name}")
    warn_deprecated(old_name, name)
    return size
