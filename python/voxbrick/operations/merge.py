"""Merging one mag into another."""

from __future__ import annotations

from typing import Any

import attr
import numpy as np

from voxbrick.conversion.budget import portions_of
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.operations.chunks import Chunks, How, for_each, grid_of
from voxbrick.operations.copying import check_fits
from voxbrick.operations.handles import MagHandle, ViewHandle


def merge(target: MagHandle, overlay: MagHandle, executor: Any) -> None:
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
    view = overlay._handle().without_view()
    chunks = Chunks.of(view, grid_of(view, None), read_only=True)
    numbers = sorted({number for part in parts for number in chunks.grid.meeting(part)})
    for_each(_MergeInto(target), (chunks,), How(executor), numbers)
    if numbers:
        target._cover(overlay.bounding_box)


def _check_like(target: MagHandle, overlay: MagHandle) -> None:
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
