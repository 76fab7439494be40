"""Adding mags to a layer, and taking them away: files and properties together."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from pathlib import Path
from typing import Any

import attr
import numpy as np

from voxbrick._support import link_to
from voxbrick.conversion.budget import portions_of
from voxbrick.errors import AlreadyExistsError, InvalidArgumentError, NameTakenError, NotFoundError
from voxbrick.files.folders import belongs_to, delete_put_away, put_away, remove_folder
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.metadata.changes import Document
from voxbrick.metadata.ome_writing import check_group_metadata
from voxbrick.metadata.properties import MagViewProperties
from voxbrick.metadata.types import DataFormat
from voxbrick.operations.chunks import Chunks, How, for_each, grid_of, map_all
from voxbrick.operations.copying import check_fits, copy_voxels
from voxbrick.operations.groups import update_groups
from voxbrick.operations.handles import LayerHandle, MagHandle, ViewHandle
from voxbrick.operations.regions import in_mag
from voxbrick.volume.create import create_mag_array, create_mag_array_like
from voxbrick.volume.layout import Layout, with_defaults
from voxbrick.volume.mag_array import ArrayInfo, ArrayPlace, MagArray


def make_room(place: ArrayPlace, mag: Mag, box: NDBoundingBox) -> None:
    """Lets an array grow to a box in Mag(1); one that is missing is passed over."""
    with suppress(NotFoundError):
        MagArray(place).grow(box.align_with_mag(mag, ceil=True).in_mag(mag))


def add(layer: LayerHandle, mag: Mag, asked: Layout, like: MagArray | None = None) -> None:
    """Adds an empty mag; ``like`` is the array whose voxels it will hold."""
    layout = with_defaults(asked, layer.data_format)
    dtype, channels = layer.dtype_per_channel, layer.num_channels
    properties = MagViewProperties(mag)
    path = properties.folder(layer.dataset.path, layer.name)
    check_group_metadata(layer.path, layer.data_format)

    def change(document: Document) -> None:
        box = document.layer_properties(layer.name).bounding_box
        extent = box.align_with_mag(mag, ceil=True).in_mag(mag)
        document.add_mag(layer.name, _described(layer, mag, layout, box))
        if like is None:
            create_mag_array(path, layer.data_format, dtype, channels, layout, extent)
        else:
            create_mag_array_like(like, path, layout, extent, layer.data_format, dtype)
        document.unless_saved(lambda: remove_folder(path))

    layer._change(change)
    update_groups(layer)


def _described(layer: LayerHandle, mag: Mag, layout: Layout, box: NDBoundingBox) -> MagViewProperties:
    assert layout.chunk_shape is not None
    assert layout.chunks_per_shard is not None
    if layer.data_format is DataFormat.WKW:
        return MagViewProperties(mag, cube_length=(layout.chunk_shape * layout.chunks_per_shard).x)
    order = {"c": 0, **{axis: place + 1 for place, axis in enumerate(box.axes)}}
    return MagViewProperties(mag, axis_order=order)


def check_layout(mag_view: MagHandle, asked: Layout) -> None:
    """Refuses a mag that is not laid out as it is asked for.

    Raises:
        InvalidArgumentError: something is different.
    """
    info = mag_view.info
    has = Layout(
        chunk_shape=info.chunk_shape,
        chunks_per_shard=info.chunks_per_shard,
        shard_shape=info.shard_shape,
        compress=info.compression_mode,
    )
    for name, wanted in attr.asdict(asked, recurse=False).items():
        if wanted not in (None, getattr(has, name)):
            raise InvalidArgumentError(f"{mag_view} has {name} {getattr(has, name)}, not {wanted}")


def adopt(layer: LayerHandle, mag: Mag) -> None:
    """Adds a mag whose array is there already."""
    path = MagViewProperties(mag).folder(layer.dataset.path, layer.name)
    info = MagArray(ArrayPlace(path)).info
    _check_like(layer, info, path)
    check_group_metadata(layer.path, layer.data_format)
    layer._change(lambda document: document.add_mag(layer.name, adopted(mag, info)))
    update_groups(layer)


def adopted(mag: Mag, info: ArrayInfo) -> MagViewProperties:
    """A mag whose array is there already, as the properties are to say."""
    if info.data_format is DataFormat.WKW:
        return MagViewProperties(mag, cube_length=info.shard_shape.x)
    order = {axis: place for place, axis in enumerate(info.dimension_names)}
    return MagViewProperties(mag, axis_order=order)


def _check_like(layer: LayerHandle, info: ArrayInfo, path: Path) -> None:
    found = (info.data_format, info.voxel_type, info.num_channels)
    wanted = (layer.data_format, layer.dtype_per_channel, layer.num_channels)
    if found != wanted:
        texts = [", ".join(map(str, (*what[:2], f"{what[2]} channels"))) for what in (found, wanted)]
        raise InvalidArgumentError(f"{path} holds {texts[0]}, but {layer} is {texts[1]}")


def copy(
    layer: LayerHandle, foreign: MagHandle, asked: Layout, extend: bool, executor: Executor | None
) -> None:
    """Adds a mag with the voxels of another one."""
    check_fits(foreign, layer, "be copied into")
    source = foreign._handle().array
    add(layer, foreign.mag, layout_like(foreign, asked, layer.data_format), source)
    mag_view = layer.get_mag(foreign.mag)
    try:
        if extend:
            layer._extend(foreign.layer.bounding_box)
        copy_voxels(source, mag_view._handle().array, foreign.bounding_box, How(executor))
    except BaseException:
        delete(layer, mag_view)
        raise


def layout_like(foreign: MagHandle, asked: Layout, data_format: DataFormat) -> Layout:
    """The layout of another mag, as far as the format can have it."""
    info = foreign.info
    if data_format is info.data_format:
        like = asked.or_else(info.chunk_shape, info.chunks_per_shard, info.compression_mode)
        with suppress(InvalidArgumentError):  # others write chunks of any shape
            return with_defaults(like, data_format)
    compress = info.compression_mode if asked.compress is None else asked.compress
    return attr.evolve(asked, compress=compress)


def link(layer: LayerHandle, foreign: MagHandle, make_relative: bool, extend: bool) -> None:
    """Adds a link to another mag's folder."""
    _add_folder(layer, foreign, extend, lambda path: link_to(foreign.path, path, make_relative))


def copy_files(layer: LayerHandle, foreign: MagHandle, extend: bool) -> None:
    """Adds a copy of another mag's files."""
    _add_folder(layer, foreign, extend, lambda path: shutil.copytree(foreign.path, path))


def _add_folder(layer: LayerHandle, foreign: MagHandle, extend: bool, make: Callable[[Path], object]) -> None:
    path = layer.path / foreign.mag.to_layer_name()
    layer.dataset._check_writable()
    if foreign.mag in layer.mags:
        raise NameTakenError(f"{layer} has the mag {foreign.mag} already")
    if os.path.lexists(path):
        raise AlreadyExistsError(f"{path} is there already")
    _check_like(layer, MagArray(ArrayPlace(foreign.path)).info, foreign.path)
    path.parent.mkdir(exist_ok=True)
    make(path)
    try:
        adopt(layer, foreign.mag)
    except BaseException:
        remove_folder(path)
        raise
    if extend:
        layer._extend(foreign.layer.bounding_box)


def delete(layer: LayerHandle, mag_view: MagHandle) -> None:
    """Removes a mag; its files too, if they are the layer's own."""
    check_group_metadata(layer.path, layer._properties.data_format)
    path = mag_view.path
    is_own = belongs_to(path, layer.path)

    def change(document: Document) -> None:
        document.remove_mag(layer.name, mag_view.mag)
        if is_own:
            document.unless_saved(put_away(path))

    layer._change(change)
    mag_view._handle().array.close()
    if is_own:
        delete_put_away(path)
    update_groups(layer)


# -- merging ---------------------------------------------------------------------------------------
#
# Merging one mag into another.


def merge(target: MagHandle, overlay: MagHandle, executor: Any) -> None:
    """Writes the voxels of the overlay that are not 0 over those of the target.

    Raises:
        InvalidArgumentError: they are of different mags, channels or axes, or the type of the
            overlay's voxels does not fit; nothing was changed.
    """
    _check_can_be_merged(target, overlay)
    parts = (
        box.intersected_with(overlay.bounding_box, dont_assert=True)
        for box in overlay.get_bounding_boxes_on_disk()
    )
    view = overlay._handle().without_view()
    chunks = Chunks.of(view, grid_of(view, None), read_only=True)
    numbers = sorted({number for part in parts for number in chunks.grid.meeting(part)})
    for_each(_MergeInto(target), (chunks,), How(executor), numbers)
    if numbers:
        target._cover(overlay.bounding_box)


def _check_can_be_merged(target: MagHandle, overlay: MagHandle) -> None:
    if not hasattr(overlay, "layer"):
        raise InvalidArgumentError(f"{overlay} is no mag of a layer, so it cannot be merged into {target}")
    if target.mag != overlay.mag:
        raise InvalidArgumentError(f"{overlay} is of another mag than {target}; merge mags that are alike")
    check_fits(overlay, target.layer, "be merged into")


@attr.frozen
class _MergeInto:
    """Merges a chunk of the overlay, in whatever process."""

    target: MagHandle

    def __call__(self, chunk: tuple[ViewHandle, int]) -> None:
        overlay, _ = chunk
        portions = portions_of(overlay.array, self.target.info.chunk_shape)
        for piece in portions.cut(overlay.box):
            self._merge(overlay, piece)

    def _merge(self, overlay: ViewHandle, piece: NDBoundingBox) -> None:
        voxels = overlay.array.read(piece)
        region = piece.from_mag_to_mag1(overlay.mag)
        merged = np.where(voxels == 0, self.target.read(absolute_bounding_box=region), voxels)
        self.target.write(merged, absolute_bounding_box=region, json_update_allowed=False)


# -- segment ids -----------------------------------------------------------------------------------
#
# Finding the largest id of a segmentation.


def largest_segment_id_of(layer: LayerHandle, asked: Layout, executor: Executor | None) -> int | None:
    """The largest id within the box of the layer; None if that has no voxels.

    Executors get chunks of it, one file each if nothing else is asked for.
    """
    if not layer.mags or layer.bounding_box.is_empty():
        return None
    mag = layer.get_finest_mag()
    if executor is None:
        return _largest(mag._handle())
    view = mag._handle().without_view().part(mag.bounding_box, read_only=True)
    found: list[int] = map_all(_largest, Chunks.of(view, grid_of(view, asked.chunk_shape)), How(executor))
    return max(found)


def _largest(view: ViewHandle) -> int:
    return max(view.array.largest(in_mag(view.bounding_box, view.mag)), 0)
