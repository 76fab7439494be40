"""Adding layers to a dataset, and taking them away: files and properties together."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import attr
import numpy as np

from voxbrick._support import link_to
from voxbrick.errors import (
    AlreadyExistsError,
    BoundsError,
    ConflictingArgumentsError,
    InvalidArgumentError,
    NotFoundError,
    UnknownCategoryError,
)
from voxbrick.files.folders import delete_put_away, put_away, remove_folder
from voxbrick.geometry.bounding_box import BoundingBox
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import XYZ
from voxbrick.geometry.vec_int import to_int
from voxbrick.metadata.changes import Document
from voxbrick.metadata.ome_writing import check_group_metadata
from voxbrick.metadata.properties import LAYER_NAME, LayerProperties, MagViewProperties
from voxbrick.metadata.types import (
    COLOR_CATEGORY,
    SEGMENTATION_CATEGORY,
    DataFormat,
    dtype_per_channel_of,
    element_class_of,
    normalized_dtype,
)
from voxbrick.metadata.zarr_groups import drop_consolidated
from voxbrick.operations.groups import update_groups
from voxbrick.operations.handles import DatasetHandle, LayerHandle, MagHandle
from voxbrick.operations.mags import adopted
from voxbrick.volume.mag_array import ArrayPlace, MagArray


def add(
    dataset: DatasetHandle,
    name: str,
    kind: Kind,
    box: NDBoundingBox | None,
    largest_segment_id: int | None,
    mappings: list[str] | None,
) -> None:
    """Adds an empty layer."""
    check_name(name)
    properties = properties_of(name, kind, box or BoundingBox.empty(), largest_segment_id, mappings)
    add_with_folder(dataset, properties, make_layer_folder)


def properties_of(
    name: str,
    kind: Kind,
    box: NDBoundingBox,
    largest_segment_id: int | None,
    mappings: list[str] | None,
    mags: tuple[MagViewProperties, ...] = (),
) -> LayerProperties:
    """The properties of a new layer.

    Raises:
        InvalidArgumentError: there can be no such box or id.
    """
    check_box(box)
    return LayerProperties(
        name=name,
        category=kind.category,
        bounding_box=box,
        element_class=element_class_of(kind.dtype, kind.num_channels),
        data_format=kind.data_format,
        num_channels=kind.num_channels,
        largest_segment_id=checked_segment_id(largest_segment_id),
        mappings=None if mappings is None else tuple(mappings),
        mags=mags,
    )


def make_layer_folder(path: Path) -> None:
    """Makes the folder, unless it is there.

    Raises:
        AlreadyExistsError: a file is in its place.
    """
    try:
        path.mkdir(exist_ok=True)
    except FileExistsError as error:
        raise AlreadyExistsError(f"{path} is there already, and no folder; choose another name") from error


def check_name(name: str) -> None:
    if not isinstance(name, str) or not LAYER_NAME.fullmatch(name):
        raise InvalidArgumentError(
            f"a layer is named by letters, digits, _ $ @ - and, but for its start, dots; got {name!r}"
        )


def add_with_folder(
    dataset: DatasetHandle,
    properties: LayerProperties,
    make_folder: Callable[[Path], object],
    others: dict[str, Any] | None = None,
) -> None:
    """Adds a layer to the properties; the folder is made under the same lock.

    Its JSON also gets the ``others``: members of a layer like it that are not known here.
    """
    path = dataset.path / properties.name

    def change(document: Document) -> None:
        document.add_layer(properties, others)
        if not os.path.lexists(path):
            document.unless_saved(lambda: remove_folder(path))
        make_folder(path)
        check_group_metadata(path, properties.data_format)

    dataset._change(change)
    update_groups(dataset.get_layer(properties.name))


def add_like(dataset: DatasetHandle, other: LayerHandle, name: str) -> None:
    """Adds an empty layer of the same kind and with the same box."""
    check_name(name)
    properties = attr.evolve(standalone(other), name=name, mags=())
    add_with_folder(dataset, properties, make_layer_folder)


def standalone(layer: LayerHandle) -> LayerProperties:
    """What a layer is, also where its properties leave that to its arrays."""
    channels = layer.num_channels
    element_class = element_class_of(layer.dtype_per_channel, channels)
    return attr.evolve(layer._properties, num_channels=channels, element_class=element_class)


def others_of(layer: LayerHandle) -> dict[str, Any]:
    """The members of a layer's JSON that its properties do not hold."""
    return layer.dataset._file.document().others_of(layer.name)


def delete(dataset: DatasetHandle, name: str) -> None:
    """Removes a layer and its files."""
    layer = dataset.get_layer(name)
    for mag in layer.mags.values():
        mag._handle().array.close()

    def change(document: Document) -> None:
        document.remove_layer(name)
        document.unless_saved(put_away(layer.path))

    dataset._change(change)
    delete_put_away(layer.path)
    drop_consolidated(dataset.path)


def renaming(dataset: DatasetHandle, layer: LayerHandle, name: str) -> Callable[[Document], None]:
    """The change that gives a layer another name, and its folder too, if it has one."""
    check_name(name)
    old, new = layer.path, dataset.path / name
    check_group_metadata(old, layer._properties.data_format)

    def change(document: Document) -> None:
        document.rename_layer(old.name, name)
        if os.path.lexists(new):
            raise AlreadyExistsError(f"{new} is there already; choose another name for {layer}")
        if os.path.lexists(old):
            old.rename(new)
            document.unless_saved(lambda: new.rename(old))

    return change


# -- arrays that are there already -----------------------------------------------------------------
#
# Layers whose arrays are there already: what these say is checked as a whole, then saved at once.


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


# -- files of other layers -------------------------------------------------------------------------
#
# Layers whose files are those of another layer: links to its folder, and copies of it.


def link(dataset: DatasetHandle, foreign: LayerHandle, make_relative: bool, name: str) -> None:
    """Adds a link to the folder of another layer."""
    _add_folder(dataset, foreign, name, lambda home, path: link_to(home, path, make_relative))


def copy_files(dataset: DatasetHandle, foreign: LayerHandle, name: str) -> None:
    """Adds a copy of the files of another layer."""
    _add_folder(dataset, foreign, name, shutil.copytree)


def _add_folder(
    dataset: DatasetHandle, foreign: LayerHandle, name: str, make: Callable[[Path, Path], object]
) -> None:
    check_name(name)
    home = _home(foreign)
    mags = tuple(
        attr.evolve(mag, path=_moved(foreign.mags[mag.mag], home, name)) for mag in foreign._properties.mags
    )
    properties = attr.evolve(foreign._properties, name=name, mags=mags)
    path = dataset.path / name
    if os.path.lexists(path) and name not in dataset.layers:
        raise AlreadyExistsError(f"{path} is there already")
    add_with_folder(dataset, properties, lambda path: make(home, path), others_of(foreign))


def _home(layer: LayerHandle) -> Path:
    """The folder with the arrays of all mags: usually that of the layer, but images may lie elsewhere."""
    folders = [mag.path.parent for mag in layer.mags.values()]
    if not folders or any(folder.is_relative_to(layer.path) for folder in folders):
        return layer.path
    return Path(os.path.commonpath(folders))


def _moved(mag: MagHandle, home: Path, layer_name: str) -> str | None:
    """Where an array is after its home became the folder of a layer; None for the usual place."""
    if not mag.path.is_relative_to(home):
        return str(mag.path.absolute())
    place = mag.path.relative_to(home).as_posix()
    usual = place in (mag.mag.to_layer_name(), mag.mag.to_long_layer_name())
    return None if usual else f"./{layer_name}/{place}"


# -- kinds -----------------------------------------------------------------------------------------
#
# Kind: what all mags of a layer have in common.


@attr.frozen
class Kind:
    """The category, type and format of a layer."""

    category: Any
    dtype: np.dtype[Any]
    num_channels: int
    data_format: DataFormat

    @classmethod
    def of(
        cls,
        category: str,
        dtype_per_layer: Any,
        dtype_per_channel: Any,
        num_channels: int | None,
        data_format: str | DataFormat,
    ) -> Kind:
        """Of the arguments of `Dataset.add_layer`."""
        if category not in (COLOR_CATEGORY, SEGMENTATION_CATEGORY):
            raise UnknownCategoryError(f"a layer is 'color' or 'segmentation', got {category!r}")
        channels = 1 if num_channels is None else to_int(num_channels)
        if channels < 1:
            raise InvalidArgumentError(f"a layer cannot have {channels} channels")
        dtype = _dtype(dtype_per_layer, dtype_per_channel, channels)
        return cls(category, dtype, channels, data_format_of(data_format))


def _dtype(per_layer: Any, per_channel: Any, num_channels: int) -> np.dtype[Any]:
    if per_layer is not None and per_channel is not None:
        raise ConflictingArgumentsError("give dtype_per_layer or dtype_per_channel, not both")
    if per_layer is None:
        return normalized_dtype("uint8" if per_channel is None else per_channel)
    text = per_layer if isinstance(per_layer, str) else normalized_dtype(per_layer).name
    return dtype_per_channel_of(text, num_channels)


def data_format_of(data_format: str | DataFormat) -> DataFormat:
    try:
        return DataFormat(data_format)
    except ValueError as error:
        names = [str(known) for known in DataFormat]
        raise InvalidArgumentError(f"data formats are {names}, got {data_format!r}") from error


@attr.frozen
class Asked:
    """What a script asks a layer to be that is there already; None where it does not matter."""

    category: str | None = None
    dtype_per_layer: Any = None
    dtype_per_channel: Any = None
    num_channels: int | None = None
    data_format: str | DataFormat | None = None

    def check(self, kind: Kind, owner: str) -> None:
        """Refuses a layer of another kind.

        Raises:
            InvalidArgumentError: something that was asked for is different.
        """
        channels = kind.num_channels if self.num_channels is None else self.num_channels
        asked = Kind.of(
            self.category or kind.category,
            self.dtype_per_layer,
            self.dtype_per_channel,
            channels,
            self.data_format or kind.data_format,
        )
        names = ["category", "num_channels", "data_format"]
        if self.dtype_per_layer is not None or self.dtype_per_channel is not None:
            names.append("dtype")
        for name in names:
            has, wanted = getattr(kind, name), getattr(asked, name)
            if has != wanted:
                raise InvalidArgumentError(f"{owner} has {name} {has}, not {wanted}")


def kind_of(layer: LayerHandle) -> Kind:
    """Of a layer that is there."""
    return Kind(layer.category, layer.dtype_per_channel, layer.num_channels, layer.data_format)


# -- checks ----------------------------------------------------------------------------------------
#
# Values that scripts give a layer, checked before they are saved.


def check_box(box: NDBoundingBox) -> None:
    """Refuses what is no box of a layer."""
    if not isinstance(box, NDBoundingBox):
        raise InvalidArgumentError(f"expected a BoundingBox or an NDBoundingBox, got {box!r}")
    if not box.topleft.is_positive():
        raise BoundsError(f"{box} begins before the origin of the dataset")


def checked_segment_id(segment_id: Any) -> int | None:
    """An id that a voxel can have, as a plain int."""
    if segment_id is None:
        return None
    number = to_int(segment_id)
    if not -(2**63) <= number < 2**64:
        raise InvalidArgumentError(f"segment ids have at most 64 bits, got {number}")
    return number
