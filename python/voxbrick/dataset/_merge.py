"""Merging one mag into another."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import TYPE_CHECKING

import numpy as np

from voxbrick.dataset._copy import check_fits, run
from voxbrick.dataset._portions import portions_of
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox

if TYPE_CHECKING:
    from voxbrick.dataset.mag_view import MagView


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
    portions = portions_of(overlay._array, target.info.chunk_shape)
    for piece in portions.cut(box.in_mag(mag)):
        _merge_piece(target, overlay, piece.from_mag_to_mag1(mag))


def _merge_piece(target: MagView, overlay: MagView, piece: NDBoundingBox) -> None:
    voxels = overlay.read(absolute_bounding_box=piece)
    merged = np.where(voxels == 0, target.read(absolute_bounding_box=piece), voxels)
    target.write(merged, absolute_bounding_box=piece, json_update_allowed=False)
