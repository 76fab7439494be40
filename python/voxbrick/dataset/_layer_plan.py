"""A layer that is to be made from sources, one for each mag: planned as a whole, then done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import attr

from voxbrick.conversion.boxes import Box
from voxbrick.conversion.cut import cut
from voxbrick.conversion.filling import Filling, Progress
from voxbrick.conversion.source import Source
from voxbrick.conversion.staging import Stage, Work, staged
from voxbrick.conversion.transfer import Transfer
from voxbrick.dataset._adopted_layers import adopt
from voxbrick.dataset._layout import Layout
from voxbrick.dataset._new_array import create_mag_array
from voxbrick.dataset.data_format import DataFormat
from voxbrick.dataset.layer import SegmentationLayer
from voxbrick.dataset.view_configuration import LayerViewConfiguration
from voxbrick.disk import check_space
from voxbrick.errors import NameTakenError
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox

if TYPE_CHECKING:
    from voxbrick.dataset.dataset import Dataset
    from voxbrick.dataset.layer import Layer


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
        dataset: Dataset,
        resume: bool = False,
        progress: Progress = lambda done: None,
        executor: Any = None,
    ) -> Layer:
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
            return self._registered(dataset)

    def _fill(self, stage: Stage, progress: Progress, executor: Any) -> None:
        if not stage.resumed:
            stage.data.mkdir()
            for mag in self.mags:
                mag.create(stage.data)
        stage.begin()
        for mag in self.mags:
            record = stage.record(mag.name)
            Filling(mag.transfer, stage.data / mag.name, record, executor, stage.keeps).copy(progress)

    def _registered(self, dataset: Dataset) -> Layer:
        if self.name in dataset.layers:
            return dataset.get_layer(self.name)
        layer = adopt(dataset, self.name, self.category, self.box, self.largest_segment_id, self.mappings)
        if self.looks_for_ids and isinstance(layer, SegmentationLayer):
            layer.refresh_largest_segment_id()
        if self.view is not None:
            layer.default_view_configuration = self.view
        return layer
