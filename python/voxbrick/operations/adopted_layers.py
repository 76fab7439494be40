"""Layers whose arrays are there already: what these say is checked as a whole, then saved at once."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from voxbrick.errors import InvalidArgumentError, NotFoundError
from voxbrick.geometry.bounding_box import BoundingBox
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import XYZ
from voxbrick.operations.handles import DatasetHandle
from voxbrick.operations.kind import Kind
from voxbrick.operations.layers import add_with_folder, check_name, properties_of
from voxbrick.operations.mags import adopted
from voxbrick.volume.mag_array import ArrayPlace, MagArray

if TYPE_CHECKING:
    from voxbrick.operations.kind import Asked


def adopt(
    dataset: DatasetHandle,
    name: str,
    category: str,
    box: NDBoundingBox | None,
    largest_segment_id: int | None,
    mappings: list[str] | None,
    asked: Asked | None = None,
) -> None:
    """Adds a layer with all arrays that are in its folder; ``asked`` is what they have to be."""
    check_name(name)
    path = dataset.path / name
    arrays = _arrays_in(path)
    if not arrays:
        raise NotFoundError(f"{path} has no folder that is named like a mag and holds an array")
    _check_alike(arrays)
    mag, finest = next(iter(arrays.items()))
    found = finest.info
    kind = Kind.of(category, None, found.voxel_type, found.num_channels, found.data_format)
    if asked is not None:
        asked.check(kind, str(path))
    stored = _stored_box(finest).from_mag_to_mag1(mag)
    if box is not None and set(box.axes) != set(stored.axes):
        raise InvalidArgumentError(f"{finest.place.path} has the axes {stored.axes}, and {box} has others")
    mags = tuple(adopted(mag, array.info) for mag, array in arrays.items())
    properties = properties_of(name, kind, box or stored, largest_segment_id, mappings, mags)
    add_with_folder(dataset, properties, lambda path: None)


def _arrays_in(path: Path) -> dict[Mag, MagArray]:
    """The arrays in folders that are named like mags, finest first."""
    found = {}
    for folder in path.iterdir() if path.is_dir() else ():
        try:
            mag, array = Mag(folder.name), MagArray(ArrayPlace(folder))
            array.info  # noqa: B018
        except (InvalidArgumentError, NotFoundError):
            continue
        found[mag] = array
    return dict(sorted(found.items(), key=lambda entry: entry[0].to_tuple()))


def _check_alike(arrays: dict[Mag, MagArray]) -> None:
    """Refuses arrays that cannot be mags of one layer."""
    first, *others = arrays.values()
    for array in others:
        for name in ("data_format", "voxel_type", "num_channels", "dimension_names"):
            values = getattr(first.info, name), getattr(array.info, name)
            if values[0] != values[1]:
                raise InvalidArgumentError(
                    f"the mags of a layer are alike, but {array.place.path} has {name} {values[1]} and "
                    f"{first.place.path} has {values[0]}"
                )


def _stored_box(array: MagArray) -> NDBoundingBox:
    """The box of what is stored, in whole shards as far as the array reaches, in its own voxels."""
    frame = _frame(array)
    stored = reduce(NDBoundingBox.extended_by, array.stored_boxes(frame), frame)
    extent = array.extent(frame)
    return stored if extent is None or stored.is_empty() else stored.intersected_with(extent)


def _frame(array: MagArray) -> NDBoundingBox:
    """An empty box with the axes of an array, in its order if there are more than x, y and z."""
    axes = [axis for axis in array.info.dimension_names if axis != "c"]
    if set(axes) == set(XYZ):
        return BoundingBox.empty()
    none = [0] * len(axes)
    return NDBoundingBox(none, none, axes, range(1, len(axes) + 1))
