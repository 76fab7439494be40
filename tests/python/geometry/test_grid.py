"""Boxes are cut to fit, and their parts cover every voxel once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from voxbrick.geometry.grid import fit, tiles, whole


@pytest.mark.parametrize(
    ("cell", "step", "limit", "expected"),
    [
        ((1, 64, 64, 64), (1, 32, 32, 32), 64**3, (1, 64, 64, 64)),
        ((1, 64, 64, 64), (1, 32, 32, 32), 64**3 - 1, (1, 64, 64, 32)),
        ((1, 64, 64, 64), (1, 32, 32, 32), 64 * 32 * 32, (1, 64, 32, 32)),
        ((1, 64, 64, 64), (1, 32, 32, 32), 1, (1, 32, 32, 32)),
        ((3, 96, 96), (3, 32, 32), 3 * 96 * 70, (3, 96, 64)),
    ],
)
def test_cells_are_cut_to_fit(cell: Any, step: Any, limit: int, expected: Any) -> None:
    assert fit(cell, step, limit) == expected


def test_tiles_cover_every_voxel_once() -> None:
    counts = np.zeros((7, 5, 6), int)
    for box in tiles(whole(counts.shape), (3, 5, 4)):
        counts[tuple(slice(a, a + n) for a, n in zip(*box, strict=True))] += 1
    assert (counts == 1).all()
