"""Whether two views hold the same voxels."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import attr
import numpy as np

from voxbrick.dataset._chunk_grid import ChunkGrid, stored_shapes
from voxbrick.dataset._chunks import Chunks
from voxbrick.dataset._fan_out import outcomes

if TYPE_CHECKING:
    from voxbrick.dataset.view import View


def voxels_are_equal(one: View, other: View, executor: Any) -> bool:
    """Compares file by file of the first view, and ends at the first difference."""
    same_box = one.bounding_box.size == other.bounding_box.size and one.mag == other.mag
    if not same_box or one.info.num_channels != other.info.num_channels:
        return False
    chunks = Chunks.of(one, ChunkGrid(one.bounding_box, stored_shapes(one)[1]), read_only=True)
    job = _PartsAreEqual(chunks, other._part(other.bounding_box, read_only=True))
    with closing(outcomes(job, range(len(chunks.grid)), executor)) as every:
        for _, equal, error in every:
            if error is not None:
                raise error
            if not equal:
                return False
    return True


@attr.frozen
class _PartsAreEqual:
    """Compares the chunk of a number with what corresponds to it in the other view."""

    chunks: Chunks
    other: View

    def __call__(self, number: int) -> bool:
        one = self.chunks[number]
        shift = self.other.bounding_box.topleft - self.chunks.grid.box.topleft
        a, b = one.read(), self.other.read(absolute_bounding_box=one.bounding_box.offset(shift))
        return np.array_equal(a, b, equal_nan=a.dtype.kind == b.dtype.kind == "f")
