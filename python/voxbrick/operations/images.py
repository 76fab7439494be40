"""Which datasets and layers images make, by their folders and names, and with which voxels."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import attr
import numpy as np

from voxbrick._support import caller_level
from voxbrick.conversion.budget import MEMORY
from voxbrick.errors import (
    BoundsError,
    InvalidArgumentError,
    NotFoundError,
    Remedy,
    UnsupportedError,
    remedied,
)
from voxbrick.geometry.bounding_box import BoundingBox
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import XYZ, Vec3Int
from voxbrick.metadata.defaults import DEFAULT_CHUNKS_PER_SHARD_FROM_IMAGES, DEFAULT_DATA_FORMAT
from voxbrick.metadata.types import (
    COLOR_CATEGORY,
    SEGMENTATION_CATEGORY,
    ConversionLayerMapping,
    DataFormat,
    VoxelSize,
    normalized_dtype,
)
from voxbrick.metadata.view_configuration import LayerViewConfiguration
from voxbrick.operations.layers import check_name
from voxbrick.operations.plans import DatasetPlan, LayerPlan, MagPlan, check_place
from voxbrick.sources.images import BROKEN, describe, is_image, natural_key, scan
from voxbrick.sources.open import Reading, check_no_shape, is_volume, open_source
from voxbrick.sources.pattern import match_files, open_pattern
from voxbrick.sources.source import Source
from voxbrick.sources.transformed import Arranged, Cast, Part, Turned
from voxbrick.volume.layout import Layout, with_defaults


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


# -- layers ----------------------------------------------------------------------------------------
#
# Which layers images or other volumes make, with which voxels.

COLORS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255), (0, 255, 255)]


@attr.frozen(kw_only=True)
class Wishes:
    """What layers from images are to be; the arguments of `add_layer_from_images`."""

    data_format: DataFormat = DEFAULT_DATA_FORMAT
    layout: Layout = attr.field(factory=Layout)
    mag: Mag = attr.field(factory=lambda: Mag(1))
    topleft: Vec3Int | None = None
    """Where the source itself begins if None."""
    swap_xy: bool = False
    flips: str = ""
    dtype: Any = None
    channel: int | None = None
    timepoint: int | None = None
    allow_multiple_layers: bool = False
    max_layers: int = 20
    truncate_rgba_to_rgb: bool = True
    batch_size: int | None = None
    memory: int = MEMORY
    jobs: int = 2


def plan_layers(source: Source, name: str, category: Any, wishes: Wishes) -> list[LayerPlan]:
    """The layers that a source makes: one, or several for its channels and timepoints.

    Raises:
        UnsupportedError: the data format cannot hold it.
        InvalidArgumentError: it has no such channel, or a wish makes no sense.
    """
    _check_wishes(wishes)
    seen = _seen(_named(source), wishes)
    if wishes.topleft is None:
        wishes = attr.evolve(wishes, topleft=topleft_of(seen, wishes.mag))
    parts = _parts(seen, name, wishes) if wishes.allow_multiple_layers else {name: seen}
    if len(parts) > wishes.max_layers:
        parts = dict(list(parts.items())[: wishes.max_layers])
    split = len(parts) > 1 and "__channel" in next(iter(parts))
    return [
        _planned(part, part_name, category, wishes, COLORS[number % len(COLORS)] if split else None)
        for number, (part_name, part) in enumerate(parts.items())
    ]


def _check_wishes(wishes: Wishes) -> None:
    if wishes.max_layers < 1:
        raise InvalidArgumentError(f"max_layers is {wishes.max_layers}; make at least one layer")
    if wishes.topleft is not None and not wishes.topleft.is_positive():
        raise InvalidArgumentError(
            f"topleft is {wishes.topleft.to_tuple()}; layers begin at 0 or above along each axis"
        )


def _named(source: Source) -> Source:
    """With the axes c, t, x, y and z; time only where there is some."""
    unknown = set(source.axes) - {"c", "t", *XYZ}
    if unknown or len(set(source.axes)) < len(source.axes):
        axes = ", ".join(source.axes)
        raise UnsupportedError(
            f"{source.name} has the axes {axes}; layers have c, t, x, y and z, each at most once"
        )
    extents = dict(zip(source.axes, source.shape, strict=True))
    return Arranged(source, ("c", "t", *XYZ) if extents.get("t", 1) > 1 else ("c", *XYZ))


def _seen(source: Source, wishes: Wishes) -> Source:
    if wishes.channel is not None:
        source = Part(source, "c", wishes.channel, 1)
    if wishes.timepoint is not None and "t" in source.axes:
        source = Arranged(Part(source, "t", wishes.timepoint, 1), ("c", *XYZ))
    elif wishes.timepoint:
        raise BoundsError(f"{source.name} has one timepoint, and none has the number {wishes.timepoint}")
    if wishes.swap_xy or wishes.flips:
        source = Turned(source, wishes.swap_xy, wishes.flips)
    if wishes.dtype is not None:
        source = Cast(source, normalized_dtype(wishes.dtype))
    return source


def _parts(source: Source, name: str, wishes: Wishes) -> dict[str, Source]:
    """Channels that are no colours are layers of their own; so are timepoints, where they have to be."""
    channels = source.shape[0]
    if channels == 4 and source.dtype == np.uint8 and wishes.truncate_rgba_to_rgb:
        source, channels = Part(source, "c", 0, 3), 3
    parts = {name: source}
    if channels not in (1, 3):
        parts = {f"{name}__channel{c}": Part(source, "c", c, 1) for c in range(channels)}
    if "t" in source.axes and wishes.data_format is DataFormat.WKW:
        parts = {
            f"{part_name}__timepoint{t}": Arranged(Part(part, "t", t, 1), ("c", *XYZ))
            for part_name, part in parts.items()
            for t in range(source.shape[1])
        }
    return parts


def _planned(
    source: Source, name: str, category: Any, wishes: Wishes, color: tuple[int, int, int] | None
) -> LayerPlan:
    check_name(name)
    _check_type(source, category)
    if "t" in source.axes and wishes.data_format is DataFormat.WKW:
        message = f"{source.name} has {source.shape[1]} timepoints, which WKW cannot hold"
        raise remedied(UnsupportedError, message, Remedy.ONE_TIME)
    asked = wishes.layout
    if wishes.data_format is DataFormat.Zarr3 and asked.chunks_per_shard is asked.shard_shape is None:
        asked = attr.evolve(asked, chunks_per_shard=DEFAULT_CHUNKS_PER_SHARD_FROM_IMAGES)
    layout = with_defaults(asked, wishes.data_format)
    box = _box(source, wishes.mag, wishes.topleft or Vec3Int.zeros())
    plan = MagPlan.of(
        source, wishes.mag, box.in_mag(wishes.mag), wishes.data_format, layout, wishes.memory, wishes.jobs
    )
    if wishes.batch_size is not None:
        plan = _in_batches(plan, wishes.batch_size)
    view = None if color is None else LayerViewConfiguration(color=color)
    return LayerPlan(name=name, category=category, box=box, mags=[plan], view=view)


def _in_batches(plan: MagPlan, batch_size: int) -> MagPlan:
    cut = plan.transfer.cut
    if batch_size < 1 or batch_size % cut.chunk[-1]:
        raise InvalidArgumentError(
            f"batch_size is {batch_size}; it has to be a multiple of {cut.chunk[-1]}, the depth of a chunk"
        )
    box_shape = (*cut.box_shape[:-1], min(cut.box_shape[-1], batch_size))
    return attr.evolve(plan, transfer=attr.evolve(plan.transfer, cut=cut._replace(box_shape=box_shape)))


def _check_type(source: Source, category: Any) -> None:
    normalized_dtype(source.dtype)
    if category == SEGMENTATION_CATEGORY and source.dtype.kind == "f":
        raise InvalidArgumentError(
            f"{source.name} holds {source.dtype}, which cannot be the ids of segments; "
            "give an integer dtype, or the category color"
        )


def _box(source: Source, mag: Mag, topleft: Vec3Int) -> NDBoundingBox:
    """Where the layer has data, in Mag(1)."""
    size = Vec3Int(source.shape[-3:]) * mag
    if "t" not in source.axes:
        return BoundingBox(topleft, size)
    axes = source.axes[1:]
    begin, extent = (0, *topleft), (source.shape[1], *size)
    return NDBoundingBox(begin, extent, axes, range(1, len(axes) + 1))


# -- names -----------------------------------------------------------------------------------------
#
# Which images make which layer, by their folders and names.

Mapping: TypeAlias = "ConversionLayerMapping | str | Callable[[Path], str]"
Grouped: TypeAlias = "dict[str, list[Path]]"


def group_images(path: Path, mapping: Mapping, sort_key: Callable[[Path], Any] | None) -> Grouped:
    """The images under a path by the names of their layers; those of each in the order of their slices.

    Raises:
        NotFoundError: there are no images.
        InvalidArgumentError: there is no such mapping.
    """
    files = _files(path)
    folder = path if path.is_dir() else path.parent
    name_of = _naming(mapping, folder, files)
    groups: Grouped = {}
    for file in files:
        groups.setdefault(name_of(file.relative_to(folder)), []).append(file)
    return {
        name: sorted(group, key=sort_key or natural_key)
        for name, group in zip(clean_names(groups), groups.values(), strict=True)
    }


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.exists():
        raise NotFoundError(f"{path} does not exist")
    found = [file for file in path.rglob("*") if file.is_file() or file.is_symlink()]
    files = sorted((file for file in found if is_image(file) or is_volume(file)), key=natural_key)
    if not files:
        raise NotFoundError(f"{path} holds no images")
    return files


def _naming(mapping: Mapping, folder: Path, files: list[Path]) -> Callable[[Path], str]:
    """Gives the layer of a path that is relative to the folder."""
    if callable(mapping):
        return lambda file: mapping(file).replace("/", "")
    try:
        kind = ConversionLayerMapping(mapping)
    except ValueError as error:
        names = [each.value for each in ConversionLayerMapping]
        raise InvalidArgumentError(f"layers are mapped by {names}, got {mapping!r}") from error
    whole = folder.resolve().name
    per_folder = _per_folder(whole, [file.relative_to(folder).parent for file in files])
    match kind:
        case ConversionLayerMapping.ENFORCE_SINGLE_LAYER:
            return lambda file: whole
        case ConversionLayerMapping.ENFORCE_LAYER_PER_FILE:
            return _joined
        case ConversionLayerMapping.ENFORCE_LAYER_PER_FOLDER:
            return lambda file: _joined(file.parent) or whole
        case ConversionLayerMapping.ENFORCE_LAYER_PER_TOPLEVEL_FOLDER:
            return lambda file: file.parts[0] if len(file.parts) > 1 else whole
        case ConversionLayerMapping.INSPECT_EVERY_FILE:
            return lambda file: _joined(file) if _holds_volume(folder / file) else per_folder(file)
        case _:
            return _joined if _first_holds_volume(files) else per_folder


def _joined(path: Path) -> str:
    """All of a path, in which "a/b_c" and "a_b/c" are still different."""
    return "/".join(path.parts)


def _per_folder(whole: str, folders: list[Path]) -> Callable[[Path], str]:
    """Folders are called by their own name, or where several have the same by all of their path."""
    names = [folder.name for folder in set(folders)]

    def name_of(file: Path) -> str:
        name = file.parent.name
        return whole if not name else name if names.count(name) == 1 else _joined(file.parent)

    return name_of


def _first_holds_volume(files: list[Path]) -> bool:
    """Of the first that is not broken; whether those that are may be skipped is decided later."""
    return next((holds for holds in map(_holds_volume, files) if holds is not None), False)


def _holds_volume(path: Path) -> bool | None:
    """None if it is broken."""
    if is_volume(path):
        return True
    try:
        return not describe(path).is_flat
    except BROKEN:
        return None


def clean_names(names: Iterable[str]) -> list[str]:
    """What of names is allowed as the names of layers.

    Raises:
        InvalidArgumentError: nothing is, or the same of two of them.
    """
    origins: dict[str, str] = {}
    for name in names:
        cleaned = _clean_name(name)
        if origins.setdefault(cleaned, name) != name:
            raise InvalidArgumentError(
                f"{origins[cleaned]!r} and {name!r} would both be the layer {cleaned!r}; rename one of them"
            )
    return list(origins)


def _clean_name(name: str) -> str:
    cleaned = re.sub(r"[^A-Za-z0-9_$@.-]", "", name.replace("/", "_")).lstrip(".")
    if not cleaned:
        raise InvalidArgumentError(f"{name!r} leaves nothing to name a layer by")
    return cleaned


def guessed_category(name: str) -> Any:
    """Segmentations say so in their name."""
    return SEGMENTATION_CATEGORY if "segmentation" in name.lower() else COLOR_CATEGORY


# -- places ----------------------------------------------------------------------------------------
#
# Where layers begin that are made of images or other volumes.


def topleft_of(source: Source, mag: Mag) -> Vec3Int:
    """Where its layer begins, in Mag(1): where the source does, unless no layer can begin there."""
    begin = Vec3Int(source.begin)
    if begin.is_positive():
        return begin * mag
    warnings.warn(
        f"{source.name}: dropped: the first voxel's place {' x '.join(map(str, begin))}; "
        f"layers do not begin below 0, and this one is at 0",
        UserWarning,
        stacklevel=caller_level(),
    )
    return Vec3Int.zeros()
