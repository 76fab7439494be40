"""Finding the largest id of a segmentation."""

from __future__ import annotations

from concurrent.futures import Executor

from voxbrick.operations.chunks import Chunks, How, grid_of, map_all
from voxbrick.operations.handles import LayerHandle, ViewHandle
from voxbrick.operations.regions import in_mag
from voxbrick.volume.layout import Layout


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
