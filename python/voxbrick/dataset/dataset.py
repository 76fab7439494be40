"""Dataset: a folder with layers, and the properties that say what they are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar

from voxbrick._support import warn_deprecated
from voxbrick.dataset.layer import Layer, SegmentationLayer
from voxbrick.errors import (
    AlreadyExistsError,
    DatasetExistsError,
    InvalidArgumentError,
    NameNotFoundError,
    NameTakenError,
    ReadOnlyError,
)
from voxbrick.files.folders import check_path
from voxbrick.geometry.bounding_box import BoundingBox
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.sampling import SamplingModes
from voxbrick.geometry.vec3_int import Vec3Int, Vec3IntLike
from voxbrick.metadata.changes import Document
from voxbrick.metadata.defaults import DEFAULT_DATA_FORMAT
from voxbrick.metadata.properties import DatasetProperties, LayerProperties
from voxbrick.metadata.properties_file import PropertiesFile, is_new
from voxbrick.metadata.types import (
    COLOR_CATEGORY,
    SEGMENTATION_CATEGORY,
    ConversionLayerMapping,
    LayerCategoryType,
    VoxelSize,
)
from voxbrick.metadata.view_configuration import DatasetViewConfiguration
from voxbrick.operations import layers
from voxbrick.operations.groups import update_groups
from voxbrick.operations.layers import Asked, Kind, data_format_of, kind_of
from voxbrick.operations.plans import Copying, copy_layer, plan_copy
from voxbrick.volume.layout import Shape, layout
from voxbrick.work.executors import workers_of

if TYPE_CHECKING:
    from argparse import Namespace

    from numpy.typing import DTypeLike

    from voxbrick.metadata.types import DataFormat
    from voxbrick.operations.images import Mapping, Wishes

PathLike: TypeAlias = "str | os.PathLike[str]"
ForeignLayer: TypeAlias = "Layer | str | os.PathLike[str]"
_Layer = TypeVar("_Layer", bound=Layer)


class Dataset:
    """A folder with layers.

    Every change is saved at once. Whatever other processes change in the meantime is kept, and
    seen here after the next change.

    Images that become layers are TIFF, PNG, JPEG and other pictures; volumes are also ``.npy``, NIfTI and
    MRC. Their readers are installed by ``pip install voxbrick[images]`` (NIfTI: ``[nifti]``).
    """

    ConversionLayerMapping: ClassVar = ConversionLayerMapping

    def __init__(
        self,
        dataset_path: PathLike,
        voxel_size: tuple[float, float, float] | None = None,
        name: str | None = None,
        exist_ok: bool | None = None,
        *,
        scale: tuple[float, float, float] | None = None,
        voxel_size_with_unit: VoxelSize | None = None,
        read_only: bool = False,
    ) -> None:
        """Creates a dataset in a folder that is new or empty, or opens what is there.

        Args:
            dataset_path: the folder.
            voxel_size: extent of a voxel of Mag(1) in nanometers; needed to create a dataset.
            name: by default that of the folder.
            exist_ok: whether there may be a dataset already; if so, its voxel size and name have
                to be as given.
            scale: deprecated, use ``voxel_size``.
            voxel_size_with_unit: the voxel size in another unit.
            read_only: opens a dataset that is there, for reading only.

        Raises:
            DatasetExistsError: the folder is not empty, and ``exist_ok`` is not set.
            NotFoundError: the folder holds files, but no dataset.
            InvalidArgumentError: there is no voxel size, or another one, or another name.
            InvalidMetadataError: the properties are damaged.
        """
        if scale is not None:
            warn_deprecated("scale", "voxel_size")
            voxel_size = scale
        size = voxel_size_with_unit
        if voxel_size is not None:
            size = VoxelSize.in_nanometers(voxel_size)
        path = Path(dataset_path)
        if is_new(path) and not read_only:
            with suppress(AlreadyExistsError):  # others make it at the same time
                self._open(path, _created(path, size, name), read_only)
                return
        if not (exist_ok or read_only):
            raise DatasetExistsError(_in_the_way(path))
        self._open(path, PropertiesFile(path).read(), read_only)
        self._check_same(size, name)

    @classmethod
    def open(cls, dataset_path: PathLike, read_only: bool = False) -> Dataset:
        """Opens a dataset.

        Args:
            dataset_path: its folder.
            read_only: refuses every change of the dataset, its layers and their voxels.

        Raises:
            NotFoundError: there is none.
            InvalidMetadataError: the properties are damaged.
        """
        path = Path(dataset_path)
        return cls._restored(path, PropertiesFile(path).read(), read_only)

    @classmethod
    def _restored(cls, path: Path, properties: DatasetProperties, read_only: bool) -> Dataset:
        dataset = object.__new__(cls)
        dataset._open(path, properties, read_only)
        return dataset

    def _open(self, path: Path, properties: DatasetProperties, read_only: bool) -> None:
        self._path = path
        self._file = PropertiesFile(path)
        self._read_only = read_only
        self._layers: dict[str, Layer] = {}
        self._adopt(properties)

    def _adopt(self, properties: DatasetProperties) -> None:
        """Takes over what the file says; layers that are known stay the same objects."""
        known = self._layers
        self._properties = properties
        self._by_name = {layer.name: layer for layer in properties.data_layers}
        self._layers = {
            layer.name: known.get(layer.name) or _layer(self, layer) for layer in properties.data_layers
        }

    def _check_same(self, voxel_size: VoxelSize | None, name: str | None) -> None:
        has = self.voxel_size_with_unit
        if voxel_size is not None and voxel_size.to_nanometer() != has.to_nanometer():
            raise InvalidArgumentError(f"{self} has the voxel size {has}, not {voxel_size}")
        if name is not None and name != self.name:
            raise InvalidArgumentError(f"{self} has the name {self.name!r}, not {name!r}")

    # -- made from images ------------------------------------------------------------------------------

    @classmethod
    def from_images(
        cls,
        input_path: PathLike,
        output_path: PathLike,
        voxel_size: tuple[float, float, float] | None = None,
        name: str | None = None,
        map_filepath_to_layer_name: Mapping = ConversionLayerMapping.INSPECT_SINGLE_FILE,
        z_slices_sort_key: Callable[[Path], Any] | None = None,
        layer_category: LayerCategoryType | None = None,
        data_format: str | DataFormat = DEFAULT_DATA_FORMAT,
        chunk_shape: Shape | None = None,
        chunks_per_shard: Shape | None = None,
        compress: bool = False,
        swap_xy: bool = False,
        flip_x: bool = False,
        flip_y: bool = False,
        flip_z: bool = False,
        use_bioformats: bool | None = None,
        max_layers: int = 20,
        batch_size: int | None = None,
        executor: Any = None,
        *,
        voxel_size_with_unit: VoxelSize | None = None,
        shard_shape: Shape | None = None,
        pattern: str | None = None,
        skip_broken: bool = False,
        resume: bool = False,
        memory: int | None = None,
        jobs: int = 2,
    ) -> Dataset:
        """Makes a dataset from an image or volume, or from all that are in a folder.

        Nothing appears at ``output_path`` before all is done.

        Args:
            input_path: a file, or a folder with images at any depth.
            output_path: a folder that is new or empty.
            voxel_size: extent of a voxel in nanometers.
            name: by default that of the folder.
            map_filepath_to_layer_name: which images make a layer, or a function that gets a path,
                relative to the input, and returns the name of its layer.
            z_slices_sort_key: sorts the slices of a layer; by default slice2 is before slice10.
            layer_category: by default "segmentation" for layers that are named so, else "color".
            data_format: ``"wkw"``, ``"zarr"`` or ``"zarr3"``.
            chunk_shape: the unit that is read and compressed, in voxels of the mag; (32, 32, 32) by
                default. A number stands for three of itself.
            chunks_per_shard: how many chunks a file holds along each axis; (32, 32, 32) by
                default, (1, 1, 1) for ``"zarr"``, (128, 128, 1) for ``"zarr3"``.
            compress: whether chunks are compressed.
            swap_xy: swaps x and y of every slice.
            flip_x: reverses x, after the swap.
            flip_y: reverses y.
            flip_z: reverses the slices.
            use_bioformats: not supported, may only be false.
            max_layers: of all that the channels of an image could make, so many are made.
            batch_size: how many slices are held in memory at most, a multiple of the chunks' depth.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works on threads of this process.
            voxel_size_with_unit: the voxel size in another unit.
            shard_shape: the same as ``chunk_shape * chunks_per_shard``, instead of the latter.
            pattern: says where an image belongs, instead of the mapping: ``"{layer}/{z}.tif"``,
                ``"{z}/{y}/{x}.jpg"`` for tiles, ``"t{t}_c{c}_{z}.tif"``.
            skip_broken: leaves a gap where an image cannot be decoded.
            resume: keeps what was done if this is interrupted, and goes on from there next time.
            memory: how many bytes voxels may take, in all workers together.
            jobs: how many shards are worked on at once, if there is no executor.

        Raises:
            DatasetExistsError: the folder is not empty.
            CorruptDataError: images cannot be read; the message names them.
            InvalidArgumentError: images and dataset lie in each other, or there is no voxel size.
            UnsupportedError: the images are not alike, or nothing here reads them.
        """
        from voxbrick.operations.images import Search, plan_dataset
        from voxbrick.sources.open import Reading

        _check_no_bioformats(use_bioformats)
        size = voxel_size_with_unit
        if voxel_size is not None:
            size = VoxelSize.in_nanometers(voxel_size)
        if size is None:
            raise InvalidArgumentError(f"a new dataset in {output_path} needs a voxel_size")
        wishes = _wishes(
            data_format=data_format_of(data_format),
            layout=layout(chunk_shape, chunks_per_shard, shard_shape, compress),
            swap_xy=swap_xy,
            flips=_flips(flip_x, flip_y, flip_z),
            allow_multiple_layers=True,
            max_layers=max_layers,
            batch_size=batch_size,
            memory=memory,
            jobs=jobs if executor is None else workers_of(executor),
        )
        search = Search(
            mapping=map_filepath_to_layer_name,
            sort_key=z_slices_sort_key,
            pattern=pattern,
            category=layer_category,
            reading=Reading(skip_broken=skip_broken),
        )
        plan = plan_dataset(Path(input_path), Path(output_path), size, search, wishes, name, resume)
        plan.run(cls, executor=executor)
        return cls.open(output_path)

    # -- what it is ------------------------------------------------------------------------------------

    @property
    def path(self) -> Path:
        """The folder of the dataset."""
        return self._path

    @property
    def read_only(self) -> bool:
        """Whether every change of the dataset, its layers and their voxels is refused."""
        return self._read_only

    @property
    def name(self) -> str:
        """As it is shown; setting it is saved at once. That of the folder if the properties have none."""
        return self._properties.name or self._path.resolve().name

    @name.setter
    def name(self, name: str) -> None:
        self._change(lambda document: document.set_name(name))

    @property
    def voxel_size(self) -> tuple[float, float, float]:
        """The extent of a voxel of Mag(1) in nanometers."""
        return self._properties.voxel_size.to_nanometer()

    @property
    def voxel_size_with_unit(self) -> VoxelSize:
        """The extent of a voxel of Mag(1)."""
        return self._properties.voxel_size

    @property
    def default_view_configuration(self) -> DatasetViewConfiguration | None:
        """How the dataset is first shown."""
        return self._properties.default_view_configuration

    @default_view_configuration.setter
    def default_view_configuration(self, view: DatasetViewConfiguration) -> None:
        self._change(lambda document: document.set_view_configuration(view))

    def calculate_bounding_box(self) -> NDBoundingBox:
        """The smallest box around those of all layers, in Mag(1)."""
        boxes = [layer.bounding_box for layer in self._layers.values()]
        around = boxes[0] if boxes else BoundingBox.empty()
        for box in boxes[1:]:
            around = around.extended_by(box)
        return around

    def _check_writable(self) -> None:
        if self._read_only:
            raise ReadOnlyError(f"{self} is read-only; open it without read_only=True to change it")

    def _read_again(self) -> None:
        """Sees what others changed."""
        self._adopt(self._file.read())

    def _change(self, change: Callable[[Document], None]) -> None:
        """Changes and saves the properties, and sees what others changed."""
        self._check_writable()
        self._adopt(self._file.change(change))

    # -- its layers ------------------------------------------------------------------------------------

    @property
    def layers(self) -> dict[str, Layer]:
        """The layers by their names, in the order in which they were added."""
        return dict(self._layers)

    def get_layer(self, layer_name: str) -> Layer:
        """A layer by its name.

        Raises:
            NameNotFoundError: there is none; the message lists those there are.
        """
        self._layer_properties(layer_name)
        return self._layers[layer_name]

    def get_segmentation_layers(self) -> list[SegmentationLayer]:
        """The layers of the category "segmentation", in the order of `layers`."""
        return [layer for layer in self._layers.values() if isinstance(layer, SegmentationLayer)]

    def get_color_layers(self) -> list[Layer]:
        """The layers of the category "color", in the order of `layers`."""
        return [layer for layer in self._layers.values() if layer.category == COLOR_CATEGORY]

    def _layer_properties(self, name: str) -> LayerProperties:
        if name not in self._by_name:
            raise NameNotFoundError(f"{self} has no layer {name!r}, but {list(self._by_name)}")
        return self._by_name[name]

    # -- adding and deleting layers --------------------------------------------------------------------

    def add_layer(
        self,
        layer_name: str,
        category: LayerCategoryType,
        dtype_per_layer: DTypeLike | None = None,
        dtype_per_channel: DTypeLike | None = None,
        num_channels: int | None = None,
        data_format: str | DataFormat = DEFAULT_DATA_FORMAT,
        bounding_box: NDBoundingBox | None = None,
        *,
        dtype: DTypeLike | None = None,
        largest_segment_id: int | None = None,
        mappings: list[str] | None = None,
    ) -> Layer:
        """Adds an empty layer.

        Args:
            layer_name: letters, digits, ``_ $ @ -`` and, but for its start, dots.
            category: ``"color"`` or ``"segmentation"``.
            dtype_per_layer: the type over all channels, "uint24" for three of uint8.
            dtype_per_channel: the type of one channel; uint8 by default.
            num_channels: 1 by default.
            data_format: ``"wkw"``, ``"zarr"`` or ``"zarr3"``.
            bounding_box: where there will be data, in Mag(1); its axes are those of the layer.
            dtype: the same as ``dtype_per_channel``.
            largest_segment_id: of a segmentation, if it is known.
            mappings: names of the mappings of a segmentation.

        Raises:
            NameTakenError: there is such a layer.
            InvalidArgumentError: the name, the category or a dtype make no sense.
        """
        per_channel = dtype if dtype_per_channel is None else dtype_per_channel
        kind = Kind.of(category, dtype_per_layer, per_channel, num_channels, data_format)
        layers.add(self, layer_name, kind, bounding_box, largest_segment_id, mappings)
        return self.get_layer(layer_name)

    def get_or_add_layer(
        self,
        layer_name: str,
        category: LayerCategoryType,
        dtype_per_layer: DTypeLike | None = None,
        dtype_per_channel: DTypeLike | None = None,
        num_channels: int | None = None,
        data_format: str | DataFormat = DEFAULT_DATA_FORMAT,
        **options: Any,
    ) -> Layer:
        """Returns the layer of that name, if it is of that kind; else adds it, empty.

        Args:
            layer_name: letters, digits, ``_ $ @ -`` and, but for its start, dots.
            category: ``"color"`` or ``"segmentation"``.
            dtype_per_layer: the type over all channels, "uint24" for three of uint8.
            dtype_per_channel: the type of one channel; for a new layer uint8 by default.
            num_channels: how many values a voxel has; for a new layer 1 by default.
            data_format: of a new layer: ``"wkw"``, ``"zarr"`` or ``"zarr3"``.
            options: of a new layer: ``dtype``, another name of ``dtype_per_channel``; ``bounding_box``,
                where there will be data, in Mag(1); ``largest_segment_id`` and ``mappings`` of a
                segmentation.

        Raises:
            InvalidArgumentError: the layer is of another kind; or the name, the category or a dtype make no
                sense.
        """
        per_channel = options.pop("dtype", None) if dtype_per_channel is None else dtype_per_channel
        asked = (category, dtype_per_layer, per_channel, num_channels, data_format)
        if layer_name not in self.layers:
            try:
                return self.add_layer(layer_name, *asked, **options)
            except NameTakenError:
                self._read_again()  # others added it since
        layer = self.get_layer(layer_name)
        Asked(*asked[:-1]).check(kind_of(layer), str(layer))  # the default format is no wish
        return layer

    def add_layer_like(self, other_layer: Layer, layer_name: str) -> Layer:
        """Adds an empty layer of the same kind and with the same box as another one.

        Args:
            other_layer: a layer of this or another dataset.
            layer_name: of the new layer.

        Raises:
            NameTakenError: there is such a layer.
            InvalidArgumentError: no layer can have such a name.
        """
        layers.add_like(self, other_layer, layer_name)
        return self.get_layer(layer_name)

    def add_layer_for_existing_files(
        self,
        layer_name: str,
        category: LayerCategoryType,
        *,
        bounding_box: NDBoundingBox | None = None,
        largest_segment_id: int | None = None,
        mappings: list[str] | None = None,
        dtype_per_layer: DTypeLike | None = None,
        dtype_per_channel: DTypeLike | None = None,
        num_channels: int | None = None,
        data_format: str | DataFormat | None = None,
    ) -> Layer:
        """Adds a layer whose arrays are there already: one in each folder named like a mag.

        Args:
            layer_name: that of the folder.
            category: ``"color"`` or ``"segmentation"``.
            bounding_box: where there is data, in Mag(1); by default that of what is stored in the finest
                mag, with all axes of its array.
            largest_segment_id: of a segmentation, if it is known.
            mappings: names of the mappings of a segmentation.
            dtype_per_layer: the expected type over all channels, "uint24" for three of uint8; any if None.
            dtype_per_channel: the expected type of one channel; any if None.
            num_channels: the expected number of channels; any if None.
            data_format: the expected format, ``"wkw"``, ``"zarr"`` or ``"zarr3"``; any if None.

        Raises:
            NameTakenError: there is such a layer.
            NotFoundError: there is no such array.
            InvalidArgumentError: the arrays are not alike, or not of the type, number of channels or format
                that is given.
        """
        asked = Asked(category, dtype_per_layer, dtype_per_channel, num_channels, data_format)
        layers.adopt(self, layer_name, category, bounding_box, largest_segment_id, mappings, asked)
        return self.get_layer(layer_name)

    def add_layer_from_images(
        self,
        images: PathLike | Sequence[PathLike],
        layer_name: str,
        category: LayerCategoryType = COLOR_CATEGORY,
        data_format: str | DataFormat = DEFAULT_DATA_FORMAT,
        mag: Any = 1,
        chunk_shape: Shape | None = None,
        chunks_per_shard: Shape | None = None,
        compress: bool = False,
        topleft: Vec3IntLike | None = None,
        swap_xy: bool = False,
        flip_x: bool = False,
        flip_y: bool = False,
        flip_z: bool = False,
        dtype: DTypeLike | None = None,
        use_bioformats: bool | None = None,
        channel: int | None = None,
        timepoint: int | None = None,
        czi_channel: int | None = None,
        batch_size: int | None = None,
        allow_multiple_layers: bool = False,
        max_layers: int = 20,
        truncate_rgba_to_rgb: bool = True,
        executor: Any = None,
        chunk_size: Shape | None = None,
        *,
        shard_shape: Shape | None = None,
        skip_broken: bool = False,
        resume: bool = False,
        memory: int | None = None,
        jobs: int = 2,
    ) -> Layer:
        """Adds a layer with the voxels of images, which appears when it is complete.

        Images are in the order of their numbers: slice2 is before slice10.

        Args:
            images: an image or volume, a folder of slices, a pattern like ``"slices/*.tif"``, or
                a list of slices in their order.
            layer_name: of the new layer, or the beginning of the names if there are several.
            category: ``"color"`` or ``"segmentation"``.
            data_format: ``"wkw"``, ``"zarr"`` or ``"zarr3"``.
            mag: which mag the images show.
            chunk_shape: the unit that is read and compressed, in voxels of the mag; (32, 32, 32) by
                default. A number stands for three of itself.
            chunks_per_shard: how many chunks a file holds along each axis; (32, 32, 32) by
                default, (1, 1, 1) for ``"zarr"``, (128, 128, 1) for ``"zarr3"``.
            compress: whether chunks are compressed.
            topleft: where the images begin, in Mag(1). By default where an array itself says:
                ``voxel_offset`` of precomputed volumes, ``offset`` with ``resolution`` in the attributes
                of N5 and Zarr, the translation of the OME-Zarr image that it is a level of; in whole
                voxels, and at 0 for what begins below. Images and other volumes begin at 0.
            swap_xy: swaps x and y.
            flip_x: reverses x, after the swap.
            flip_y: reverses y.
            flip_z: reverses the slices.
            dtype: converts voxels as ``astype`` of numpy does, which wraps integers that do not fit
                and does not warn; they stay as they are if None.
            use_bioformats: not supported, may only be false.
            channel: takes only this channel, counted from 0.
            timepoint: takes only this timepoint, counted from 0.
            czi_channel: not supported.
            batch_size: how many slices are held in memory at most.
            allow_multiple_layers: makes a layer of each channel, unless they are colours, and in
                WKW of each timepoint. The first is returned.
            max_layers: so many at most.
            truncate_rgba_to_rgb: drops the fourth of four channels, with several layers only.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works on threads of this process.
            chunk_size: deprecated, use ``chunk_shape``.
            shard_shape: the same as ``chunk_shape * chunks_per_shard``.
            skip_broken: leaves a gap where an image cannot be decoded.
            resume: keeps what was done if this is interrupted, and goes on from there next time.
            memory: how many bytes voxels may take, in all workers together.
            jobs: how many shards are worked on at once, if there is no executor.

        Raises:
            NameTakenError: there is such a layer.
            CorruptDataError: images cannot be read; the message names them.
            UnsupportedError: the images are not alike, or the data format cannot hold them.
        """
        from voxbrick.operations.images import plan_layers
        from voxbrick.sources.open import Reading, open_source

        _check_no_bioformats(use_bioformats)
        if czi_channel is not None:
            raise InvalidArgumentError("there is no reader for CZI, so there is no czi_channel")
        if chunk_size is not None:
            warn_deprecated("chunk_size", "chunk_shape")
        wishes = _wishes(
            data_format=data_format_of(data_format),
            layout=layout(chunk_shape or chunk_size, chunks_per_shard, shard_shape, compress),
            mag=Mag(mag),
            topleft=None if topleft is None else Vec3Int(topleft),
            swap_xy=swap_xy,
            flips=_flips(flip_x, flip_y, flip_z),
            dtype=dtype,
            channel=channel,
            timepoint=timepoint,
            allow_multiple_layers=allow_multiple_layers,
            max_layers=max_layers,
            truncate_rgba_to_rgb=truncate_rgba_to_rgb,
            batch_size=batch_size,
            memory=memory,
            jobs=jobs if executor is None else workers_of(executor),
        )
        source = open_source(images, Reading(skip_broken=skip_broken))
        plans = plan_layers(source, layer_name, category, wishes)
        for plan in plans:
            plan.run(self, resume, executor=executor)
        return self.get_layer(plans[0].name)

    def add_copy_layer(
        self,
        foreign_layer: ForeignLayer,
        new_layer_name: str | None = None,
        chunk_shape: Shape | None = None,
        chunks_per_shard: Shape | None = None,
        data_format: str | DataFormat | None = None,
        compress: bool | None = None,
        executor: Executor | None = None,
        *,
        shard_shape: Shape | None = None,
    ) -> Layer:
        """Adds a copy of another layer with all its mags. What is None stays as it is.

        Args:
            foreign_layer: a layer of another dataset, or the path of its folder.
            new_layer_name: by default that of the other layer.
            chunk_shape: the unit that is read and compressed, in voxels of each mag; a number stands for
                three of itself.
            chunks_per_shard: how many chunks a file holds along each axis.
            data_format: ``"wkw"``, ``"zarr"`` or ``"zarr3"``.
            compress: whether chunks are compressed.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works in this process.
            shard_shape: ``chunk_shape * chunks_per_shard``, in voxels of the mag; replaces
                ``chunks_per_shard``.

        Raises:
            NameTakenError: there is such a layer.
            InvalidArgumentError: the data format has no such chunks or shards.
            UnsupportedError: the other layer is of a format that voxbrick cannot read.
        """
        asked = layout(chunk_shape, chunks_per_shard, shard_shape, compress)
        foreign = _foreign_layer(self, foreign_layer)
        name = foreign.name if new_layer_name is None else new_layer_name
        copy_layer(self, foreign, name, Copying.by(executor, data_format, asked), executor)
        return self.get_layer(name)

    def add_symlink_layer(
        self,
        foreign_layer: ForeignLayer,
        make_relative: bool = False,
        new_layer_name: str | None = None,
    ) -> Layer:
        """Adds a symbolic link to the folder of another layer; later changes of its box are not followed.

        Args:
            foreign_layer: a layer of another dataset, or the path of its folder.
            make_relative: whether the link is a path relative to this dataset rather than an absolute one.
            new_layer_name: by default that of the other layer.

        Raises:
            NameTakenError: there is such a layer.
            AlreadyExistsError: there is a folder of that name.
        """
        foreign = _foreign_layer(self, foreign_layer)
        name = foreign.name if new_layer_name is None else new_layer_name
        layers.link(self, foreign, make_relative, name)
        return self.get_layer(name)

    def add_fs_copy_layer(self, foreign_layer: ForeignLayer, new_layer_name: str | None = None) -> Layer:
        """Adds a copy of the files of another layer.

        Args:
            foreign_layer: a layer of another dataset, or the path of its folder.
            new_layer_name: by default that of the other layer.

        Raises:
            NameTakenError: there is such a layer.
            AlreadyExistsError: there is a folder of that name.
        """
        foreign = _foreign_layer(self, foreign_layer)
        name = foreign.name if new_layer_name is None else new_layer_name
        layers.copy_files(self, foreign, name)
        return self.get_layer(name)

    def delete_layer(self, layer_name: str) -> None:
        """Removes a layer and its files; of a link only the link.

        Raises:
            NameNotFoundError: there is no such layer.
        """
        layers.delete(self, layer_name)

    def _rename_layer(self, layer: Layer, name: str) -> None:
        if name == layer.name:
            return
        change = layers.renaming(self, layer, name)
        # Known under its new name before the properties are, the layer stays the same object.
        before, old_name = self._layers, layer.name
        self._layers = {**before, name: before.get(name, layer)}
        layer._name = name
        try:
            self._change(change)
        except BaseException:
            layer._name = old_name
            self._layers = before
            raise
        layer._follow()
        update_groups(layer)

    # -- all layers at once ----------------------------------------------------------------------------

    def copy_dataset(
        self,
        new_dataset_path: str | os.PathLike[str],
        voxel_size: tuple[float, float, float] | None = None,
        chunk_shape: Shape | None = None,
        chunks_per_shard: Shape | None = None,
        data_format: str | DataFormat | None = None,
        compress: bool | None = None,
        args: Namespace | None = None,
        executor: Executor | None = None,
        *,
        shard_shape: Shape | None = None,
        chunk_size: Shape | None = None,
        block_len: int | None = None,
        file_len: int | None = None,
    ) -> Dataset:
        """Copies all layers into a new dataset; what is None stays as it is.

        Args:
            new_dataset_path: a folder that is new or empty.
            voxel_size: in nanometers; data is not scaled.
            chunk_shape: in voxels of each mag.
            chunks_per_shard: how many chunks a file holds along each axis.
            data_format: ``"wkw"``, ``"zarr"`` or ``"zarr3"``.
            compress: whether chunks are compressed.
            args: deprecated, use ``executor``.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works in this process.
            shard_shape: the same as ``chunk_shape * chunks_per_shard``, instead of the latter.
            chunk_size: deprecated, use ``chunk_shape``.
            block_len: deprecated, use ``chunk_shape``.
            file_len: deprecated, use ``chunks_per_shard``.

        Raises:
            DatasetExistsError: the folder is not empty.
            InvalidArgumentError: the data format has no such chunks or shards.
            UnsupportedError: a layer is of a format that voxbrick cannot read.
        """
        if args is not None:
            warn_deprecated("args", "executor")
        asked = layout(
            chunk_shape,
            chunks_per_shard,
            shard_shape,
            compress,
            chunk_size=chunk_size,
            block_len=block_len,
            file_len=file_len,
        )
        _check_outside(self, new_dataset_path)
        path = Path(new_dataset_path)
        plan = plan_copy(
            self,
            path,
            Copying.by(executor, data_format, asked),
            name=path.resolve().name,
            voxel_size=None if voxel_size is None else VoxelSize.in_nanometers(voxel_size),
        )
        plan.run(type(self), executor=executor)
        return type(self).open(path)

    def shallow_copy_dataset(
        self,
        new_dataset_path: str | os.PathLike[str],
        name: str | None = None,
        make_relative: bool = False,
        layers_to_ignore: Iterable[str] | None = None,
    ) -> Dataset:
        """Makes a new dataset whose layers are symbolic links to those of this one.

        Args:
            new_dataset_path: a folder that is new or empty, outside of this dataset.
            name: by default that of this dataset.
            make_relative: whether the links are relative paths rather than absolute ones.
            layers_to_ignore: names of the layers that are left out.

        Raises:
            DatasetExistsError: the folder is not empty.
            InvalidArgumentError: the folder lies in this dataset.
        """
        ignored = set(layers_to_ignore or ())
        _check_outside(self, new_dataset_path)
        size = self.voxel_size_with_unit
        copy = type(self)(new_dataset_path, None, name or self.name, False, voxel_size_with_unit=size)
        for layer in self.layers.values():
            if layer.name not in ignored:
                copy.add_symlink_layer(layer, make_relative)
        _take_view(copy, self)
        return copy

    def compress(
        self,
        executor: Executor | None = None,
        *,
        progress_desc: str | None = None,
        memory: int | None = None,
        resume: bool = False,
    ) -> None:
        """Compresses all mags in place that are not compressed yet.

        All that is stored is kept. The old files of a mag are deleted only after the new ones are there.

        Args:
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
        for layer in self.layers.values():
            layer.compress(None, executor, progress_desc=progress_desc, memory=memory, resume=resume)

    def downsample(
        self,
        sampling_mode: str | SamplingModes = SamplingModes.ANISOTROPIC,
        executor: Executor | None = None,
        *,
        coarsest_mag: Any = None,
        interpolation_mode: str = "default",
        compress: bool = True,
    ) -> None:
        """Adds the coarser mags of all layers, from the coarsest mag of each.

        A mag appears when it is complete. New mags are laid out like the mag they are made of.

        Args:
            sampling_mode: ``"anisotropic"`` halves the axes that bring the extents of a voxel closest to
                each other, ``"isotropic"`` halves all axes, ``"constant_z"`` x and y only.
            executor: runs the work: an executor of ``concurrent.futures`` or ``cluster_tools``, or a client
                of Dask (`voxbrick.get_executor` makes one). None works in this process.
            coarsest_mag: where to end; by default where slices are about 100 voxels wide, at least 4.
            interpolation_mode: ``"median"``, ``"mode"``, ``"nearest"``, ``"bilinear"``, ``"max"`` or
                ``"min"``; ``"default"`` is the median for colors and the mode (the most frequent id) for
                segmentations.
            compress: whether new mags are compressed.

        Raises:
            InvalidArgumentError: a mode is unknown, or a layer has no mag.
            NameTakenError: a mag is there already.
            SamplingSchemeError: there is another mag that is as coarse.
        """
        for layer in self.layers.values():
            layer.downsample(
                coarsest_mag=coarsest_mag,
                interpolation_mode=interpolation_mode,
                compress=compress,
                sampling_mode=sampling_mode,
                executor=executor,
            )

    # -- deprecated ------------------------------------------------------------------------------------

    @classmethod
    def create(
        cls, dataset_path: PathLike, voxel_size: tuple[float, float, float], name: str | None = None
    ) -> Dataset:
        """Deprecated: use ``Dataset(…, exist_ok=False)``.

        Args:
            dataset_path: a folder that is new or empty.
            voxel_size: the extent of a voxel of Mag(1) in nanometers.
            name: by default that of the folder.

        Raises:
            DatasetExistsError: the folder is not empty.
        """
        warn_deprecated("Dataset.create()", "Dataset(..., exist_ok=False)")
        return cls(dataset_path, voxel_size, name, exist_ok=False)

    @classmethod
    def get_or_create(
        cls, dataset_path: PathLike, voxel_size: tuple[float, float, float], name: str | None = None
    ) -> Dataset:
        """Deprecated: use ``Dataset(…, exist_ok=True)``.

        Args:
            dataset_path: a folder that is new or empty, or a dataset.
            voxel_size: the extent of a voxel of Mag(1) in nanometers.
            name: by default that of the folder.

        Raises:
            NotFoundError: the folder holds files, but no dataset.
            InvalidArgumentError: the dataset has another voxel size or another name.
        """
        warn_deprecated("Dataset.get_or_create()", "Dataset(..., exist_ok=True)")
        return cls(dataset_path, voxel_size, name, exist_ok=True)

    @property
    def scale(self) -> tuple[float, float, float]:
        """Deprecated: use `voxel_size`."""
        warn_deprecated("scale", "voxel_size")
        return self.voxel_size

    def get_segmentation_layer(self) -> SegmentationLayer:
        """Deprecated: use `get_segmentation_layers`."""
        warn_deprecated("get_segmentation_layer()", "get_segmentation_layers()")
        return _only(self.get_segmentation_layers(), SEGMENTATION_CATEGORY)

    def get_color_layer(self) -> Layer:
        """Deprecated: use `get_color_layers`."""
        warn_deprecated("get_color_layer()", "get_color_layers()")
        return _only(self.get_color_layers(), COLOR_CATEGORY)

    # -- as a value ------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Dataset):
            return NotImplemented
        return (self._path, self._read_only) == (other._path, other._read_only)

    def __hash__(self) -> int:
        return hash((self._path, self._read_only))

    def __repr__(self) -> str:
        return f"Dataset({str(self._path)!r})"

    def __work_identity__(self) -> tuple[Any, ...]:
        """What a checkpoint knows it by; its boxes may grow while the work goes on."""
        return (self.path.resolve(),)

    def __reduce__(self) -> tuple[Any, ...]:
        return Dataset._restored, (self._path.absolute(), self._properties, self._read_only)


def _in_the_way(path: Path) -> str:
    if PropertiesFile(path).path.exists():
        return f"there is a dataset in {path}; exist_ok=True opens it"
    return f"{path} is not empty, and what is there is no dataset; choose another folder"


def _created(path: Path, voxel_size: VoxelSize | None, name: str | None) -> DatasetProperties:
    if voxel_size is None:
        raise InvalidArgumentError(f"a new dataset in {path} needs a voxel_size")
    document = Document.new(path.resolve().name if name is None else name, voxel_size)
    return PropertiesFile(path).create(document)


def _layer(dataset: Dataset, properties: LayerProperties) -> Layer:
    is_segmentation = properties.category == SEGMENTATION_CATEGORY
    return (SegmentationLayer if is_segmentation else Layer)(dataset, properties.name)


def _only(layers: list[_Layer], category: str) -> _Layer:
    if len(layers) != 1:
        names = [layer.name for layer in layers]
        raise NameNotFoundError(f"there is not one layer of the category {category}, but {names}")
    return layers[0]


def _foreign_layer(dataset: Dataset, layer: ForeignLayer) -> Layer:
    """A layer of another dataset, also by the path of its folder."""
    if isinstance(layer, Layer):
        return layer
    path = Path(layer).absolute()
    return type(dataset).open(path.parent, read_only=True).get_layer(path.name)


def _check_outside(source: Dataset, path: str | os.PathLike[str]) -> None:
    """Refuses a place inside the source, or inside a folder to which it links."""
    check_path(Path(path))
    place = Path(path).resolve()
    homes = [source.path, *(mag.path for layer in source.layers.values() for mag in layer.mags.values())]
    homes += [layer.path for layer in source.layers.values()]
    for home in homes:
        if home.resolve() in place.parents:
            raise InvalidArgumentError(f"{path} lies in {home}, which is to be copied; choose another place")


def _take_view(copy: Dataset, source: Dataset) -> None:
    view = source._file.document()
    copy._change(lambda document: document.take_view_configuration_of(view))


def _wishes(memory: int | None, **wishes: Any) -> Wishes:
    from voxbrick.conversion.budget import MEMORY
    from voxbrick.operations.images import Wishes

    return Wishes(memory=MEMORY if memory is None else memory, **wishes)


def _flips(flip_x: bool, flip_y: bool, flip_z: bool) -> str:
    return "x" * flip_x + "y" * flip_y + "z" * flip_z


def _check_no_bioformats(use_bioformats: bool | None) -> None:
    if use_bioformats:
        raise InvalidArgumentError("Bio-Formats is not used here; leave use_bioformats out")
