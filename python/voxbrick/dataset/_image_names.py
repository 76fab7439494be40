"""Which images make which layer, by their folders and names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

from voxbrick.conversion.images import BROKEN, describe, is_image, natural_key
from voxbrick.conversion.open_source import is_volume
from voxbrick.dataset.conversion_layer_mapping import ConversionLayerMapping
from voxbrick.dataset.layer_categories import COLOR_CATEGORY, SEGMENTATION_CATEGORY
from voxbrick.errors import InvalidArgumentError, NotFoundError

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
