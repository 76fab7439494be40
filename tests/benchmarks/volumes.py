"""The two volumes of all questions, and the arrays that hold them; made once, then kept in the folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

SIDE = 512
BLOCK = 32
SHARD = 256
THREADS = 2


def em(folder: Path) -> np.ndarray:
    """512^3 uint8 like electron microscopy: slow structure and noise that LZ4HC shrinks about 1.2 times."""
    return _kept(folder / "em.npy", (SIDE, SIDE, SIDE), np.uint8, _em_slice)


def labels(folder: Path) -> np.ndarray:
    """512 x 512 x 256 uint32: wavy cells of one number each, and between them nothing."""
    return _kept(folder / "labels.npy", (SIDE, SIDE, SIDE // 2), np.uint32, _label_slice)


def wide(folder: Path) -> np.ndarray:
    """1024 x 1024 x 256 uint8: four times the first half of `em`."""
    return np.asfortranarray(np.tile(em(folder)[..., : SIDE // 2], (1, 2, 2, 1)))


def _em_slice(z: int) -> np.ndarray:
    x, y = np.ogrid[:SIDE, :SIDE]
    structure = 128 + 40 * np.sin(x / 13) * np.cos(y / 10) * np.sin(z / 17)
    return structure + np.random.default_rng(z).normal(0, 1.25, (SIDE, SIDE))


def _label_slice(z: int) -> np.ndarray:
    x, y = np.ogrid[:SIDE, :SIDE]
    wavy_x = x + 9 * np.sin(y / 19) + 5 * np.sin(z / 11)
    wavy_y = y + 9 * np.sin(z / 23) + 5 * np.sin(x / 13)
    cell = (wavy_x // 41).astype(np.int64) * 10007 + (wavy_y // 47).astype(np.int64) * 101 + z // 37
    number = (cell * 2654435761) % 2**31 + 1
    membrane = (wavy_x % 41 < 3) | (wavy_y % 47 < 3)
    return np.where(membrane | (cell % 5 == 0), 0, number)


def _kept(
    path: Path, shape: tuple[int, ...], dtype: type, slice_at: Callable[[int], np.ndarray]
) -> np.ndarray:
    """Shape (1, x, y, z), Fortran order."""
    if not path.exists():
        volume = np.empty(shape, dtype, order="F")
        for z in range(shape[2]):
            volume[:, :, z] = slice_at(z)
        np.save(path, volume[np.newaxis])
    return np.load(path)


def random_boxes(count: int, side: int) -> list[tuple[int, ...]]:
    """Corners of unaligned cubes."""
    corners = np.random.default_rng(5).integers(0, SIDE - side, (count, 3))
    return [tuple(int(c) for c in corner) for corner in corners]


def random_blocks(count: int) -> list[tuple[int, ...]]:
    corners = np.random.default_rng(6).integers(0, SIDE // BLOCK, (count, 3)) * BLOCK
    return [tuple(int(c) for c in corner) for corner in corners]
