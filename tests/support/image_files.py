"""Makes images and folders of them, and what their voxels are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from PIL import Image


def voxels(shape: tuple[int, ...], dtype: Any = np.uint8, seed: int = 0) -> np.ndarray:
    """As (c, x, y, z), nowhere 0."""
    return np.random.default_rng(seed).integers(1, 200, shape).astype(dtype)


def save(path: Path, plane: np.ndarray, **options: Any) -> Path:
    """A plane (c, x, y) as an image."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = np.ascontiguousarray(np.squeeze(plane.transpose(2, 1, 0), axis=2 if plane.shape[0] == 1 else ()))
    if path.suffix in (".tif", ".tiff"):
        options.setdefault("photometric", "rgb" if rows.ndim == 3 else "minisblack")
        tifffile.imwrite(path, rows, **options)
    else:
        Image.fromarray(rows).save(path, **options)
    return path


def save_slices(folder: Path, volume: np.ndarray, suffix: str = ".tif", **options: Any) -> list[Path]:
    """A volume as one image for each z, named without leading zeros."""
    return [save(folder / f"slice{z}{suffix}", volume[..., z], **options) for z in range(volume.shape[-1])]
