"""One volume as an array of each format that conversions read, as other programs write it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

import voxbrick

VOXELS = np.arange(1, 65, dtype=np.uint8).reshape(4, 4, 4)


def zarr(path: Path) -> None:
    keywords: dict[str, Any] = {"data_format": "zarr3", "shape": (4, 4, 4), "chunk_shape": 2, "axes": "xyz"}
    with voxbrick.create_array(path, dtype="uint8", **keywords) as array:
        array.write((0, 0, 0), VOXELS)


def n5(path: Path, **others: Any) -> None:
    block = (path / "0/0/0").resolve()
    block.parent.mkdir(parents=True)
    block.write_bytes(b"\0\0\0\3" + b"\0\0\0\4" * 3 + VOXELS.tobytes("F"))
    shapes = {"dimensions": [4] * 3, "blockSize": [4] * 3}
    document = {**shapes, "dataType": "uint8", "compression": {"type": "raw"}, **others}
    (path / "attributes.json").write_text(json.dumps(document))


def precomputed(path: Path) -> None:
    (path / "4_4_40").mkdir(parents=True)
    (path / "4_4_40/0-4_0-4_0-4").write_bytes(VOXELS.tobytes("F"))
    scale = {"key": "4_4_40", "size": [4] * 3, "chunk_sizes": [[4] * 3], "encoding": "raw"}
    (path / "info").write_text(json.dumps({"data_type": "uint8", "num_channels": 1, "scales": [scale]}))
