"""OME-Zarr images as other programs write them, for tests that open them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

import voxbrick
from voxbrick import Dataset

VOXELS = np.arange(8 * 12 * 16, dtype=np.uint16).reshape(8, 12, 16)
VERSIONS = {"0.4": "zarr", "0.5": "zarr3"}


def axes(names: str, unit: Any = "nanometer") -> list[dict[str, Any]]:
    kinds = {"t": "time", "c": "channel"}
    units = {"unit": unit} if unit else {}
    return [
        {"name": name, "type": kinds[name]} if name in kinds else {"name": name, "type": "space", **units}
        for name in names
    ]


def level(path: str, *scale: float, translation: list[float] | None = None) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"type": "scale", "scale": list(scale)}]
    if translation:
        steps.append({"type": "translation", "translation": translation})
    return {"path": path, "coordinateTransformations": steps}


def write_group(folder: Path, terms: dict[str, Any], version: str = "0.5") -> Path:
    """A group that says something in the terms of OME-Zarr."""
    folder.mkdir(parents=True, exist_ok=True)
    if version == "0.4":
        (folder / ".zgroup").write_text('{"zarr_format": 2}')
        (folder / ".zattrs").write_text(json.dumps(terms))
    else:
        group = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"version": version, **terms}}}
        (folder / "zarr.json").write_text(json.dumps(group))
    return folder


def write_array(path: Path, voxels: np.ndarray = VOXELS, version: str = "0.5") -> None:
    keywords = {"dtype": voxels.dtype, "shape": voxels.shape, "chunk_shape": voxels.shape}
    with voxbrick.create_array(path, data_format=VERSIONS[version], **keywords) as array:
        array.write((0,) * voxels.ndim, voxels)


def write_image(
    folder: Path, entry: dict[str, Any], version: str = "0.5", voxels: np.ndarray = VOXELS, **terms: Any
) -> Path:
    """An image; all its arrays hold the same voxels, but for what the shape of coarser ones leaves out."""
    versions = {"version": version} if version == "0.4" else {}
    write_group(folder, {"multiscales": [{**versions, **entry}], **terms}, version)
    finest = entry["datasets"][0]["coordinateTransformations"][0]["scale"]
    for dataset in entry["datasets"]:
        scale = dataset["coordinateTransformations"][0]["scale"]
        shape = np.maximum(1, np.array(voxels.shape) * finest // scale).astype(int)
        write_array(folder / dataset["path"], voxels[tuple(map(slice, shape))], version)
    return folder


def only_layer(folder: Path) -> voxbrick.Layer:
    [layer] = Dataset.open(folder).layers.values()
    return layer


PYRAMID = [
    level("0", 40, 4, 4),
    level("1", 40, 8, 8, translation=[0, 2, 2]),
    level("2", 80, 16, 16, translation=[20, 6, 6]),
]
