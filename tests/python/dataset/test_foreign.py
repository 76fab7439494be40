"""Datasets that other programs made: opened, read right, written again in every way."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voxbrick
from interop.shared_fixtures import MISSING, VISIBLE, formula
from support.compare import assert_same_bits
from voxbrick import BoundingBox, Dataset

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")


def entries(group: str) -> list[Any]:
    if not VISIBLE.is_dir():
        return [pytest.param(None, marks=pytest.mark.skip(reason=MISSING))]
    manifest = json.loads((VISIBLE / "MANIFEST.json").read_text())[group]
    return [pytest.param(entry, id=entry["name"]) for entry in manifest if entry["kind"] == "dataset"]


def expected_voxels(mag: dict[str, Any], layer: dict[str, Any]) -> np.ndarray:
    """Channels first, whatever the order in which the array keeps its axes."""
    voxels = formula()["expected"](mag["expected"])
    stored = layer.get("storage_axes")
    if stored is None:
        return voxels
    return voxels.transpose([stored.index(axis) for axis in "xyz"])[np.newaxis]


def assert_as_told(dataset: Dataset, entry: dict[str, Any]) -> None:
    for told in entry["layers"]:
        layer = dataset.get_layer(told["layer"])
        assert (layer.category, layer.num_channels) == (told["category"], told["num_channels"])
        assert layer.dtype_per_channel == np.dtype(told["dtype"])
        for mag in told["mags"]:
            view = layer.get_mag(mag["mag"])
            expected = expected_voxels(mag, told)
            origin = mag["expected"]["origin"][-3:]
            if "storage_axes" in told:
                origin = [origin[told["storage_axes"].index(axis)] for axis in "xyz"]
            size = np.array(expected.shape[1:]) * view.mag.to_np()
            found = view.read(absolute_offset=np.array(origin) * view.mag.to_np(), size=size)
            assert_same_bits(np.ascontiguousarray(found), np.ascontiguousarray(expected))


@pytest.mark.parametrize("entry", entries("valid"))
def test_valid_datasets(entry: dict[str, Any]) -> None:
    assert_as_told(Dataset.open(VISIBLE / entry["path"], read_only=True), entry)


@pytest.mark.parametrize("entry", entries("valid"))
def test_round_trips(tmp_path: Path, entry: dict[str, Any]) -> None:
    source = Dataset.open(VISIBLE / entry["path"], read_only=True)
    for name, how in {
        "wkw": {"data_format": "wkw", "chunk_shape": 8, "chunks_per_shard": 2},
        "zarr3": {"data_format": "zarr3", "compress": True},
        "same": {},
    }.items():
        assert_as_told(source.copy_dataset(tmp_path / name, **how), entry)
    shutil.copytree(source.path, tmp_path / "changed")
    changed = Dataset.open(tmp_path / "changed")
    for layer in changed.layers.values():
        layer.bounding_box = layer.bounding_box.extended_by(BoundingBox((0, 0, 0), (100, 100, 100)))
        for mag in layer.mags.values():
            mag.write(mag.read())
    assert_as_told(Dataset.open(tmp_path / "changed"), entry)


@pytest.mark.parametrize("entry", entries("valid"))
def test_what_is_not_understood_is_kept(tmp_path: Path, entry: dict[str, Any]) -> None:
    shutil.copytree(VISIBLE / entry["path"], tmp_path / "copy")
    path = tmp_path / "copy" / "datasource-properties.json"
    before = json.loads(path.read_text())
    Dataset.open(path.parent).name = "renamed"
    after = json.loads(path.read_text())
    assert after == {**before, "id": {**before["id"], "name": "renamed"}}


KINDS = {
    "invalid_metadata": voxbrick.InvalidMetadataError,
    "not_found": voxbrick.NotFoundError,
    "unsupported": voxbrick.UnsupportedError,
}


def open_all(path: Path, until: str) -> None:
    dataset = Dataset.open(path, read_only=True)
    if until == "read":
        for layer in dataset.layers.values():
            for mag in layer.mags.values():
                mag.read()


@pytest.mark.parametrize("entry", entries("corrupt"))
def test_damaged_datasets(entry: dict[str, Any]) -> None:
    path = VISIBLE / entry["path"]
    if entry["when"] == "read":
        open_all(path, until="open")
    with pytest.raises(KINDS[entry["error_class"]]):
        open_all(path, until=entry["when"])
