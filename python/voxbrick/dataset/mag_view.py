"""MagView: a mag of a layer, which is a view of the whole layer and owns its array."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voxbrick._support import warn_deprecated
from voxbrick.dataset.view import View
from voxbrick.errors import BoundsError, NameNotFoundError, UnsupportedError
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import Vec3Int
from voxbrick.metadata.properties import MagViewProperties
from voxbrick.metadata.types import DataFormat
from voxbrick.operations.chunks import How
from voxbrick.operations.mags import merge
from voxbrick.operations.regions import Frame
from voxbrick.operations.rewrite import Rewriting, settle
from voxbrick.volume.layout import Layout, layout
from voxbrick.volume.mag_array import ArrayPlace, MagArray

if TYPE_CHECKING:
    from argparse import Namespace
    from concurrent.futures import Executor

    from voxbrick.dataset.layer import Layer


class MagView(View):
    """A mag of a layer. Its box is that of the layer, rounded outwards to whole voxels of the mag.

    Writing beyond it lets the box of the layer grow. Use `Layer.get_mag` and `Layer.add_mag`.
    """

    def __init__(self, layer: Layer, properties: MagViewProperties) -> None:
        self._layer = layer
        self._properties = properties
        self._aligned: tuple[NDBoundingBox, NDBoundingBox] | None = None
        self._set(MagArray(layer._place_of(properties)), None, properties.mag, layer.read_only)

    # -- what it is ------------------------------------------------------------------------------------

    @property
    def layer(self) -> Layer:
        """The layer whose mag this is."""
        return self._layer

    @property
    def path(self) -> Path:
        """The folder of the array."""
        return self._array.place.path

    @property
    def name(self) -> str:
        """As the folder is usually named: "1" or "2-2-1"."""
        return self._mag.to_layer_name()

    @property
    def bounding_box(self) -> NDBoundingBox:
        """The box of the layer in Mag(1), rounded outwards to multiples of the mag."""
        box = self._layer.bounding_box
        if self._aligned is None or self._aligned[0] is not box:
            self._aligned = (box, box.align_with_mag(self._mag, ceil=True))
        return self._aligned[1]

    def _frame(self) -> Frame:
        return Frame(self.bounding_box, self._mag, Vec3Int.zeros())

    def get_zarr_array(self) -> Any:
        """The array as the package ``zarr`` opens it, for reading.

        Raises:
            UnsupportedError: the array is no Zarr array.
        """
        if self.info.data_format is DataFormat.WKW:
            raise UnsupportedError(f"{self} is WKW, which the package zarr cannot read")
        return import_module("zarr").open_array(self.path, mode="r")

    def get_bounding_boxes_on_disk(self) -> Iterator[NDBoundingBox]:
        """The boxes of all shards that are stored, in Mag(1) and in order.

        They may leave the box of the layer.
        """
        for box in self._array.stored_boxes(self.bounding_box):
            yield box.from_mag_to_mag1(self._mag)

    # -- writing ---------------------------------------------------------------------------------------

    def _admit(self, region: NDBoundingBox, allow_resize: bool | None = None) -> None:
        if self.bounding_box.contains_bbox(region):
            return
        if allow_resize is False:
            raise BoundsError(f"{self._outside(region)}; allow_resize=True lets the layer grow")
        self._layer.dataset._file.create_if_missing()  # on which arrays are locked while they grow

    def _cover(self, region: NDBoundingBox) -> None:
        """Lets the box of the layer grow; only now, as it promises what is there."""
        if not self.bounding_box.contains_bbox(region):
            self._layer._extend(region)

    def merge_with_view(self, other: MagView, executor: Executor | None = None) -> None:
        """Writes all voxels of another mag that are not 0 over the voxels of this one.

        Args:
            other: a view of the same mag, with the same number of channels.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works in this process.

        Raises:
            ReadOnlyError: this mag is read-only.
            InvalidArgumentError: the other one is of another mag, or its voxels do not fit.
        """
        self._check_writable()
        merge(self, other, executor)

    # -- parts -----------------------------------------------------------------------------------------

    def get_views_on_disk(self, read_only: bool | None = None) -> Iterator[View]:
        """Yields views of all shards that are stored; those that are writable end where the layer does.

        Args:
            read_only: whether the views are; as this mag if None.

        Raises:
            ReadOnlyError: this mag is read-only, and the views should not be.
        """
        writable = not (self.read_only if read_only is None else read_only)
        for box in self.get_bounding_boxes_on_disk():
            part = box.intersected_with(self.bounding_box, dont_assert=True) if writable else box
            if not part.is_empty():
                yield self.get_view(absolute_bounding_box=part, read_only=read_only)

    # -- laid out anew ---------------------------------------------------------------------------------

    def compress(
        self,
        target_path: str | Path | None = None,
        args: Namespace | None = None,
        executor: Executor | None = None,
        *,
        progress_desc: str | None = None,
        memory: int | None = None,
        resume: bool = False,
    ) -> None:
        """Compresses the array in place, or into a layer of the same name in another dataset.

        All that is stored is kept. The old files are deleted only after the new ones are there.

        Args:
            target_path: the folder of the other dataset; None compresses in place.
            args: deprecated, use ``executor``.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works in this process.
            progress_desc: shows a progress bar with this text.
            memory: how many bytes voxels may take, in all workers together. By default each worker needs
                some 128 MiB, or four chunks if these are larger.
            resume: continues interrupted work: keeps its unfinished files if this call is interrupted or
                killed, and the next call with ``resume=True`` does only what is missing.

        Raises:
            AlreadyExistsError: another process lays the mag out anew, or the target exists.
            InvalidArgumentError: what was interrupted was other work, or the mag was written since; or there
                is too little memory.
            ReadOnlyError: the mag is read-only, and no ``target_path`` is given.
            StorageError: the mag was written meanwhile; it is left as it was.
        """
        if args is not None:
            warn_deprecated("args", "executor")
        rewriting = Rewriting(self, Layout(compress=True), How(executor, progress_desc), memory, resume)
        if target_path is not None:
            rewriting.elsewhere(Path(target_path) / self.layer.name / self.name)
            return
        self._check_writable()
        if self.info.compression_mode:
            settle(self)
        else:
            rewriting.in_place()

    def rechunk(
        self,
        chunk_shape: Any = None,
        shard_shape: Any = None,
        compress: bool | None = None,
        executor: Executor | None = None,
        *,
        progress_desc: str | None = None,
        memory: int | None = None,
        resume: bool = False,
    ) -> None:
        """Lays the array out anew, in place; what is None stays as it is.

        All that is stored is kept. The old files are deleted only after the new ones are there.

        Args:
            chunk_shape: the unit that is read and compressed, in voxels of the mag; a number stands for
                three of itself.
            shard_shape: what one file holds, in voxels of the mag; a multiple of the chunk.
            compress: whether chunks are compressed.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works in this process.
            progress_desc: shows a progress bar with this text.
            memory: how many bytes voxels may take, in all workers together. By default each worker needs
                some 128 MiB, or four chunks if these are larger.
            resume: continues interrupted work: keeps its unfinished files if this call is interrupted or
                killed, and the next call with ``resume=True`` does only what is missing.

        Raises:
            ReadOnlyError: the mag is read-only.
            AlreadyExistsError: another process lays the mag out anew.
            InvalidArgumentError: the data format has no such chunks or shards; what was interrupted was
                other work, or the mag was written since; or there is too little memory.
            StorageError: the mag was written meanwhile; it is left as it was.
        """
        self._check_writable()
        asked = layout(chunk_shape, shard_shape=shard_shape, compress=compress)
        Rewriting(self, asked, How(executor, progress_desc), memory, resume).in_place()

    def _moved_to(self, place: ArrayPlace) -> None:
        """Follows its layer to another folder."""
        if place != self._array.place:
            self._array.close()
            self._array = MagArray(place)

    # -- deprecated ------------------------------------------------------------------------------------

    @property
    def global_offset(self) -> Vec3Int:
        """Deprecated: it is always (0, 0, 0)."""
        warn_deprecated("global_offset", "bounding_box.in_mag(mag).topleft")
        return Vec3Int.zeros()

    @property
    def size(self) -> Vec3Int:
        """Deprecated: the end of the box in the view's mag."""
        warn_deprecated("size", "bounding_box.in_mag(mag).bottomright")
        return self.bounding_box.in_mag(self._mag).bottomright_xyz

    # -- as a value ------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        try:
            return super().__repr__()
        except NameNotFoundError:  # its layer was deleted
            return f"MagView({str(self.path)!r}, deleted)"

    def __work_identity__(self) -> tuple[Any, ...]:
        """What a checkpoint knows it by; its box may grow while the work goes on."""
        return (self.path.resolve(),)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._layer, self._mag)


def _restored(layer: Layer, mag: Mag) -> MagView:
    return layer.get_mag(mag)
