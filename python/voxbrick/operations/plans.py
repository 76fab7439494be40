"""Layers and datasets that are to be made from sources, one for each mag: planned as a whole, then done."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import attr

from voxbrick.conversion.budget import cut
from voxbrick.conversion.mag_sources import MagSource
from voxbrick.conversion.transfer import Filling, Progress, Transfer
from voxbrick.errors import DatasetExistsError, NameTakenError
from voxbrick.files.space import check_space
from voxbrick.files.staging import Stage, Work, check_apart, staged
from voxbrick.geometry.grid import Box
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.metadata.properties_file import is_new
from voxbrick.metadata.types import SEGMENTATION_CATEGORY, DataFormat, VoxelSize
from voxbrick.metadata.view_configuration import DatasetViewConfiguration, LayerViewConfiguration
from voxbrick.operations.handles import DatasetHandle, LayerHandle, MagHandle
from voxbrick.operations.layers import adopt
from voxbrick.operations.mags import largest_segment_id_of, layout_like
from voxbrick.sources.source import Source
from voxbrick.volume.create import create_mag_array
from voxbrick.volume.layout import Layout, with_defaults


@attr.frozen(kw_only=True)
class MagPlan:
    """The array of a mag that is to be made."""

    mag: Mag
    data_format: DataFormat
    layout: Layout
    extent: NDBoundingBox
    """Where there will be data, in the voxels of the mag."""
    transfer: Transfer

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
        source = self.transfer.source
        create_mag_array(
            folder / self.name, self.data_format, source.dtype, source.shape[0], self.layout, self.extent
        )


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
    view: DatasetViewConfiguration | None = None

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
        view = self.view
        if view is not None:
            dataset._change(lambda document: document.set_view_configuration(view))

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


# -- copies of datasets ----------------------------------------------------------------------------
#
# Which layers a copy of a dataset has, mag by mag.


@attr.frozen(kw_only=True)
class Copying:
    """What the copies are to be; what is None stays as it is."""

    data_format: DataFormat | None = None
    layout: Layout = attr.field(factory=Layout)
    memory: int
    jobs: int


def plan_copy(dataset: DatasetHandle, path: Path, copying: Copying, resume: bool = False) -> DatasetPlan:
    """What copies all layers into a new dataset.

    Raises:
        DatasetExistsError: something is at the path.
        InvalidArgumentError: the data format has no such chunks or shards.
    """
    check_place(dataset.path, path, resume)
    return DatasetPlan(
        path=path,
        voxel_size=dataset.voxel_size_with_unit,
        name=dataset.name,
        layers=[_copied(layer, copying) for layer in dataset.layers.values()],
        resume=resume,
        view=dataset.default_view_configuration,
    )


def _copied(layer: LayerHandle, copying: Copying) -> LayerPlan:
    is_segmentation = layer.category == SEGMENTATION_CATEGORY
    mappings = layer._properties.mappings
    return LayerPlan(
        name=layer.name,
        category=layer.category,
        box=layer.bounding_box,
        mags=[_copied_mag(mag, copying) for mag in layer.mags.values()],
        view=layer._properties.default_view_configuration,
        largest_segment_id=layer._properties.largest_segment_id,
        looks_for_ids=False,
        mappings=list(mappings) if is_segmentation and mappings else None,
    )


def _copied_mag(mag: MagHandle, copying: Copying) -> MagPlan:
    data_format = copying.data_format or mag.info.data_format
    extent = mag.bounding_box.in_mag(mag.mag)
    stored = mag._handle().array.stored_boxes(extent)
    extent = reduce(NDBoundingBox.extended_by, stored, extent)
    layout = with_defaults(layout_like(mag, copying.layout, data_format), data_format)
    return MagPlan.of(
        MagSource(mag._handle().array, extent),
        mag.mag,
        extent,
        data_format,
        layout,
        copying.memory,
        copying.jobs,
    )
