"""Datasets made from folders of images: planned as a whole, then done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attr

from voxbrick.conversion.filling import Progress
from voxbrick.conversion.images import check_alike, scan
from voxbrick.conversion.open_source import Reading, open_source
from voxbrick.conversion.pattern import match_files, place
from voxbrick.conversion.source import Source
from voxbrick.conversion.stack import StackSource
from voxbrick.conversion.staging import check_apart, clear, finished, staged
from voxbrick.dataset._folder import is_new
from voxbrick.dataset._image_layers import LayerPlan, Wishes, plan_layers
from voxbrick.dataset._image_names import Mapping, clean_name, group_images, guessed_category
from voxbrick.dataset.dataset import Dataset
from voxbrick.dataset.length_unit import VoxelSize
from voxbrick.disk import check_space
from voxbrick.errors import DatasetExistsError


@attr.frozen(kw_only=True)
class Search:
    """Which images under a path make which layers."""

    mapping: Mapping
    sort_key: Callable[[Path], Any] | None = None
    pattern: str | None = None
    """Names of files, instead of the mapping."""
    category: Any = None
    """By the name of each layer if None."""
    reading: Reading = attr.field(factory=Reading)


@attr.frozen(kw_only=True)
class DatasetPlan:
    """A dataset that is to be made; nothing is written before `run`."""

    path: Path
    voxel_size: VoxelSize
    name: str
    layers: list[LayerPlan]
    resume: bool

    @property
    def voxels(self) -> int:
        """How many will be written."""
        return sum(layer.source.voxels for layer in self.layers)

    @property
    def nbytes(self) -> int:
        """Bytes of all these voxels."""
        return sum(layer.source.nbytes for layer in self.layers)

    def run(self, progress: Progress = lambda done: None, executor: Any = None) -> Dataset:
        """Makes the dataset, which appears when it is complete."""
        if self.resume and finished(self.path):
            clear(self.path)
            return Dataset.open(self.path)
        check_new(self.path)
        check_space(self.path, self.nbytes, all(layer.layout.compress for layer in self.layers))
        with staged(self.path, self.resume) as stage:
            dataset = Dataset(
                stage.data, name=self.name, voxel_size_with_unit=self.voxel_size, exist_ok=stage.resumed
            )
            stage.checkpoint({"layers": [layer.transfer.work for layer in self.layers]})
            for layer in self.layers:
                self._add(layer, dataset, progress, executor)
            stage.finish()
        return Dataset.open(self.path)

    def _add(self, layer: LayerPlan, dataset: Dataset, progress: Progress, executor: Any) -> None:
        if layer.name in dataset.layers:
            progress(layer.source.voxels)
        else:
            layer.run(dataset, self.resume, progress, executor)


def plan_dataset(
    images: Path,
    path: Path,
    voxel_size: VoxelSize,
    search: Search,
    wishes: Wishes,
    name: str | None = None,
    resume: bool = False,
) -> DatasetPlan:
    """What `Dataset.from_images` would do.

    Raises:
        DatasetExistsError: something is at the path.
        CorruptDataError: images cannot be read; all of them are named.
        InvalidArgumentError: images and dataset lie in each other.
    """
    check_apart(images, path)
    if not (resume and finished(path)):
        check_new(path)
    layers = [
        layer
        for layer_name, source in _sources(images, search).items()
        for layer in plan_layers(source, layer_name, search.category or guessed_category(layer_name), wishes)
    ]
    return DatasetPlan(
        path=path, voxel_size=voxel_size, name=name or path.resolve().name, layers=layers, resume=resume
    )


def check_new(path: Path) -> None:
    """Refuses a folder that is not empty."""
    if not is_new(path):
        raise DatasetExistsError(f"{path} is not empty; choose another place for the dataset")


def _sources(images: Path, search: Search) -> dict[str, Source]:
    """What makes the layers, by their names."""
    if search.pattern is not None:
        return _patterned(images, search.pattern, search.reading.skip_broken)
    groups = group_images(images, search.mapping, search.sort_key)
    return {name: _opened(files, search.reading, images) for name, files in groups.items()}


def _opened(files: list[Path], reading: Reading, images: Path) -> Source:
    return open_source(files[0] if len(files) == 1 else files, reading)


def _patterned(images: Path, pattern: str, skip_broken: bool) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    for name, files in match_files(images, pattern).items():
        found, broken = scan([named.path for named in files], skip_broken)
        check_alike(found)
        layer_name = clean_name(name or images.resolve().name)
        sources[layer_name] = StackSource(str(images), place(files, found), broken)
    return sources
