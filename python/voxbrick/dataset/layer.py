"""Layer: a volume in one or several mags. SegmentationLayer: one whose voxels are segment ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import attr
import numpy as np

from voxbrick._support import warn_deprecated
from voxbrick.dataset.mag_view import MagView
from voxbrick.errors import InvalidArgumentError, NameNotFoundError, NameTakenError, UnsupportedError
from voxbrick.files.folders import belongs_to
from voxbrick.files.staging import put_back
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.sampling import SamplingModes
from voxbrick.metadata.changes import Document
from voxbrick.metadata.properties import LayerProperties, MagViewProperties
from voxbrick.metadata.types import DataFormat, LayerCategoryType, dtype_per_channel_of, dtype_per_layer_of
from voxbrick.metadata.view_configuration import LayerViewConfiguration
from voxbrick.operations import mags, resampling
from voxbrick.operations.chunks import How
from voxbrick.operations.layers import check_box, checked_segment_id
from voxbrick.operations.mags import largest_segment_id_of
from voxbrick.operations.resampling import Making, Scheme
from voxbrick.volume.layout import Shape, layout
from voxbrick.volume.mag_array import ArrayPlace

if TYPE_CHECKING:
    from argparse import Namespace

    from voxbrick.dataset.dataset import Dataset

Align: TypeAlias = "bool | Dataset"


class Layer:
    """A volume in one or several mags, all with the same type of voxels and the same box.

    Made by `Dataset.add_layer`, found by `Dataset.get_layer`. Every change is saved at once.
    """

    def __init__(self, dataset: Dataset, name: str) -> None:
        self._dataset = dataset
        self._name = name
        self._known: LayerProperties | None = None
        self._mag_views: dict[Mag, MagView] = {}

    # -- what it is ------------------------------------------------------------------------------------

    @property
    def _properties(self) -> LayerProperties:
        return self._dataset._layer_properties(self._name)

    @property
    def dataset(self) -> Dataset:
        """The dataset to which the layer belongs."""
        return self._dataset

    @property
    def path(self) -> Path:
        """The folder of the layer."""
        return self._dataset.path / self._name

    @property
    def read_only(self) -> bool:
        """Whether the dataset was opened for reading only."""
        return self._dataset.read_only

    @property
    def name(self) -> str:
        """Setting it renames the folder as well; views of the layer's mags have to be made anew.

        Raises:
            InvalidArgumentError: no layer can have such a name.
            AlreadyExistsError: there is a layer or a folder of that name.
        """
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._dataset._rename_layer(self, name)

    @property
    def category(self) -> LayerCategoryType:
        """``"color"`` or ``"segmentation"``."""
        return self._properties.category

    @property
    def data_format(self) -> DataFormat:
        """How the arrays of the layer are stored.

        Raises:
            UnsupportedError: the layer is of a format that voxbrick cannot read.
        """
        data_format = self._properties.data_format
        if not isinstance(data_format, DataFormat):
            raise UnsupportedError(f"{self} is stored as {data_format!r}, which is not supported")
        return data_format

    @property
    def num_channels(self) -> int:
        """As the properties say, or else the array of the finest mag."""
        return self._properties.num_channels or self.get_finest_mag().info.num_channels

    @property
    def dtype_per_channel(self) -> np.dtype[Any]:
        """The type of one channel of a voxel."""
        return dtype_per_channel_of(self._properties.element_class, self.num_channels)

    @property
    def dtype_per_layer(self) -> str:
        """The type over all channels, "uint24" for three of uint8."""
        return dtype_per_layer_of(self.dtype_per_channel, self.num_channels)

    @property
    def default_view_configuration(self) -> LayerViewConfiguration | None:
        """How the layer is first shown."""
        return self._properties.default_view_configuration

    @default_view_configuration.setter
    def default_view_configuration(self, view: LayerViewConfiguration) -> None:
        self._change(lambda document: document.set_layer_view_configuration(self._name, view))

    def _change(self, change: Callable[[Document], None]) -> None:
        self._dataset._change(change)

    # -- its box ---------------------------------------------------------------------------------------

    @property
    def bounding_box(self) -> NDBoundingBox:
        """Where the layer has data, in Mag(1).

        Setting it makes room in the arrays of all mags, but neither moves nor deletes data.
        """
        return self._properties.bounding_box

    @bounding_box.setter
    def bounding_box(self, box: NDBoundingBox) -> None:
        check_box(box)
        if box.axes != self.bounding_box.axes:
            raise InvalidArgumentError(f"{self} has the axes {self.bounding_box.axes}, got {box}")
        self._set_box(lambda _: box)

    def _extend(self, region: NDBoundingBox) -> None:
        """Lets the box grow to contain a region, whatever others made of it in the meantime."""
        self._set_box(lambda box: box.extended_by(region))

    def _set_box(self, new_box: Callable[[NDBoundingBox], NDBoundingBox]) -> None:
        def change(document: Document) -> None:
            box = new_box(document.layer_properties(self._name).bounding_box)
            for mag in document.layer_properties(self._name).mags:
                mags.make_room(self._place_of(mag), mag.mag, box)
            document.set_bounding_box(self._name, box)

        self._change(change)

    # -- its mags --------------------------------------------------------------------------------------

    @property
    def mags(self) -> dict[Mag, MagView]:
        """The mags in the order in which they were added."""
        return dict(self._synchronized())

    def get_mag(self, mag: Any) -> MagView:
        """The view of a mag.

        Raises:
            NameNotFoundError: the layer has no such mag; the message lists those it has.
            NotFoundError: an interrupted `MagView.compress` has to be cleared up, and the dataset
                was opened for reading only.
        """
        views = self._synchronized()
        if self.data_format and Mag(mag) in views:
            put_back(views[Mag(mag)].path, self.read_only)  # where that may not be done, this says so
            return views[Mag(mag)]
        names = [str(known) for known in views]
        raise NameNotFoundError(f"{self} has no mag {Mag(mag)}, its mags are {names}")

    def get_finest_mag(self) -> MagView:
        """The mag with the smallest factors.

        Raises:
            NameNotFoundError: the layer has no mags.
        """
        views = self._synchronized()
        if not views:
            raise NameNotFoundError(f"{self} has no mags")
        return views[min(views)]

    def _synchronized(self) -> dict[Mag, MagView]:
        """The views of all mags that the properties list; those that are known stay the same."""
        properties = self._properties
        if properties is not self._known:
            known = self._mag_views
            self._mag_views = {mag.mag: known.get(mag.mag) or MagView(self, mag) for mag in properties.mags}
            for mag in properties.mags:
                self._mag_views[mag.mag]._moved_to(self._place_of(mag))
                if not self.read_only:
                    put_back(self._mag_views[mag.mag].path, read_only=False)
            self._known = properties
        return self._mag_views

    def _follow(self) -> None:
        """After the folder was moved: views of the mags go with it, views of these views fail."""
        self._synchronized()

    def _place_of(self, mag: MagViewProperties) -> ArrayPlace:
        """Where the array of a mag is, and what the properties say about it."""
        properties = self._properties
        order = mag.axis_order
        channels = properties.num_channels
        path = mag.folder(self._dataset.path, self._name)
        # Elsewhere there may be channels of other layers, too; some name but those after the first.
        first = None if belongs_to(path, self.path) else 0
        return ArrayPlace(
            path=path,
            axes=tuple(sorted(order, key=order.__getitem__)) if order else None,
            channel_index=first if mag.channel_index is None else mag.channel_index,
            num_channels=channels,
            dtype=dtype_per_channel_of(properties.element_class, channels).name if channels else None,
            data_format=properties.data_format,
            lock_path=self._dataset._file.path.resolve(),
        )

    # -- adding and deleting mags ----------------------------------------------------------------------

    def add_mag(
        self,
        mag: Any,
        chunk_shape: Shape | None = None,
        chunks_per_shard: Shape | None = None,
        compress: bool = False,
        *,
        shard_shape: Shape | None = None,
        chunk_size: Shape | None = None,
        block_len: int | None = None,
        file_len: int | None = None,
    ) -> MagView:
        """Adds an empty mag.

        Args:
            mag: in any form that `Mag` takes.
            chunk_shape: the unit that is read and compressed, in voxels of the mag; (32, 32, 32)
                by default. A number stands for three of itself.
            chunks_per_shard: how many chunks a file holds along each axis; (32, 32, 32) by
                default, (1, 1, 1) for Zarr version 2.
            compress: whether chunks are compressed.
            shard_shape: the same as ``chunk_shape * chunks_per_shard``, instead of the latter.
            chunk_size: deprecated, use ``chunk_shape``.
            block_len: deprecated, use ``chunk_shape``.
            file_len: deprecated, use ``chunks_per_shard``.

        Raises:
            NameTakenError: the layer has that mag.
            InvalidArgumentError: the data format has no such chunks or shards.
        """
        asked = layout(
            chunk_shape,
            chunks_per_shard,
            shard_shape,
            compress,
            chunk_size=chunk_size,
            block_len=block_len,
            file_len=file_len,
        )
        mags.add(self, Mag(mag), asked)
        return self.get_mag(mag)

    def get_or_add_mag(
        self,
        mag: Any,
        chunk_shape: Shape | None = None,
        chunks_per_shard: Shape | None = None,
        compress: bool | None = None,
        *,
        shard_shape: Shape | None = None,
        chunk_size: Shape | None = None,
        block_len: int | None = None,
        file_len: int | None = None,
    ) -> MagView:
        """Returns the mag if the layer has it, laid out as it is asked for; else adds it, empty.

        Args:
            mag: in any form that `Mag` takes.
            chunk_shape: the unit that is read and compressed, in voxels of the mag; (32, 32, 32) by default,
                and of a mag that is there any. A number stands for three of itself.
            chunks_per_shard: how many chunks a file holds along each axis; (32, 32, 32) by default, (1, 1,
                1) for Zarr version 2, and of a mag that is there any.
            compress: whether chunks are compressed; False by default, and of a mag that is there either.
            shard_shape: ``chunk_shape * chunks_per_shard``, in voxels of the mag; replaces
                ``chunks_per_shard``.
            chunk_size: deprecated, use ``chunk_shape``.
            block_len: deprecated, use ``chunk_shape``.
            file_len: deprecated, use ``chunks_per_shard``.

        Raises:
            InvalidArgumentError: the mag is there and laid out differently, or the data format has no such
                chunks or shards.
            ReadOnlyError: the mag is missing, and the dataset was opened for reading only.
        """
        asked = layout(
            chunk_shape,
            chunks_per_shard,
            shard_shape,
            compress,
            chunk_size=chunk_size,
            block_len=block_len,
            file_len=file_len,
        )
        if Mag(mag) not in self.mags:
            try:
                mags.add(self, Mag(mag), attr.evolve(asked, compress=bool(compress)))
                return self.get_mag(mag)
            except NameTakenError:
                self.dataset._read_again()  # others added it since
        mags.check_layout(self.get_mag(mag), asked)
        return self.get_mag(mag)

    def add_mag_for_existing_files(self, mag: Any) -> MagView:
        """Adds a mag whose array is there already, in the folder of that name.

        The box of the layer grows to contain what is stored.

        Args:
            mag: in any form that `Mag` takes.

        Raises:
            NameTakenError: the layer has that mag already.
            NotFoundError: there is no array in the folder.
            InvalidArgumentError: the array has another voxel type, number of channels or data format than
                the layer.
        """
        mags.adopt(self, Mag(mag))
        return self.get_mag(mag)

    def add_copy_mag(
        self,
        foreign_mag_view_or_path: MagView | str | Path,
        extend_layer_bounding_box: bool = True,
        chunk_shape: Shape | None = None,
        chunks_per_shard: Shape | None = None,
        compress: bool | None = None,
        executor: Executor | None = None,
        *,
        shard_shape: Shape | None = None,
    ) -> MagView:
        """Adds a mag with the voxels of another layer's mag; its layout can be another one.

        Args:
            foreign_mag_view_or_path: a mag of another layer, or the path of its folder.
            extend_layer_bounding_box: whether the box of this layer grows to contain the other layer's box.
            chunk_shape: the unit that is read and compressed, in voxels of the mag; by default that of the
                other mag. A number stands for three of itself.
            chunks_per_shard: how many chunks a file holds along each axis; by default as the other mag.
            compress: whether chunks are compressed; by default as the other mag.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works in this process.
            shard_shape: ``chunk_shape * chunks_per_shard``, in voxels of the mag; replaces
                ``chunks_per_shard``.

        Raises:
            NameTakenError: the layer has that mag already.
            InvalidArgumentError: the voxel type or the number of channels is another one.
            NotFoundError: there is no such mag at the path.
        """
        foreign = _foreign_mag(self, foreign_mag_view_or_path)
        asked = layout(chunk_shape, chunks_per_shard, shard_shape, compress)
        mags.copy(self, foreign, asked, extend_layer_bounding_box, executor)
        return self.get_mag(foreign.mag)

    def add_symlink_mag(
        self,
        foreign_mag_view_or_path: MagView | str | Path,
        make_relative: bool = False,
        extend_layer_bounding_box: bool = True,
    ) -> MagView:
        """Adds a symbolic link to the folder of another layer's mag.

        Args:
            foreign_mag_view_or_path: a mag of another layer, or the path of its folder.
            make_relative: whether the link is a path relative to this layer rather than an absolute one.
            extend_layer_bounding_box: whether the box of this layer grows to contain the other layer's box.

        Raises:
            NameTakenError: the layer has that mag already.
            InvalidArgumentError: the voxel type or the number of channels is another one.
            NotFoundError: there is no such mag at the path.
        """
        foreign = _foreign_mag(self, foreign_mag_view_or_path)
        mags.link(self, foreign, make_relative, extend_layer_bounding_box)
        return self.get_mag(foreign.mag)

    def add_fs_copy_mag(
        self,
        foreign_mag_view_or_path: MagView | str | Path,
        extend_layer_bounding_box: bool = True,
    ) -> MagView:
        """Adds a copy of the files of another layer's mag.

        Args:
            foreign_mag_view_or_path: a mag of another layer, or the path of its folder.
            extend_layer_bounding_box: whether the box of this layer grows to contain the other layer's box.

        Raises:
            NameTakenError: the layer has that mag already.
            InvalidArgumentError: the voxel type or the number of channels is another one.
            NotFoundError: there is no such mag at the path.
        """
        foreign = _foreign_mag(self, foreign_mag_view_or_path)
        mags.copy_files(self, foreign, extend_layer_bounding_box)
        return self.get_mag(foreign.mag)

    def delete_mag(self, mag: Any) -> None:
        """Removes a mag and its files; of a link only the link.

        Raises:
            NameNotFoundError: the layer has no such mag.
        """
        mags.delete(self, self.get_mag(mag))

    # -- resampling and compressing --------------------------------------------------------------------

    def downsample(
        self,
        from_mag: Any = None,
        coarsest_mag: Any = None,
        interpolation_mode: str = "default",
        compress: bool = True,
        sampling_mode: str | SamplingModes = SamplingModes.ANISOTROPIC,
        align_with_other_layers: Align = True,
        buffer_shape: Shape | None = None,
        force_sampling_scheme: bool = False,
        args: Namespace | None = None,
        allow_overwrite: bool = False,
        only_setup_mags: bool = False,
        executor: Any = None,
        *,
        chunk_shape: Shape | None = None,
        shard_shape: Shape | None = None,
        progress_desc: str | None = None,
        memory: int | None = None,
        resume: bool = False,
    ) -> None:
        """Adds the coarser mags of a pyramid, each made of the one before.

        A mag appears when it is complete, and replaces an old one as a whole, whenever the work is killed. A
        voxel is made of the voxels that lie in it and in the box of the layer; neither the executor nor the
        shape of chunks changes the result. New mags are laid out like the mag they are made of.

        Args:
            from_mag: where to begin; the coarsest mag by default.
            coarsest_mag: where to end; by default where slices are about 100 voxels wide, at least 4.
            interpolation_mode: ``"median"``, ``"mode"``, ``"nearest"``, ``"bilinear"``, ``"max"`` or
                ``"min"``; ``"default"`` is the median for colors and the mode (the most frequent id) for
                segmentations.
            compress: whether new mags are compressed.
            sampling_mode: ``"anisotropic"`` halves the axes that bring the extents of a voxel closest to
                each other, ``"isotropic"`` halves all axes, ``"constant_z"`` x and y only.
            align_with_other_layers: True uses the mags of the dataset's other layers where they are as
                coarse; a dataset uses the mags of its layers; False uses neither.
            buffer_shape: has no effect; kept for older scripts.
            force_sampling_scheme: adds mags also where the layer has another one that is as coarse.
            args: deprecated, use ``executor``.
            allow_overwrite: computes mags anew that are there; they keep their layout.
            only_setup_mags: adds empty mags.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works in this process.
            chunk_shape: of new mags, in voxels of the new mag; by default that of the mag they are made of.
            shard_shape: what one file of new mags holds, in voxels of the new mag; by default that of the
                mag they are made of.
            progress_desc: shows a progress bar with this text.
            memory: how many bytes voxels may take, in all workers together. By default 512 MB for each
                worker.
            resume: continues interrupted work: leaves mags alone that are complete (unless they are to be
                overwritten), and does only what is missing of the others. If this call is interrupted or
                killed, what is done is kept for the next call.

        Raises:
            InvalidArgumentError: a mode is unknown, there is no mag to begin with, or too little memory.
            NameTakenError: a mag is there already.
            SamplingSchemeError: there is another mag that is as coarse.
        """
        _warn_of(args)
        if not self.mags:
            raise InvalidArgumentError(f"{self} has no mag that could be downsampled")
        begin = max(self.mags) if from_mag is None else Mag(from_mag)
        end = None if coarsest_mag is None else Mag(coarsest_mag)
        scheme = Scheme(SamplingModes.parse(sampling_mode), align_with_other_layers, force_sampling_scheme)
        mags = resampling.mags_of(self, begin, end, scheme)
        asked = layout(chunk_shape, None, shard_shape, compress)
        making = Making(asked, How(executor, progress_desc), allow_overwrite, only_setup_mags, resume, memory)
        resampling.downsample(self, begin, mags, interpolation_mode, making)

    def downsample_mag(
        self,
        from_mag: Any,
        target_mag: Any,
        interpolation_mode: str = "default",
        compress: bool = True,
        buffer_shape: Shape | None = None,
        args: Namespace | None = None,
        allow_overwrite: bool = False,
        only_setup_mag: bool = False,
        executor: Any = None,
        *,
        chunk_shape: Shape | None = None,
        shard_shape: Shape | None = None,
        progress_desc: str | None = None,
        memory: int | None = None,
        resume: bool = False,
    ) -> None:
        """Adds one coarser mag made of another, by any whole factors.

        A mag appears when it is complete, and replaces an old one as a whole, whenever the work is killed. A
        voxel is made of the voxels that lie in it and in the box of the layer; neither the executor nor the
        shape of chunks changes the result. New mags are laid out like the mag they are made of.

        Args:
            from_mag: the mag that is read.
            target_mag: the mag that is made.
            interpolation_mode: ``"median"``, ``"mode"``, ``"nearest"``, ``"bilinear"``, ``"max"`` or
                ``"min"``; ``"default"`` is the median for colors and the mode (the most frequent id) for
                segmentations.
            compress: whether the new mag is compressed.
            buffer_shape: has no effect; kept for older scripts.
            args: deprecated, use ``executor``.
            allow_overwrite: computes the mag anew if it is there; it keeps its layout.
            only_setup_mag: adds an empty mag.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works in this process.
            chunk_shape: of new mags, in voxels of the new mag; by default that of the mag they are made of.
            shard_shape: what one file of new mags holds, in voxels of the new mag; by default that of the
                mag they are made of.
            progress_desc: shows a progress bar with this text.
            memory: how many bytes voxels may take, in all workers together. By default 512 MB for each
                worker.
            resume: continues interrupted work: leaves mags alone that are complete (unless they are to be
                overwritten), and does only what is missing of the others. If this call is interrupted or
                killed, what is done is kept for the next call.

        Raises:
            MisalignedError: the voxels of the target are not made of whole voxels of the other mag.
            InvalidArgumentError: the mode is unknown, or there is too little memory.
            NameTakenError: the mag is there already.
            NameNotFoundError: there is no such mag to read.
        """
        _warn_of(args)
        asked = layout(chunk_shape, None, shard_shape, compress)
        making = Making(asked, How(executor, progress_desc), allow_overwrite, only_setup_mag, resume, memory)
        resampling.downsample(self, Mag(from_mag), [Mag(target_mag)], interpolation_mode, making)

    def downsample_mag_list(
        self,
        from_mag: Any,
        target_mags: Sequence[Any],
        interpolation_mode: str = "default",
        compress: bool = True,
        buffer_shape: Shape | None = None,
        args: Namespace | None = None,
        allow_overwrite: bool = False,
        only_setup_mags: bool = False,
        executor: Any = None,
        *,
        chunk_shape: Shape | None = None,
        shard_shape: Shape | None = None,
        progress_desc: str | None = None,
        memory: int | None = None,
        resume: bool = False,
    ) -> None:
        """Adds coarser mags, each made of the one before.

        A mag appears when it is complete, and replaces an old one as a whole, whenever the work is killed. A
        voxel is made of the voxels that lie in it and in the box of the layer; neither the executor nor the
        shape of chunks changes the result. New mags are laid out like the mag they are made of.

        Args:
            from_mag: the mag that the first one is made of.
            target_mags: the mags that are made, each at least as coarse as the one before.
            interpolation_mode: ``"median"``, ``"mode"``, ``"nearest"``, ``"bilinear"``, ``"max"`` or
                ``"min"``; ``"default"`` is the median for colors and the mode (the most frequent id) for
                segmentations.
            compress: whether new mags are compressed.
            buffer_shape: has no effect; kept for older scripts.
            args: deprecated, use ``executor``.
            allow_overwrite: computes mags anew that are there; they keep their layout.
            only_setup_mags: adds empty mags.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works in this process.
            chunk_shape: of new mags, in voxels of the new mag; by default that of the mag they are made of.
            shard_shape: what one file of new mags holds, in voxels of the new mag; by default that of the
                mag they are made of.
            progress_desc: shows a progress bar with this text.
            memory: how many bytes voxels may take, in all workers together. By default 512 MB for each
                worker.
            resume: continues interrupted work: leaves mags alone that are complete (unless they are to be
                overwritten), and does only what is missing of the others. If this call is interrupted or
                killed, what is done is kept for the next call.

        Raises:
            InvalidArgumentError: a mag is finer in some axis than the one before, the mode is unknown, or
                there is too little memory.
            MisalignedError: the voxels of a mag are not made of whole voxels of the one before.
            NameTakenError: a mag is there already.
            NameNotFoundError: there is no such mag to read.
        """
        _warn_of(args)
        begin, mags = Mag(from_mag), [Mag(mag) for mag in target_mags]
        resampling.check_coarsening([begin, *mags])
        asked = layout(chunk_shape, None, shard_shape, compress)
        making = Making(asked, How(executor, progress_desc), allow_overwrite, only_setup_mags, resume, memory)
        resampling.downsample(self, begin, mags, interpolation_mode, making)

    def redownsample(
        self,
        interpolation_mode: str = "default",
        compress: bool = True,
        buffer_shape: Shape | None = None,
        args: Namespace | None = None,
        executor: Any = None,
        *,
        progress_desc: str | None = None,
        memory: int | None = None,
        resume: bool = False,
    ) -> None:
        """Computes all mags but the finest anew; they keep their layout.

        A mag is replaced as a whole when the new one is complete, whenever the work is killed.

        Args:
            interpolation_mode: ``"median"``, ``"mode"``, ``"nearest"``, ``"bilinear"``, ``"max"`` or
                ``"min"``; ``"default"`` is the median for colors and the mode (the most frequent id) for
                segmentations.
            compress: has no effect, as the mags keep their layout.
            buffer_shape: has no effect; kept for older scripts.
            args: deprecated, use ``executor``.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works in this process.
            progress_desc: shows a progress bar with this text.
            memory: how many bytes voxels may take, in all workers together. By default 512 MB for each
                worker.
            resume: continues interrupted work: leaves mags alone that are complete (unless they are to be
                overwritten), and does only what is missing of the others. If this call is interrupted or
                killed, what is done is kept for the next call.

        Raises:
            InvalidArgumentError: the mode is unknown, or there is too little memory.
            ReadOnlyError: the dataset was opened for reading only.
        """
        _warn_of(args)
        if len(self.mags) < 2:
            return
        finest, others = resampling.all_but_finest(self)
        making = Making(layout(compress=compress), How(executor, progress_desc), True, False, resume, memory)
        resampling.downsample(self, finest, others, interpolation_mode, making)

    def upsample(
        self,
        from_mag: Any,
        finest_mag: Any = 1,
        compress: bool = False,
        sampling_mode: str | SamplingModes = SamplingModes.ANISOTROPIC,
        align_with_other_layers: Align = True,
        buffer_shape: Shape | None = None,
        buffer_edge_len: int | None = None,
        args: Namespace | None = None,
        executor: Any = None,
        *,
        min_mag: Any = None,
        chunk_shape: Shape | None = None,
        shard_shape: Shape | None = None,
        progress_desc: str | None = None,
        memory: int | None = None,
        resume: bool = False,
    ) -> None:
        """Adds the finer mags of a pyramid: copies of the voxels of a coarser one.

        A mag appears when it is complete. New mags are laid out like the mag they are made of.

        Args:
            from_mag: the mag that is read.
            finest_mag: where to end.
            compress: whether new mags are compressed.
            sampling_mode: ``"anisotropic"`` halves the axes that bring the extents of a voxel closest to
                each other, ``"isotropic"`` halves all axes, ``"constant_z"`` x and y only.
            align_with_other_layers: True uses the mags of the dataset's other layers where they are as
                coarse; a dataset uses the mags of its layers; False uses neither.
            buffer_shape: has no effect; kept for older scripts.
            buffer_edge_len: has no effect; kept for older scripts.
            args: deprecated, use ``executor``.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works in this process.
            min_mag: deprecated, use ``finest_mag``.
            chunk_shape: of new mags, in voxels of the new mag; by default that of the mag they are made of.
            shard_shape: what one file of new mags holds, in voxels of the new mag; by default that of the
                mag they are made of.
            progress_desc: shows a progress bar with this text.
            memory: how many bytes voxels may take, in all workers together. By default 512 MB for each
                worker.
            resume: continues interrupted work: leaves mags alone that are complete (unless they are to be
                overwritten), and does only what is missing of the others. If this call is interrupted or
                killed, what is done is kept for the next call.

        Raises:
            InvalidArgumentError: the finest mag is not finer, or there is too little memory.
            NameTakenError: a mag is there already.
            NameNotFoundError: there is no such mag to read.
        """
        _warn_of(args)
        if min_mag is not None:
            warn_deprecated("min_mag", "finest_mag")
            finest_mag = min_mag
        scheme = Scheme(SamplingModes.parse(sampling_mode), align_with_other_layers)
        asked = layout(chunk_shape, None, shard_shape, compress)
        making = Making(asked, How(executor, progress_desc), False, False, resume, memory)
        resampling.upsample(self, Mag(from_mag), Mag(finest_mag), scheme, making)

    def compress(
        self,
        target_path: str | Path | None = None,
        executor: Any = None,
        *,
        progress_desc: str | None = None,
        memory: int | None = None,
        resume: bool = False,
    ) -> None:
        """Compresses all mags, in place or into a layer of the same name in another dataset.

        All that is stored is kept. Old files are deleted only after the new ones are there.

        Args:
            target_path: the folder of the other dataset; None compresses in place.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works in this process.
            progress_desc: shows a progress bar with this text.
            memory: how many bytes voxels may take, in all workers together. By default each worker needs
                some 128 MiB, or four chunks if these are larger.
            resume: continues interrupted work: keeps its unfinished files if this call is interrupted or
                killed, and the next call with ``resume=True`` does only what is missing.

        Raises:
            AlreadyExistsError: another process rewrites a mag, or the target exists.
            InvalidArgumentError: what was interrupted was other work, or a mag was written since; or there
                is too little memory.
            ReadOnlyError: the dataset was opened for reading only.
            StorageError: a mag was written meanwhile; it is left as it was.
        """
        for mag in self.mags.values():
            mag.compress(
                target_path, executor=executor, progress_desc=progress_desc, memory=memory, resume=resume
            )

    # -- deprecated ------------------------------------------------------------------------------------

    def get_best_mag(self) -> MagView:
        """Deprecated: use `get_finest_mag`."""
        warn_deprecated("get_best_mag", "get_finest_mag")
        return self.get_finest_mag()

    # -- as a value ------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name!r}, {str(self._dataset.path)!r})"

    def __work_identity__(self) -> tuple[Any, ...]:
        """What a checkpoint knows it by; its box may grow while the work goes on."""
        return (self.path.resolve(),)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._dataset, self._name)


class SegmentationLayer(Layer):
    """A layer whose voxels are ids of segments, 0 where there is none."""

    @property
    def largest_segment_id(self) -> int | None:
        """The largest id in use, None if that is not known."""
        return self._properties.largest_segment_id

    @largest_segment_id.setter
    def largest_segment_id(self, segment_id: int | None) -> None:
        number = checked_segment_id(segment_id)
        self._change(lambda document: document.set_largest_segment_id(self._name, number))

    def refresh_largest_segment_id(
        self, chunk_shape: Shape | None = None, executor: Executor | None = None
    ) -> None:
        """Looks for the largest id in the finest mag, and saves it.

        It is None where there is nothing to look at: no mag, or an empty box.

        Args:
            chunk_shape: what is read at once, in Mag(1); by default what one file holds.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works in this process.

        Raises:
            ReadOnlyError: the dataset was opened for reading only.
            MisalignedError: the shape is not made of whole chunks.
        """
        self.largest_segment_id = largest_segment_id_of(self, layout(chunk_shape), executor)


def _restored(dataset: Dataset, name: str) -> Layer:
    return dataset.get_layer(name)


def _foreign_mag(layer: Layer, mag: MagView | str | Path) -> MagView:
    """A mag of another layer, also by the path of its folder."""
    if isinstance(mag, MagView):
        return mag
    path = Path(mag).absolute()
    dataset = type(layer.dataset).open(path.parent.parent, read_only=True)
    return dataset.get_layer(path.parent.name).get_mag(path.name)


def _warn_of(args: Namespace | None) -> None:
    if args is not None:
        warn_deprecated("args", "executor")
