"""Finding the largest id of a segmentation."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import TYPE_CHECKING

from voxbrick.operations.regions import in_mag
from voxbrick.volume.layout import Layout

if TYPE_CHECKING:
    from voxbrick.dataset.layer import SegmentationLayer
    from voxbrick.dataset.view import View


def largest_segment_id_of(layer: SegmentationLayer, asked: Layout, executor: Executor | None) -> int | None:
    """The largest id within the box of the layer; None if that has no voxels.

    Executors get chunks of it, one file each if nothing else is asked for.
    """
    if not layer.mags or layer.bounding_box.is_empty():
        return None
    mag = layer.get_finest_mag()
    if executor is None:
        return _largest(mag)
    return max(mag.get_view(read_only=True).map_chunk(_largest, asked.chunk_shape, executor))


def _largest(view: View) -> int:
    return max(view._array.largest(in_mag(view.bounding_box, view.mag)), 0)
