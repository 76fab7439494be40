"""Which datasets folders of images make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attr

from voxbrick.conversion.images import scan
from voxbrick.conversion.open_source import Reading, check_no_shape, open_source
from voxbrick.conversion.pattern import match_files, open_pattern
from voxbrick.conversion.source import Source
from voxbrick.dataset._dataset_plan import DatasetPlan, check_place
from voxbrick.dataset._image_layers import Wishes, plan_layers
from voxbrick.dataset._image_names import Mapping, clean_names, group_images, guessed_category
from voxbrick.dataset.length_unit import VoxelSize


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
    check_place(images, path, resume)
    layers = [
        layer
        for layer_name, source in _sources(images, search).items()
        for layer in plan_layers(source, layer_name, search.category or guessed_category(layer_name), wishes)
    ]
    return DatasetPlan(
        path=path, voxel_size=voxel_size, name=name or path.resolve().name, layers=layers, resume=resume
    )


def _sources(images: Path, search: Search) -> dict[str, Source]:
    """What makes the layers, by their names."""
    if search.pattern is not None:
        check_no_shape(images, search.reading)
        return _patterned(images, search.pattern, search.reading.skip_broken)
    groups = group_images(images, search.mapping, search.sort_key)
    return {name: _opened(files, search.reading) for name, files in groups.items()}


def _opened(files: list[Path], reading: Reading) -> Source:
    return open_source(files[0] if len(files) == 1 else files, reading)


def _patterned(images: Path, pattern: str, skip_broken: bool) -> dict[str, Source]:
    groups = match_files(images, pattern)
    names = clean_names(name or images.resolve().name for name in groups)
    return {
        name: open_pattern(str(images), files, scan([named.path for named in files], skip_broken))
        for name, files in zip(names, groups.values(), strict=True)
    }
