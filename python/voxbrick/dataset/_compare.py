"""Whether two views hold the same voxels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from voxbrick.dataset.view import View


def voxels_are_equal(one: View, other: View, executor: Executor | None) -> bool:
    """Compares shard by shard; without an executor it ends at the first difference."""
    same_box = one.bounding_box.size == other.bounding_box.size and one.mag == other.mag
    if not same_box or one.info.num_channels != other.info.num_channels:
        return False
    if executor is None:
        return all(_parts_are_equal(*pair) for pair in _pairs(one, other))
    futures = [executor.submit(_parts_are_equal, *pair) for pair in _pairs(one, other)]
    return all(future.result() for future in futures)


def _pairs(one: View, other: View) -> Iterator[tuple[View, View]]:
    """Parts of the first view that are whole shards, and what corresponds to them in the other."""
    shift = other.bounding_box.topleft - one.bounding_box.topleft
    shard = one.info.shard_shape * one.mag
    for part in one.bounding_box.chunk(shard, shard):
        yield (
            one.get_view(absolute_bounding_box=part, read_only=True),
            other.get_view(absolute_bounding_box=part.offset(shift), read_only=True),
        )


def _parts_are_equal(one: View, other: View) -> bool:
    a, b = one.read(), other.read()
    return np.array_equal(a, b, equal_nan=a.dtype.kind == b.dtype.kind == "f")
