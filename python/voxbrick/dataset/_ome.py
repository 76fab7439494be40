"""OME-NGFF metadata in the groups of Zarr layers, so that other viewers open them.

What others wrote into the group stays. A layer without mags has no ``multiscales``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voxbrick.dataset._replace import replace_text
from voxbrick.dataset.data_format import DataFormat
from voxbrick.dataset.defaults import ZARR_JSON_FILE_NAME, ZATTRS_FILE_NAME, ZGROUP_FILE_NAME
from voxbrick.geometry.vec3_int import XYZ

if TYPE_CHECKING:
    from voxbrick.dataset.layer import Layer


def write_group_metadata(layer: Layer) -> None:
    """Brings the groups of a layer and of its dataset up to date."""
    if layer.data_format is DataFormat.Zarr3:
        _write_zarr3_group(layer.dataset.path, {})
        _write_zarr3_group(layer.path, {"ome": {"version": "0.5", **_multiscales(layer)}})
    elif layer.data_format is DataFormat.Zarr:
        for folder in (layer.dataset.path, layer.path):
            replace_text(folder / ZGROUP_FILE_NAME, json.dumps({"zarr_format": 2}))
        _write_zattrs(layer.path / ZATTRS_FILE_NAME, _multiscales(layer, version="0.4"))


def _write_zarr3_group(folder: Path, attributes: dict[str, Any]) -> None:
    path = folder / ZARR_JSON_FILE_NAME
    group = {"zarr_format": 3, "node_type": "group", "attributes": {}, **_read(path)}
    # Older versions of other programs put `multiscales` here, where no specification has it.
    others = {key: value for key, value in group["attributes"].items() if key != "multiscales"}
    group["attributes"] = {**others, **attributes}
    replace_text(path, json.dumps(group, indent=4))


def _write_zattrs(path: Path, attributes: dict[str, Any]) -> None:
    others = {key: value for key, value in _read(path).items() if key != "multiscales"}
    replace_text(path, json.dumps({**others, **attributes}, indent=4))


def _read(path: Path) -> dict[str, Any]:
    """What the group says; nothing if it is no group, or cannot be read."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("attributes", {}), dict) else {}


def _multiscales(layer: Layer, **version: str) -> dict[str, Any]:
    mags = sorted(layer.mags, key=lambda mag: (mag.max_dim, mag.to_tuple()))
    if not mags:
        return {}
    axes = ("c", *layer.bounding_box.axes)
    voxel_size = dict(zip(XYZ, layer.dataset.voxel_size, strict=True))
    datasets = [
        {
            "path": layer.mags[mag].path.name,
            "coordinateTransformations": [
                {"type": "scale", "scale": _scale(axes, voxel_size, dict(zip(XYZ, mag, strict=True)))}
            ],
        }
        for mag in mags
    ]
    entry = {"name": layer.name, "axes": [_axis(axis) for axis in axes], "datasets": datasets}
    return {"multiscales": [{**version, **entry}]}


def _scale(axes: tuple[str, ...], voxel_size: dict[str, float], mag: dict[str, int]) -> list[float]:
    return [voxel_size.get(axis, 1.0) * mag.get(axis, 1) for axis in axes]


def _axis(name: str) -> dict[str, str]:
    if name in XYZ:
        return {"name": name, "type": "space", "unit": "nanometer"}
    return {"name": name, "type": {"c": "channel", "t": "time"}.get(name, "other")}
