"""What a dataset offers to be made from images."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, cast

from voxbrick._support import warn_deprecated
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.vec3_int import Vec3Int, Vec3IntLike
from voxbrick.metadata.defaults import DEFAULT_DATA_FORMAT
from voxbrick.metadata.types import COLOR_CATEGORY, ConversionLayerMapping, LayerCategoryType, VoxelSize
from voxbrick.operations.layers import data_format_of
from voxbrick.volume.layout import Shape, layout
from voxbrick.work.executors import workers_of

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from voxbrick.dataset.dataset import Dataset
    from voxbrick.dataset.layer import Layer
    from voxbrick.metadata.types import DataFormat
    from voxbrick.operations.images import Mapping, Wishes

PathLike: TypeAlias = "str | os.PathLike[str]"


class ImageMethods:
    """The part of `Dataset` that turns images into layers.

    Images are TIFF, PNG, JPEG and other pictures; volumes are also ``.npy``, NIfTI and MRC.
    Their readers are installed by ``pip install voxbrick[images]`` (NIfTI: ``[nifti]``).
    """

    ConversionLayerMapping: ClassVar = ConversionLayerMapping

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
            chunk_shape: as in `Layer.add_mag`.
            chunks_per_shard: likewise; by default of ``"zarr3"`` (128, 128, 1).
            compress: whether chunks are compressed.
            swap_xy: swaps x and y of every slice.
            flip_x: reverses x, after the swap.
            flip_y: reverses y.
            flip_z: reverses the slices.
            use_bioformats: not supported, may only be false.
            max_layers: of all that the channels of an image could make, so many are made.
            batch_size: how many slices are held in memory at most, a multiple of the chunks' depth.
            executor: where the work is done; threads of this process if None.
            voxel_size_with_unit: the voxel size in another unit.
            shard_shape: the same as ``chunk_shape * chunks_per_shard``, instead of the latter.
            pattern: says where an image belongs, instead of the mapping: ``"{layer}/{z}.tif"``,
                ``"{z}/{y}/{x}.jpg"`` for tiles, ``"t{t}_c{c}_{z}.tif"``.
            skip_broken: leaves a gap where an image cannot be decoded.
            resume: keeps what was done if this is interrupted, and goes on from there next time.
            memory: bytes that it may take.
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
        make = cast("type[Dataset]", cls)
        plan.run(make, executor=executor)
        return make.open(output_path)

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

        What is not listed here is as in `from_images`.

        Args:
            images: an image or volume, a folder of slices, a pattern like ``"slices/*.tif"``, or
                a list of slices in their order.
            layer_name: of the new layer, or the beginning of the names if there are several.
            category: ``"color"`` or ``"segmentation"``.
            data_format: ``"wkw"``, ``"zarr"`` or ``"zarr3"``.
            mag: which mag the images show.
            chunk_shape: as in `Layer.add_mag`.
            chunks_per_shard: likewise.
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
            channel: takes only this channel.
            timepoint: takes only this timepoint.
            czi_channel: not supported.
            batch_size: how many slices are held in memory at most.
            allow_multiple_layers: makes a layer of each channel, unless they are colours, and in
                WKW of each timepoint. The first is returned.
            max_layers: so many at most.
            truncate_rgba_to_rgb: drops the fourth of four channels, with several layers only.
            executor: where the work is done.
            chunk_size: deprecated, use ``chunk_shape``.
            shard_shape: the same as ``chunk_shape * chunks_per_shard``.
            skip_broken: leaves a gap where an image cannot be decoded.
            resume: keeps what was done if this is interrupted, and goes on from there next time.
            memory: bytes that it may take.
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
        dataset = cast("Dataset", self)
        for plan in plans:
            plan.run(dataset, resume, executor=executor)
        return dataset.get_layer(plans[0].name)


def _wishes(memory: int | None, **wishes: Any) -> Wishes:
    from voxbrick.conversion.budget import MEMORY
    from voxbrick.operations.images import Wishes

    return Wishes(memory=MEMORY if memory is None else memory, **wishes)


def _flips(flip_x: bool, flip_y: bool, flip_z: bool) -> str:
    return "x" * flip_x + "y" * flip_y + "z" * flip_z


def _check_no_bioformats(use_bioformats: bool | None) -> None:
    if use_bioformats:
        raise InvalidArgumentError("Bio-Formats is not used here; leave use_bioformats out")
