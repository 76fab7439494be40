"""A dataset that is to be made from sources: planned as a whole, then done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attr

from voxbrick.conversion.filling import Progress
from voxbrick.conversion.staging import Stage, Work, check_apart, staged
from voxbrick.dataset._folder import is_new
from voxbrick.dataset._layer_plan import LayerPlan
from voxbrick.dataset.dataset import Dataset
from voxbrick.dataset.length_unit import VoxelSize
from voxbrick.dataset.view_configuration import DatasetViewConfiguration
from voxbrick.disk import check_space
from voxbrick.errors import DatasetExistsError


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

    def run(self, progress: Progress = lambda done: None, executor: Any = None) -> Dataset:
        """Makes the dataset, which appears when it is complete."""
        with staged(self.path, self.work, self.resume) as stage:
            if not stage.finished:
                check_new(self.path)
                check_space(self.path, self.nbytes, all(layer.compress for layer in self.layers))
                self._fill(stage, progress, executor)
                stage.finish()
        return Dataset.open(self.path)

    @property
    def work(self) -> Work:
        size = self.voxel_size
        return {
            "name": self.name,
            "voxel size": [*size.factor, str(size.unit)],
            "layers": [layer.work for layer in self.layers],
        }

    def _fill(self, stage: Stage, progress: Progress, executor: Any) -> None:
        dataset = Dataset(
            stage.data, name=self.name, voxel_size_with_unit=self.voxel_size, exist_ok=stage.resumed
        )
        stage.begin()
        for layer in self.layers:
            self._add(layer, dataset, progress, executor)
        if self.view is not None:
            dataset.default_view_configuration = self.view

    def _add(self, layer: LayerPlan, dataset: Dataset, progress: Progress, executor: Any) -> None:
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
