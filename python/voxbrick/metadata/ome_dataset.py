"""The properties of a dataset that is nothing but OME-Zarr images: each of them is a layer.

Arrays begin at the origin of a dataset, and mags are powers of two. So an image that begins
elsewhere gets a transformation, and a level that would be a voxel or more off is left out.
"""

from __future__ import annotations

import math
import os
import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attr

from voxbrick.array import open_array
from voxbrick.array.meta import ArrayMeta
from voxbrick.errors import InvalidArgumentError, InvalidMetadataError, UnsupportedError
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.vec3_int import XYZ
from voxbrick.metadata.changes import moved_by
from voxbrick.metadata.ome_images import Image, Level, axes_of, find_images, leave_out
from voxbrick.metadata.types import COLOR_CATEGORY, SEGMENTATION_CATEGORY, LengthUnit, element_class_of

_Three = tuple[float, float, float]

# What is longer does not fit into 64 bits in voxels of the finest mag.
_COARSEST = 2.0**31


def document_of_images(folder: Path) -> dict[str, Any] | None:
    """What the properties would say; None if there are no images.

    Raises:
        InvalidMetadataError: the metadata of an image is damaged.
        UnsupportedError: an image cannot be expressed as a layer.
    """
    images = find_images(folder)
    if not images:
        return None
    unit = _common_unit(images)
    volumes = _volumes(images, unit)
    size = [min(volume.finest_size[axis] for volume in volumes) for axis in range(3)]
    layers: list[dict[str, Any]] = []
    for volume in volumes:
        name = _free_name(volume.image, folder, {layer["name"] for layer in layers})
        try:
            layers.append(volume.layer(name, folder, (size[0], size[1], size[2])))
        except UnsupportedError as error:
            _spare(volume.image, images, error)
    return {
        "id": {"name": folder.resolve().name, "team": ""},
        "scale": {"factor": size, "unit": str(unit)},
        "dataLayers": layers,
        "version": 1,
    }


def _volumes(images: list[Image], unit: LengthUnit) -> list[_Volume]:
    found = []
    for image in images:
        try:
            found.append(_Volume.of(image, unit))
        except UnsupportedError as error:
            _spare(image, images, error)
    return found


def _spare(image: Image, images: list[Image], error: UnsupportedError) -> None:
    """Leaves labels out that cannot be a layer, and raises the error if it is about an image."""
    if not image.is_labels or all(each.is_labels for each in images):
        raise error
    leave_out(image.folder, error)


def _common_unit(images: Iterable[Image]) -> LengthUnit:
    """The unit that all axes have; nanometers if they differ, or have none."""
    axes = [(image, axis) for image in images for axis in image.axes if axis.name in XYZ]
    for image, axis in axes:
        if axis.unit is not None and axis.length_unit is None:
            warnings.warn(
                f"{image.folder}: {axis.unit!r} is no unit of length, so axis {axis.name} has none; "
                f"the voxel size may be wrong",
                stacklevel=2,
            )
    units = {axis.length_unit for _, axis in axes} - {None}
    return (units.pop() if len(units) == 1 else None) or LengthUnit.NANOMETER


def _free_name(image: Image, folder: Path, taken: set[str]) -> str:
    """That of its folder; that of the image only where the folder is the whole dataset."""
    stem = image.folder.resolve().name.removesuffix(".zarr").removesuffix(".ome")
    own = image.folder == folder and image.name and image.name.strip("/.")
    name = re.sub(r"[^A-Za-z0-9_$@.-]", "_", own or stem).lstrip(".") or "image"
    numbered = (f"{name}_{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(other for other in numbered if other not in taken)


@attr.frozen
class _Volume:
    """An image whose array has been looked at; lengths are in the unit of the dataset."""

    image: Image
    meta: ArrayMeta
    axes: tuple[str, ...]
    units: _Three
    """Of the image in x, y and z, as multiples of that of the dataset."""

    @classmethod
    def of(cls, image: Image, unit: LengthUnit) -> _Volume:
        axes = _axis_names(image)
        if not image.levels:
            raise InvalidMetadataError(f"{image.folder} describes an image of no arrays")
        with open_array(image.levels[0].path) as array:
            meta = array.info
        if meta.rank != len(axes):
            raise InvalidMetadataError(f"{array.path} has {meta.rank} dimensions, which cannot be {axes}")
        by_name = dict(zip(axes, image.axes, strict=True))
        x, y, z = ((by_name[axis].length_unit or unit).nanometers / unit.nanometers for axis in XYZ)
        return cls(image, meta, axes, (x, y, z))

    def _xyz(self, numbers: Iterable[float]) -> _Three:
        of = dict(zip(self.axes, numbers, strict=True))
        x, y, z = (of[axis] * unit for axis, unit in zip(XYZ, self.units, strict=True))
        return x, y, z

    @property
    def finest_size(self) -> _Three:
        return self._xyz(self.image.levels[0].scale)

    def layer(self, name: str, folder: Path, voxel_size: _Three) -> dict[str, Any]:
        """The layer as the properties describe it."""
        finest = self._finest_mag(voxel_size)
        extents = self._extents
        channels = extents.get("c", 1)
        order = {axis: place for place, axis in enumerate(self.axes)}
        paths = {finest: self.image.levels[0].path, **self._coarser(finest, voxel_size)}
        width, height, depth = (extents[axis] * factor for axis, factor in zip(XYZ, finest, strict=True))
        layer: dict[str, Any] = {
            "name": name,
            "category": SEGMENTATION_CATEGORY if self.image.is_labels else COLOR_CATEGORY,
            "boundingBox": {"topLeft": [0, 0, 0], "width": width, "height": height, "depth": depth},
            "elementClass": self._element_class(channels),
            "dataFormat": self.meta.data_format,
            "mags": [
                {"mag": mag.to_list(), "path": _relative(path, folder), "axisOrder": order}
                for mag, path in paths.items()
            ],
            "numChannels": channels,
        }
        others = [axis for axis in self.axes if axis not in ("c", *XYZ) and extents[axis] != 1]
        if others:
            layer["additionalAxes"] = [
                {"name": axis, "bounds": [0, extents[axis]], "index": order[axis]} for axis in others
            ]
        begin = self._begin(finest, voxel_size)
        if any(abs(voxels) > 1e-3 for voxels in begin):
            layer["coordinateTransformations"] = [moved_by(begin)]
        return layer

    @property
    def _extents(self) -> dict[str, int]:
        return dict(zip(self.axes, self.meta.shape or (), strict=True))

    def _element_class(self, channels: int) -> str:
        try:
            return element_class_of(self.meta.dtype, channels)
        except InvalidArgumentError as error:
            raise UnsupportedError(f"{self.image.levels[0].path}: {error}") from error

    def _begin(self, finest: Mag, voxel_size: _Three) -> list[float]:
        """Where the image begins, in voxels of the dataset."""
        centre = self._xyz(self.image.levels[0].translation)
        return [at / v - (m - 1) / 2 for at, v, m in zip(centre, voxel_size, finest, strict=True)]

    def _finest_mag(self, voxel_size: _Three) -> Mag:
        level = self.image.levels[0]
        mag = self._mag(level, voxel_size)
        if mag is None:
            raise UnsupportedError(
                f"the voxels of {level.path} are no power of two larger than the finest of the "
                f"dataset, {voxel_size}; open {self.image.folder} by itself"
            )
        return mag

    def _coarser(self, finest: Mag, voxel_size: _Three) -> dict[Mag, Path]:
        found: dict[Mag, Path] = {}
        for level in self.image.levels[1:]:
            mag = self._mag(level, voxel_size)
            if mag is None or mag in (finest, *found) or not self._in_place(level, mag, finest, voxel_size):
                scale = self._xyz(level.scale)
                warnings.warn(
                    f"{level.path} is left out: its scale {scale} and place make no mag", stacklevel=2
                )
            else:
                found[mag] = level.path
        return found

    def _mag(self, level: Level, voxel_size: _Three) -> Mag | None:
        """The mag of a level; None if there is none so coarse, or it would be a voxel off at the far end."""
        scales = self._xyz(level.scale)
        ratios = [s / v for s, v in zip(scales, voxel_size, strict=True)]
        if max(ratios) > _COARSEST:
            return None
        factors = list(map(_power_of_two, ratios))
        for axis, factor, scale, size in zip(XYZ, factors, scales, voxel_size, strict=True):
            extent = self._extents[axis] * self.finest_size[XYZ.index(axis)]
            if extent * abs(1 - factor * size / scale) >= factor * size:
                return None
        return Mag(factors)

    def _in_place(self, level: Level, mag: Mag, finest: Mag, voxel_size: _Three) -> bool:
        """Whether a level begins where its mag does, up to less than a voxel of it."""
        first = self._xyz(self.image.levels[0].translation)
        here = self._xyz(level.translation)
        return all(
            abs(b - a - (coarse - fine) / 2 * v) < coarse * v
            for a, b, coarse, fine, v in zip(first, here, mag, finest, voxel_size, strict=True)
        )


def _axis_names(image: Image) -> tuple[str, ...]:
    """As the properties name them."""
    names = axes_of(image)
    if not set(names) >= set(XYZ) or len(set(names)) < len(names):
        raise UnsupportedError(
            f"{image.folder} has the axes {names}, and a layer needs each of x, y and z once; "
            f"open_array reads the arrays in it"
        )
    return names


def _power_of_two(ratio: float) -> int:
    return 1 << max(0, round(math.log2(ratio)))


def _relative(path: Path, folder: Path) -> str:
    return f"./{Path(os.path.relpath(path, folder)).as_posix()}"
