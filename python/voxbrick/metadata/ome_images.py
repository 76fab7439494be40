"""OME-Zarr images as values: what the groups in a folder say about the arrays in them.

Read are versions 0.4 (Zarr v2) and 0.5 (Zarr v3), and 0.4 in groups of Zarr v3, as some write it.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import attr

from voxbrick._support import caller_level
from voxbrick.errors import InvalidMetadataError, StorageError, UnsupportedError
from voxbrick.files.folders import leads_nowhere, storage_error
from voxbrick.metadata.defaults import ZARR_JSON_FILE_NAME, ZATTRS_FILE_NAME
from voxbrick.metadata.json import Node
from voxbrick.metadata.types import LengthUnit
from voxbrick.metadata.zarr_groups import read_document

_VERSIONS = ("0.4", "0.5")
# No length is as large, nor are the ratios of two of them larger than numbers can be, in whatever units.
_FARTHEST = 1e100
_TYPES = {"c": "channel", "t": "time", "x": "space", "y": "space", "z": "space"}


@attr.frozen
class Axis:
    """A dimension of all arrays of an image; the unit is as it is written, and may be anything."""

    name: str
    kind: str
    unit: str | None = None

    @property
    def length_unit(self) -> LengthUnit | None:
        """None if there is no unit, or none that is a length."""
        return LengthUnit(self.unit) if self.unit in set(LengthUnit) else None


@attr.frozen
class Level:
    """An array; its voxel ``i`` has its centre at ``translation + i * scale``."""

    path: Path
    scale: tuple[float, ...]
    translation: tuple[float, ...]


@attr.frozen
class Image:
    """One volume in several resolutions, the finest first."""

    name: str | None
    folder: Path
    axes: tuple[Axis, ...]
    levels: tuple[Level, ...]
    is_labels: bool = False


def find_images(folder: Path) -> list[Image]:
    """The images of a group with its labels, or those of the groups in a folder.

    Raises:
        InvalidMetadataError: a group is damaged.
        StorageError: a group cannot be looked at.
        UnsupportedError: it is a plate, or of a version that is not known.
    """
    images = _images_with_labels(folder)
    return images or [image for child in _folders(folder) for image in _images_with_labels(child)]


def _images_with_labels(folder: Path) -> list[Image]:
    images = images_of(folder)
    if images:
        found = (label for child in _labels(folder / "labels") for label in _label_images(child))
        # Not everyone says it once more in the image itself.
        images += [attr.evolve(label, is_labels=True) for label in found]
    return images


def _label_images(folder: Path) -> list[Image]:
    try:
        return images_of(folder)
    except UnsupportedError as error:
        leave_out(folder, error)
        return []


def leave_out(labels: Path, error: UnsupportedError) -> None:
    """Tells of labels that cannot be a layer: they are no reason to refuse the image that they belong to."""
    message = f"{labels} is left out of the labels: {error}"
    warnings.warn(message, UserWarning, stacklevel=caller_level())


def _labels(folder: Path) -> Iterator[Path]:
    """The folders in that of the labels, and those that it names, which may lie deeper."""
    inside = list(_folders(folder))
    terms = _attributes(folder)
    names = terms and terms.get("labels")
    named = [folder / name.path() for name in names.items()] if names else []
    for path in named:
        if not os.path.lexists(path):
            _warn_of_missing(f"{folder} names {path.name} among its labels, and that is not there")
    yield from dict.fromkeys([*inside, *filter(os.path.isdir, named)])


def _folders(folder: Path) -> Iterator[Path]:
    if leads_nowhere(folder):
        _warn_of_missing(f"{folder} is a link that leads nowhere")
    if not folder.is_dir():
        return
    try:
        children = sorted(folder.iterdir())
    except OSError as error:
        raise storage_error(error, "list the folder", folder) from error
    for child in children:
        if leads_nowhere(child):
            _warn_of_missing(f"{child} is a link that leads nowhere")
        elif child.is_dir():
            yield child


def _warn_of_missing(what: str) -> None:
    warnings.warn(f"{what}; if it was an image, it is left out", UserWarning, stacklevel=caller_level())


def images_of(folder: Path) -> list[Image]:
    """The images that one group describes; none if there is no group, or it describes none."""
    group = _attributes(folder)
    if group is None:
        return []
    if group.get("plate"):
        raise UnsupportedError(f"{group.source} describes a plate of many images; open one of its wells")
    entries = group.get("multiscales")
    version = group.get("version")
    return [_image(folder, group, entry, version) for entry in (entries.items() if entries else ())]


def _attributes(folder: Path) -> Node | None:
    """What a group says in the terms of OME; None if there is no group."""
    path = folder / ZARR_JSON_FILE_NAME
    if _is_file(path):
        attributes = Node(read_document(path), str(path)).get("attributes")
        return attributes and (attributes.get("ome") or attributes)
    path = folder / ZATTRS_FILE_NAME
    return Node(read_document(path), str(path)) if _is_file(path) else None


def _is_file(path: Path) -> bool:
    if leads_nowhere(path):
        raise StorageError(f"{path} is a link that leads nowhere")
    return path.is_file()


def _image(folder: Path, group: Node, entry: Node, version: Node | None) -> Image:
    version = entry.get("version") or version
    if entry.get("axes") is None or (version and not version.text().startswith(_VERSIONS)):
        found = version.value if version else "without axes"
        raise UnsupportedError(
            f"{entry.source}: OME-Zarr {found} is not supported, only {' and '.join(_VERSIONS)}"
        )
    axes = tuple(_axis(axis) for axis in entry["axes"].items())
    return Image(
        name=entry.optional("name", Node.text),
        folder=folder,
        axes=axes,
        levels=tuple(_level(folder, entry, dataset, len(axes)) for dataset in entry["datasets"].items()),
        is_labels=group.get("image-label") is not None,
    )


def _axis(node: Node) -> Axis:
    name = node["name"].text()
    kind = node.optional("type", Node.text) or _TYPES.get(name, "other")
    return Axis(name, kind, node.optional("unit", Node.text))


def _level(folder: Path, image: Node, dataset: Node, rank: int) -> Level:
    scale, translation = [1.0] * rank, [0.0] * rank
    for owner in (dataset, image):
        steps = owner.get("coordinateTransformations")
        for step in steps.items() if steps else ():
            _apply(step, scale, translation)
    return Level(folder / dataset["path"].path(), tuple(scale), tuple(translation))


def _apply(step: Node, scale: list[float], translation: list[float]) -> None:
    """Lets one more transformation follow."""
    kind = step["type"].text()
    if kind == "identity":
        return
    if kind not in ("scale", "translation") or step.get(kind) is None:
        raise UnsupportedError(f"{step.source}: {step.keys}: {kind!r} is not supported in this form")
    numbers = [number.number() for number in step[kind].items(len(scale))]
    if kind == "translation":
        translation[:] = map(float.__add__, translation, numbers)
    else:
        scale[:] = map(float.__mul__, scale, numbers)
        translation[:] = map(float.__mul__, translation, numbers)
    if not all(1 / _FARTHEST < size < _FARTHEST for size in scale):
        step[kind].fail(f"positive numbers that make sizes below {_FARTHEST:g}")
    if not all(abs(place) < _FARTHEST for place in translation):
        step[kind].fail(f"numbers that make places below {_FARTHEST:g}")


# -- levels ----------------------------------------------------------------------------------------
#
# An array as a level of an OME-Zarr image, which may know its axes and its place better than itself.

# The paths of an image's arrays have one part as a rule ("0"), and sometimes two ("scale0/image").
_GROUPS_AROUND = 3


@attr.frozen
class NamedLevel:
    """A level and the names of its axes."""

    axes: tuple[str, ...]
    level: Level


def level_of(array: Path, rank: int) -> NamedLevel | None:
    """An array of so many axes as the nearest group around it describes it, if one does.

    What a group says that cannot be read is told, and no reason to refuse the array.
    """
    path = array.resolve()
    for folder in path.parents[:_GROUPS_AROUND]:
        for image in _images(folder, array):
            for level in image.levels:
                if level.path.resolve() == path and len(image.axes) == rank:
                    return NamedLevel(axes_of(image), level)
    return None


def axes_of(image: Image) -> tuple[str, ...]:
    """As arrays and layers name them: c for channels, whatever the image calls it."""
    return tuple("c" if axis.kind == "channel" else axis.name for axis in image.axes)


def _images(folder: Path, array: Path) -> list[Image]:
    try:
        return images_of(folder)
    except (InvalidMetadataError, UnsupportedError) as error:
        message = f"{error}; so what it says of the axes and the place of {array} is not known"
        warnings.warn(message, UserWarning, stacklevel=caller_level())
        return []
