"""Laying an array out anew, in place or elsewhere, and merging one into another.

In place means beside it first: the new array is complete before the old one is moved away, and the
old one is deleted only after the new one has taken its place.
"""

from __future__ import annotations

import secrets
import shutil
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voxbrick.dataset._array import ArrayPlace, MagArray
from voxbrick.dataset._copy import copy_voxels, run
from voxbrick.dataset._layout import Layout
from voxbrick.dataset._new_array import create_mag_array, gone_on_failure
from voxbrick.dataset._zarr_groups import drop_consolidated
from voxbrick.errors import UnsupportedError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox

if TYPE_CHECKING:
    from voxbrick.dataset.mag_view import MagView


def rewrite(mag_view: MagView, asked: Layout, executor: Executor | None) -> None:
    """Replaces the array of a mag by one with the same voxels in another layout."""
    if not mag_view._array.is_all_of(mag_view.bounding_box.axes):
        raise UnsupportedError(f"{mag_view} has an array with further axes or channels; copy it")
    path = mag_view._array.place.path.resolve()
    token = secrets.token_hex(4)
    new, old = (path.with_name(f".{path.name}.{token}.{which}") for which in ("new", "old"))
    with gone_on_failure(new):
        _copy_to(mag_view, new, asked, executor)
        path.rename(old)
        new.rename(path)
    drop_consolidated(path.parent)
    shutil.rmtree(old)
    mag_view._array.close()


def compress_into(mag_view: MagView, dataset_path: Path, executor: Executor | None) -> None:
    """Writes a compressed copy of the array under the same names in another dataset's folder."""
    path = dataset_path / mag_view.layer.name / mag_view.name
    with gone_on_failure(path):
        _copy_to(mag_view, path, Layout(compress=True), executor)


def _copy_to(mag_view: MagView, path: Path, asked: Layout, executor: Executor | None) -> None:
    info, box = mag_view.info, mag_view.bounding_box.in_mag(mag_view.mag)
    layout = asked.or_else(info.chunk_shape, info.chunks_per_shard, info.compression_mode)
    create_mag_array(path, info.data_format, info.voxel_type, info.num_channels, layout, box)
    target = MagArray(ArrayPlace(path, lock_path=mag_view._array.place.lock_path))
    copy_voxels(mag_view._array, target, box, executor)


def merge(target: MagView, overlay: MagView, executor: Executor | None) -> None:
    """Writes the voxels of the overlay that are not 0 over those of the target."""
    parts = (
        box.intersected_with(overlay.bounding_box, dont_assert=True)
        for box in overlay.get_bounding_boxes_on_disk()
    )
    boxes = [part for part in parts if not part.is_empty()]
    run(_merge_box, ((target, overlay, box) for box in boxes), executor)
    if boxes:
        target._cover(overlay.bounding_box)


def _merge_box(target: MagView, overlay: MagView, box: NDBoundingBox) -> None:
    voxels = overlay.read(absolute_bounding_box=box)
    merged = np.where(voxels == 0, target.read(absolute_bounding_box=box), voxels)
    target.write(merged, absolute_bounding_box=box, json_update_allowed=False)
