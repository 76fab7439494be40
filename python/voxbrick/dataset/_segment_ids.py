"""Finding the largest id of a segmentation."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import TYPE_CHECKING

from voxbrick.dataset._layout import Layout
from voxbrick.utils import wait_and_ensure_success

if TYPE_CHECKING:
    from voxbrick.dataset.layer import SegmentationLayer
    from voxbrick.dataset.view import View


def largest_segment_id_of(layer: SegmentationLayer, asked: Layout, executor: Executor | None) -> int | None:
    """The largest id within the box of the layer, shard by shard; None if that has no voxels."""
    if not layer.mags or layer.bounding_box.is_empty():
        return None
    mag = layer.get_finest_mag()
    step = asked.chunk_shape or mag.info.shard_shape * mag.mag
    parts = (
        mag.get_view(absolute_bounding_box=box, read_only=True)
        for box in mag.bounding_box.chunk(step, mag.mag.to_vec3_int())
    )
    if executor is None:
        return max(map(_largest, parts))
    futures = [executor.submit(_largest, part) for part in parts]
    return max(wait_and_ensure_success(futures, executor))


def _largest(view: View) -> int:
    return max(int(view.read().max()), 0)
