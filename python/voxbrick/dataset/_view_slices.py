"""What a view offers to write and read it slice by slice."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from voxbrick._support import warn_deprecated
from voxbrick.dataset._utils.buffered_slice_reader import BufferedSliceReader
from voxbrick.dataset._utils.buffered_slice_writer import BufferedSliceWriter
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import Vec3IntLike

if TYPE_CHECKING:
    from voxbrick.dataset.view import View


class SliceMethods:
    """The part of `View` that takes and gives slices."""

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
            buffer_size: how many slices are written at once.
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
            cast("View", self),
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
            size: deprecated, see ``offset``.
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
            cast("View", self),
            offset,
            size,
            buffer_size,
            dimension,
            relative_bounding_box=relative_bounding_box,
            absolute_bounding_box=absolute_bounding_box,
            use_logging=use_logging,
        )
