"""How each engine reads and writes a Zarr array whose metadata is there already, in C order."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Metadata = dict[str, Any]


def make_folder(path: Path, metadata: Metadata) -> None:
    """An empty array."""
    path.mkdir(parents=True)
    (path / (".zarray" if metadata["zarr_format"] == 2 else "zarr.json")).write_text(json.dumps(metadata))


def _voxbrick(path: Path, data: np.ndarray | None) -> np.ndarray | None:
    import voxbrick

    with voxbrick.open_array(path, "r" if data is None else "r+") as array:
        if data is None:
            return array.read((0,) * array.info.rank, array.info.shape, order="C")
        array.write((0,) * data.ndim, data)
    return None


def _tensorstore(path: Path, data: np.ndarray | None) -> np.ndarray | None:
    """Without fsync, as voxbrick's default."""
    import tensorstore

    driver = "zarr" if (path / ".zarray").exists() else "zarr3"
    kvstore = {"driver": "file", "path": str(path), "file_io_sync": False}
    array = tensorstore.open({"driver": driver, "kvstore": kvstore}).result()
    if data is None:
        return array.read(order="C").result()
    array.write(data).result()
    return None


def _zarr(path: Path, data: np.ndarray | None) -> np.ndarray | None:
    import zarr

    if data is None:
        return zarr.open_array(path, mode="r")[...]
    zarr.open_array(path, mode="r+")[...] = data
    return None


def _zarrs(path: Path, data: np.ndarray | None) -> np.ndarray | None:
    import zarr

    zarr.config.set({"codec_pipeline.path": "zarrs.ZarrsCodecPipeline"})
    return _zarr(path, data)


# Writes the data, or without any reads all.
ENGINES: dict[str, Callable[[Path, np.ndarray | None], np.ndarray | None]] = {
    "voxbrick": _voxbrick,
    "tensorstore": _tensorstore,
    "zarr": _zarr,
    "zarrs": _zarrs,
}
