"""Laying an array out anew, in place or elsewhere, and merging one into another.

In place means beside it first, in ``.NAME.partial``: the new array is complete before the old one is
moved away, and the old one is deleted only after the new one has taken its place. If the process is
killed, the next use of the mag puts back what was moved away, and the next rewriting clears up.

Nobody else should write the mag meanwhile. Whoever does is found out by the files having changed,
until shortly before the new array takes its place, and the old one stays.
"""

from __future__ import annotations

import errno
import os
from concurrent.futures import Executor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voxbrick.conversion.staging import staged
from voxbrick.dataset._array import ArrayPlace, MagArray
from voxbrick.dataset._copy import check_fits, copy_voxels, pieces, run
from voxbrick.dataset._document import Document
from voxbrick.dataset._layout import Layout
from voxbrick.dataset._new_array import create_mag_array_like
from voxbrick.dataset._paths import remove_folder
from voxbrick.dataset._zarr_groups import drop_consolidated
from voxbrick.dataset.data_format import DataFormat
from voxbrick.errors import InvalidArgumentError, StorageError, UnsupportedError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox

if TYPE_CHECKING:
    from voxbrick.dataset.mag_view import MagView

Files = dict[Path, tuple[int, ...]]


def rewrite(mag_view: MagView, asked: Layout, executor: Executor | None) -> None:
    """Replaces the array of a mag by one with the same voxels in another layout.

    Raises:
        AlreadyExistsError: another process is doing the same.
        StorageError: somebody wrote the mag meanwhile; it is as before.
    """
    if not mag_view._array.is_all_of(mag_view.bounding_box.axes):
        raise UnsupportedError(f"{mag_view} has an array with further axes or channels; copy it")
    path = mag_view._array.place.path.resolve()
    with staged(path) as stage:
        before = _files(path)
        _copy_to(mag_view, stage.data, asked, executor)
        _check_unchanged(mag_view, before, _files(path))
        stage.finish()
    drop_consolidated(path.parent)
    mag_view._array.close()
    if mag_view.info.data_format is DataFormat.WKW:
        _save_cube_length(mag_view)


def _files(folder: Path) -> Files:
    """What changes whenever somebody writes one of the files of an array."""
    found: Files = {}
    for parent, _, names in os.walk(folder):
        for path in (Path(parent, name) for name in names):
            with suppress(FileNotFoundError):  # a temporary one
                status = path.stat()
                found[path] = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return found


def _check_unchanged(mag_view: MagView, before: Files, after: Files) -> None:
    changed = dict(before.items() ^ after.items())
    if changed:
        message = (
            f"{mag_view} was written while it was laid out anew ({len(changed)} files, such as "
            f"{min(changed)}), so it was left as it is; try again when nobody writes"
        )
        raise StorageError(errno.EBUSY, message)


def _save_cube_length(mag_view: MagView) -> None:
    length = mag_view.info.shard_shape.x

    def change(document: Document) -> None:
        document.set_cube_length(mag_view.layer.name, mag_view.mag, length)

    mag_view.layer._change(change)


def compress_into(mag_view: MagView, dataset_path: Path, executor: Executor | None) -> None:
    """Writes a compressed copy of the array under the same names in another dataset's folder."""
    path = dataset_path / mag_view.layer.name / mag_view.name
    _copy_to(mag_view, path, Layout(compress=True), executor)


def _copy_to(mag_view: MagView, path: Path, asked: Layout, executor: Executor | None) -> None:
    """Makes an array with the same voxels; if that fails, it is gone again."""
    info, box = mag_view.info, mag_view.bounding_box.in_mag(mag_view.mag)
    layout = asked.or_else(info.chunk_shape, info.chunks_per_shard, info.compression_mode)
    create_mag_array_like(mag_view._array, path, layout, box)
    try:
        target = MagArray(ArrayPlace(path, lock_path=mag_view._array.place.lock_path))
        copy_voxels(mag_view._array, target, box, executor)
    except BaseException:
        remove_folder(path)
        raise


def merge(target: MagView, overlay: MagView, executor: Executor | None) -> None:
    """Writes the voxels of the overlay that are not 0 over those of the target.

    Raises:
        InvalidArgumentError: they are of different mags, channels or axes, or the type of the
            overlay's voxels does not fit; nothing was changed.
    """
    _check_like(target, overlay)
    parts = (
        box.intersected_with(overlay.bounding_box, dont_assert=True)
        for box in overlay.get_bounding_boxes_on_disk()
    )
    boxes = [part for part in parts if not part.is_empty()]
    run(_merge_box, ((target, overlay, box) for box in boxes), executor)
    if boxes:
        target._cover(overlay.bounding_box)


def _check_like(target: MagView, overlay: MagView) -> None:
    if not hasattr(overlay, "layer"):
        raise InvalidArgumentError(f"{overlay} is no mag of a layer, so it cannot be merged into {target}")
    if target.mag != overlay.mag:
        raise InvalidArgumentError(f"{overlay} is of another mag than {target}; merge mags that are alike")
    check_fits(overlay, target.layer, "be merged into")


def _merge_box(target: MagView, overlay: MagView, box: NDBoundingBox) -> None:
    mag = target.mag
    for piece in pieces(box.in_mag(mag), overlay._array, target._array):
        _merge_piece(target, overlay, piece.from_mag_to_mag1(mag))


def _merge_piece(target: MagView, overlay: MagView, piece: NDBoundingBox) -> None:
    voxels = overlay.read(absolute_bounding_box=piece)
    merged = np.where(voxels == 0, target.read(absolute_bounding_box=piece), voxels)
    target.write(merged, absolute_bounding_box=piece, json_update_allowed=False)
