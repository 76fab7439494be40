"""Layers and datasets that are to be made from sources, one for each mag: planned as a whole, then done."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import attr

from voxbrick.array import num_threads
from voxbrick.conversion.budget import cut
from voxbrick.conversion.mag_sources import MagSource
from voxbrick.conversion.transfer import Filling, Progress, Transfer
from voxbrick.errors import DatasetExistsError, NameTakenError
from voxbrick.files.space import check_space
from voxbrick.files.staging import Stage, Work, check_apart, staged
from voxbrick.geometry.grid import Box
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.metadata.changes import Document
from voxbrick.metadata.properties import LayerProperties
from voxbrick.metadata.properties_file import is_new
from voxbrick.metadata.types import SEGMENTATION_CATEGORY, DataFormat, VoxelSize
from voxbrick.metadata.view_configuration import LayerViewConfiguration
from voxbrick.operations.handles import DatasetHandle, LayerHandle, MagHandle
from voxbrick.operations.layers import (
    add_with_folder,
    adopt,
    check_name,
    data_format_of,
    make_layer_folder,
    others_of,
    standalone,
)
from voxbrick.operations.mags import adopted, largest_segment_id_of, layout_like
from voxbrick.operations.pyramid import WORKER_BYTES
from voxbrick.sources.source import Source
from voxbrick.volume.create import create_mag_array, create_mag_array_like, is_zero
from voxbrick.volume.layout import Layout, with_defaults
from voxbrick.volume.mag_array import ArrayInfo, ArrayPlace, MagArray
from voxbrick.work.executors import workers_of


@attr.frozen(kw_only=True)
class MagPlan:
    """The array of a mag that is to be made."""

    mag: Mag
    data_format: DataFormat
    layout: Layout
    extent: NDBoundingBox
    """Where there will be data, in the voxels of the mag."""
    transfer: Transfer
    like: MagArray | None = None
    """The array that is copied, whose fill value and attributes the new one gets."""

    @classmethod
    def of(
        cls,
        source: Source,
        mag: Mag,
        extent: NDBoundingBox,
        data_format: DataFormat,
        layout: Layout,
        memory: int,
        jobs: int,
        like: MagArray | None = None,
    ) -> MagPlan:
        """From a source with the axes c and those of the extent, in a layout without gaps."""
        assert layout.chunk_shape is not None
        assert layout.chunks_per_shard is not None
        offset = (0, *extent.topleft)
        others = source.shape[:1] + (1,) * (len(source.axes) - 4)
        chunk = (*others, *layout.chunk_shape)
        shard = (*others, *(layout.chunk_shape * layout.chunks_per_shard))
        parts = cut(Box(offset, source.shape), source, chunk, shard, memory, jobs)
        return cls(
            mag=mag,
            data_format=data_format,
            layout=layout,
            extent=extent,
            transfer=Transfer(source=source, offset=offset, cut=parts),
            like=like,
        )

    @property
    def name(self) -> str:
        """Of its folder."""
        return self.mag.to_layer_name()

    @property
    def work(self) -> dict[str, Any]:
        """What it has in common with itself in another process, as JSON values."""
        return self.transfer.work | {"format": str(self.data_format), "layout": repr(self.layout)}

    def create(self, folder: Path) -> None:
        """Makes the array, empty, in the folder of its layer."""
        source, path = self.transfer.source, folder / self.name
        if self.like is not None:
            create_mag_array_like(self.like, path, self.layout, self.extent, self.data_format, source.dtype)
        else:
            create_mag_array(path, self.data_format, source.dtype, source.shape[0], self.layout, self.extent)


@attr.frozen
class LayerCopy:
    """The properties of a layer that is a copy of another one, but for its mags."""

    properties: LayerProperties
    others: dict[str, Any]
    """Members of its JSON that are not known here."""


@attr.frozen(kw_only=True)
class LayerPlan:
    """A layer that is to be made; nothing is written before `run`."""

    name: str
    category: Any
    box: NDBoundingBox
    """In Mag(1)."""
    mags: list[MagPlan]
    view: LayerViewConfiguration | None = None
    largest_segment_id: int | None = None
    """Of a segmentation."""
    looks_for_ids: bool = True
    """Whether the largest id is looked for if it is not known."""
    mappings: list[str] | None = None
    copied: LayerCopy | None = None
    """What the layer takes over of the one that it is a copy of."""

    @property
    def voxels(self) -> int:
        return sum(mag.transfer.source.voxels for mag in self.mags)

    @property
    def nbytes(self) -> int:
        return sum(mag.transfer.source.nbytes for mag in self.mags)

    @property
    def broken(self) -> list[Path]:
        """Images that cannot be decoded, in whose place there will be nothing."""
        return [path for mag in self.mags for path in mag.transfer.source.broken]

    @property
    def compress(self) -> bool:
        """Whether all of it will be compressed."""
        return all(mag.layout.compress for mag in self.mags)

    @property
    def work(self) -> Work:
        mags = [mag.work for mag in self.mags]
        return {"layer": self.name, "category": str(self.category), "mags": mags}

    def run(
        self,
        dataset: DatasetHandle,
        resume: bool = False,
        progress: Progress = lambda done: None,
        executor: Any = None,
    ) -> None:
        """Makes the layer, which appears when it is complete; only this process writes properties.

        Raises:
            NameTakenError: there is such a layer.
            StorageError: the disk is too small.
        """
        path = dataset.path / self.name
        with staged(path, self.work, resume) as stage:
            if not stage.finished:
                if self.name in dataset.layers or path.exists():
                    raise NameTakenError(f"{dataset} has a layer or folder {self.name!r} already")
                check_space(path, self.nbytes, self.compress)
                self._fill(stage, progress, executor)
                stage.finish()
            self._register(dataset)

    def _fill(self, stage: Stage, progress: Progress, executor: Any) -> None:
        if not stage.resumed:
            stage.data.mkdir()
            for mag in self.mags:
                mag.create(stage.data)
        stage.begin()
        for mag in self.mags:
            record = stage.record(mag.name)
            Filling(mag.transfer, stage.data / mag.name, record, executor, stage.keeps).copy(progress)

    def _register(self, dataset: DatasetHandle) -> None:
        if self.name in dataset.layers:
            return
        if self.copied is not None:
            mags = tuple(adopted(mag.mag, _info_in(dataset.path / self.name / mag.name)) for mag in self.mags)
            properties = attr.evolve(self.copied.properties, mags=mags)
            add_with_folder(dataset, properties, make_layer_folder, self.copied.others)
            return
        adopt(dataset, self.name, self.category, self.box, self.largest_segment_id, self.mappings)
        layer = dataset.get_layer(self.name)
        if self.looks_for_ids and layer.category == SEGMENTATION_CATEGORY:
            found = largest_segment_id_of(layer, Layout(), None)
            dataset._change(lambda document: document.set_largest_segment_id(self.name, found))
        view = self.view
        if view is not None:
            dataset._change(lambda document: document.set_layer_view_configuration(self.name, view))


# -- datasets --------------------------------------------------------------------------------------
#
# A dataset that is to be made from sources: planned as a whole, then done.


@attr.frozen(kw_only=True)
class DatasetPlan:
    """A dataset that is to be made; nothing is written before `run`."""

    path: Path
    voxel_size: VoxelSize
    name: str
    layers: list[LayerPlan]
    resume: bool
    describe: Callable[[Document], None] | None = None
    """Adds to the properties what is known of the dataset beside its layers."""

    @property
    def voxels(self) -> int:
        """How many will be written."""
        return sum(layer.voxels for layer in self.layers)

    @property
    def nbytes(self) -> int:
        """Bytes of all these voxels."""
        return sum(layer.nbytes for layer in self.layers)

    def run(
        self,
        make: Callable[..., DatasetHandle],
        progress: Progress = lambda done: None,
        executor: Any = None,
    ) -> None:
        """Makes the dataset, which appears when it is complete; ``make`` is its class."""
        with staged(self.path, self.work, self.resume) as stage:
            if not stage.finished:
                check_new(self.path)
                check_space(self.path, self.nbytes, all(layer.compress for layer in self.layers))
                self._fill(make, stage, progress, executor)
                stage.finish()

    @property
    def work(self) -> Work:
        size = self.voxel_size
        return {
            "name": self.name,
            "voxel size": [*size.factor, str(size.unit)],
            "layers": [layer.work for layer in self.layers],
        }

    def _fill(
        self, make: Callable[..., DatasetHandle], stage: Stage, progress: Progress, executor: Any
    ) -> None:
        dataset = make(
            stage.data, name=self.name, voxel_size_with_unit=self.voxel_size, exist_ok=stage.resumed
        )
        stage.begin()
        for layer in self.layers:
            self._add(layer, dataset, progress, executor)
        if self.describe is not None:
            dataset._change(self.describe)

    def _add(self, layer: LayerPlan, dataset: DatasetHandle, progress: Progress, executor: Any) -> None:
        if layer.name in dataset.layers:
            progress(layer.voxels)
        else:
            layer.run(dataset, self.resume, progress, executor)


def check_place(source: Path, path: Path, resume: bool) -> None:
    """Refuses a folder that is not empty, or lies in or around the source.

    With `resume` it may hold what the same work has made; that is seen when the work is known.
    """
    check_apart(source, path)
    if not resume:
        check_new(path)


def check_new(path: Path) -> None:
    """Refuses a folder that is not empty."""
    if not is_new(path):
        raise DatasetExistsError(f"{path} is not empty; choose another place for the dataset")


# -- copies ----------------------------------------------------------------------------------------
#
# Which layers a copy of a dataset has, mag by mag. What is not known here is kept as it is.


@attr.frozen(kw_only=True)
class Copying:
    """What the copies are to be; what is None stays as it is."""

    data_format: DataFormat | None = None
    layout: Layout = attr.field(factory=Layout)
    memory: int
    jobs: int

    @classmethod
    def by(cls, executor: Any, data_format: str | DataFormat | None, layout: Layout) -> Copying:
        """For copies whose memory nobody limits: half a GiB for each worker."""
        jobs = num_threads() if executor is None else workers_of(executor)
        wanted = None if data_format is None else data_format_of(data_format)
        return cls(data_format=wanted, layout=layout, memory=jobs * WORKER_BYTES, jobs=jobs)


def copy_layer(
    dataset: DatasetHandle, layer: LayerHandle, name: str, copying: Copying, executor: Any
) -> None:
    """Adds a copy of another layer with all its mags."""
    plan_layer_copy(layer, name, copying).run(dataset, executor=executor)


def plan_copy(
    dataset: DatasetHandle,
    path: Path,
    copying: Copying,
    *,
    name: str | None = None,
    voxel_size: VoxelSize | None = None,
    resume: bool = False,
) -> DatasetPlan:
    """What copies all layers into a new dataset.

    Raises:
        DatasetExistsError: something is at the path.
        InvalidArgumentError: the data format has no such chunks or shards.
        UnsupportedError: a layer is of a format that voxbrick cannot read.
    """
    check_place(dataset.path, path, resume)
    view = dataset._file.document()
    return DatasetPlan(
        path=path,
        voxel_size=voxel_size or dataset.voxel_size_with_unit,
        name=dataset.name if name is None else name,
        layers=[plan_layer_copy(layer, layer.name, copying) for layer in dataset.layers.values()],
        resume=resume,
        describe=lambda document: document.take_view_configuration_of(view),
    )


def plan_layer_copy(layer: LayerHandle, name: str, copying: Copying) -> LayerPlan:
    """What copies a layer with all its mags."""
    check_name(name)
    data_format = copying.data_format or layer.data_format
    properties = attr.evolve(standalone(layer), name=name, mags=(), data_format=data_format)
    others = others_of(layer)
    others.pop("attachments", None)  # whose files are not copied
    return LayerPlan(
        name=name,
        category=layer.category,
        box=layer.bounding_box,
        mags=[_copied_mag(mag, data_format, copying) for mag in layer.mags.values()],
        copied=LayerCopy(properties, others),
    )


def _copied_mag(mag: MagHandle, data_format: DataFormat, copying: Copying) -> MagPlan:
    array = mag._handle().array
    extent = _extent_of(array, mag.bounding_box.align_with_mag(mag.mag, ceil=True).in_mag(mag.mag))
    layout = with_defaults(layout_like(mag, copying.layout, data_format), data_format)
    return MagPlan.of(
        MagSource(array, extent), mag.mag, extent, data_format, layout, copying.memory, copying.jobs, array
    )


def _extent_of(array: MagArray, box: NDBoundingBox) -> NDBoundingBox:
    """All that a copy holds: the box and what is stored around it; all of an array whose gaps are not 0."""
    whole = array.extent(box)
    if whole is not None and not is_zero(array.fill_value):
        return whole
    return reduce(NDBoundingBox.extended_by, array.stored_boxes(box), box)


def _info_in(path: Path) -> ArrayInfo:
    return MagArray(ArrayPlace(path)).info
