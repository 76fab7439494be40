"""What a dataset offers to copy, compress and downsample all its layers at once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from voxbrick._support import warn_deprecated
from voxbrick.errors import InvalidArgumentError
from voxbrick.files.folders import check_path
from voxbrick.geometry.sampling import SamplingModes
from voxbrick.metadata.types import VoxelSize
from voxbrick.operations.plans import Copying, plan_copy
from voxbrick.volume.layout import Shape, layout

if TYPE_CHECKING:
    from argparse import Namespace

    from voxbrick.dataset.dataset import Dataset
    from voxbrick.metadata.types import DataFormat


class CopyMethods:
    """The part of `Dataset` that works on all layers."""

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
            executor: where the work is done; None works in this process.
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
        source = _dataset(self)
        check_outside(source, new_dataset_path)
        path = Path(new_dataset_path)
        plan = plan_copy(
            source,
            path,
            Copying.by(executor, data_format, asked),
            name=path.resolve().name,
            voxel_size=None if voxel_size is None else VoxelSize.in_nanometers(voxel_size),
        )
        plan.run(type(source), executor=executor)
        return type(source).open(path)

    def shallow_copy_dataset(
        self,
        new_dataset_path: str | os.PathLike[str],
        name: str | None = None,
        make_relative: bool = False,
        layers_to_ignore: Iterable[str] | None = None,
    ) -> Dataset:
        """A new dataset whose layers are links to those of this one.

        Raises:
            DatasetExistsError: the folder is not empty.
        """
        source, ignored = _dataset(self), set(layers_to_ignore or ())
        check_outside(source, new_dataset_path)
        size = source.voxel_size_with_unit
        copy = type(source)(new_dataset_path, None, name or source.name, False, voxel_size_with_unit=size)
        for layer in source.layers.values():
            if layer.name not in ignored:
                copy.add_symlink_layer(layer, make_relative)
        _take_view(copy, source)
        return copy

    def compress(
        self,
        executor: Executor | None = None,
        *,
        progress_desc: str | None = None,
        memory: int | None = None,
        resume: bool = False,
    ) -> None:
        """Compresses all mags in place that are not compressed yet; see `MagView.compress`."""
        for layer in _dataset(self).layers.values():
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
        """Adds the coarser mags of all layers; see `Layer.downsample`."""
        for layer in _dataset(self).layers.values():
            layer.downsample(
                coarsest_mag=coarsest_mag,
                interpolation_mode=interpolation_mode,
                compress=compress,
                sampling_mode=sampling_mode,
                executor=executor,
            )


def _dataset(part: CopyMethods) -> Dataset:
    return cast("Dataset", part)


def check_outside(source: Dataset, path: str | os.PathLike[str]) -> None:
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
