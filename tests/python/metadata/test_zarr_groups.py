"""What others keep in the groups of layers: it stays where it holds, and goes where it does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.tree import snapshot
from voxbrick import Dataset, Layer, errors

# zarr-python, on what a dataset keeps beside its groups, and on what version 3 has not specified.
pytestmark = pytest.mark.filterwarnings("ignore:Object at", "ignore:Consolidated metadata")
FORMATS = {"zarr": 2, "zarr3": 3}
DATA = np.ones((8, 8, 8), np.uint8)


def dataset_of(folder: Path, data_format: str) -> Layer:
    """A layer with one mag in a dataset."""
    layer = Dataset(folder, (1, 1, 1)).add_layer("em", "color", data_format=data_format)
    layer.add_mag(1, 4, 1).write(DATA)
    return layer


def seen(root: Path) -> dict[str, tuple[tuple[int, ...], Any]]:
    """All arrays as zarr-python finds them, by their paths."""
    group = pytest.importorskip("zarr", minversion="3").open_group(root, mode="r")
    found = {}
    for name, layer in group.groups():
        for mag, array in layer.arrays():
            found[f"{name}/{mag}"] = (array.shape, array.compressors)
    return found


CHANGES: dict[str, Callable[[Layer], object]] = {
    "add_mag": lambda layer: layer.add_mag(2, 4, 1),
    "delete_mag": lambda layer: layer.delete_mag(1),
    "grow": lambda layer: layer.get_mag(1).write(DATA, absolute_offset=(8, 0, 0)),
    "grow_by_box": lambda layer: setattr(layer, "bounding_box", layer.bounding_box.with_size((9, 9, 9))),
    "add_layer": lambda layer: layer.dataset.add_copy_layer(layer, "copy"),
    "delete_layer": lambda layer: layer.dataset.delete_layer("em"),
    "rename_layer": lambda layer: setattr(layer, "name", "renamed"),
    "compress": lambda layer: layer.get_mag(1).compress(),
    "downsample": lambda layer: layer.downsample(coarsest_mag=2),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("data_format", FORMATS)
def test_consolidated_metadata_hides_no_change(tmp_path: Path, data_format: str, change: str) -> None:
    zarr = pytest.importorskip("zarr", minversion="3")
    layer = dataset_of(tmp_path / "brain", data_format)
    outer = zarr.create_group(tmp_path, zarr_format=FORMATS[data_format], attributes={"mine": 1})
    for group in (tmp_path, layer.dataset.path, layer.path):
        zarr.consolidate_metadata(group, zarr_format=FORMATS[data_format])
    CHANGES[change](layer)
    found = seen(layer.dataset.path)
    arrays = {
        mag.path.relative_to(layer.dataset.path).as_posix(): mag
        for each in Dataset.open(layer.dataset.path).layers.values()
        for mag in each.mags.values()
    }
    assert {path: shape for path, (shape, _) in found.items()} == {
        path: mag.info.shape for path, mag in arrays.items()
    }
    assert all(bool(found[path][1]) is mag.info.compression_mode for path, mag in arrays.items())
    left = zarr.open_group(tmp_path, mode="r")
    assert dict(left.attrs) == dict(outer.attrs), "the rest of the group stays"
    assert left.metadata.consolidated_metadata is None, "groups around know the arrays too"


def test_groups_behind_a_link_know_of_growth(tmp_path: Path) -> None:
    zarr = pytest.importorskip("zarr", minversion="3")
    layer = dataset_of(tmp_path / "brain", "zarr")
    linked = Dataset(tmp_path / "linked", (1, 1, 1)).add_symlink_layer(layer)
    zarr.consolidate_metadata(layer.dataset.path, zarr_format=2)
    linked.get_mag(1).write(DATA, absolute_offset=(8, 0, 0))
    assert seen(layer.dataset.path)["em/1"][0] == (1, 16, 8, 8)


DAMAGED = {
    "cut": ('{"zarr_format": 3, "attri', "not JSON"),
    "list": ("[]", "an object"),
    "attributes": ('{"zarr_format": 3, "node_type": "group", "attributes": []}', "attributes"),
    "ome": ('{"zarr_format": 3, "node_type": "group", "attributes": {"ome": 5}}', "attributes.ome"),
}
LAYER_CHANGES = {name: CHANGES[name] for name in ("add_mag", "delete_mag", "rename_layer", "downsample")}


@pytest.mark.parametrize("change", LAYER_CHANGES)
@pytest.mark.parametrize(
    ("data_format", "damage"),
    [("zarr", "cut"), ("zarr", "list"), *(("zarr3", damage) for damage in DAMAGED)],
)
def test_a_damaged_group_is_not_overwritten(
    tmp_path: Path, data_format: str, damage: str, change: str
) -> None:
    """Nobody knows what else it says."""
    layer = dataset_of(tmp_path / "brain", data_format)
    text, message = DAMAGED[damage]
    path = layer.path / (".zattrs" if data_format == "zarr" else "zarr.json")
    path.write_text(text)
    before = snapshot(tmp_path)
    with pytest.raises(errors.InvalidMetadataError, match=f"{path}.*{message}"):
        LAYER_CHANGES[change](layer)
    assert snapshot(tmp_path) == before


def test_a_group_that_cannot_be_read_is_not_overwritten(tmp_path: Path) -> None:
    layer = dataset_of(tmp_path / "brain", "zarr3")
    (layer.path / "zarr.json").unlink()
    (layer.path / "zarr.json").mkdir()
    before = snapshot(tmp_path)
    with pytest.raises(errors.StorageError, match="cannot read"):
        layer.add_mag(2, 4, 1)
    assert snapshot(tmp_path) == before


def test_a_damaged_folder_does_not_become_a_layer(tmp_path: Path) -> None:
    layer = dataset_of(tmp_path / "brain", "zarr3")
    other = layer.dataset.path / "other"
    other.mkdir()
    (other / "zarr.json").write_text("{")
    before = snapshot(tmp_path)
    with pytest.raises(errors.InvalidMetadataError, match="not JSON"):
        layer.dataset.add_layer("other", "color", data_format="zarr3")
    assert snapshot(tmp_path) == before
    assert list(Dataset.open(layer.dataset.path).layers) == ["em"]


@pytest.mark.parametrize("name", ["info", "attributes.json", "header.wkw", "zarr.json"])
@pytest.mark.parametrize("data_format", ["wkw", *FORMATS])
def test_layers_named_like_metadata(tmp_path: Path, data_format: str, name: str) -> None:
    dataset = Dataset(tmp_path / "brain", (1, 1, 1))
    layer = dataset.add_layer(name, "color", data_format=data_format)
    layer.add_mag(1, 8, 1).write(DATA)
    layer.get_mag(1).write(DATA, absolute_offset=(8, 0, 0))
    layer.downsample(coarsest_mag=2)
    dataset.add_copy_layer(layer, "other")
    found = dataset.copy_dataset(tmp_path / "copy")
    dataset.delete_layer(name)
    for each in (name, "other"):
        assert found.get_layer(each).get_mag(1).read().sum() == 2 * DATA.size
        assert found.get_layer(each).get_mag(2).read().sum() == DATA.size // 4


@pytest.mark.parametrize("data_format", FORMATS)
def test_a_layer_whose_folder_is_an_array_stays_one(tmp_path: Path, data_format: str) -> None:
    """Properties may place the array of a mag right there."""
    layer = dataset_of(tmp_path / "brain", data_format)
    for entry in (layer.path / "1").iterdir():
        target = layer.path / entry.name
        target.unlink(missing_ok=True)
        entry.rename(target)
    (layer.path / ".zgroup").unlink(missing_ok=True)
    path = layer.dataset.path / "datasource-properties.json"
    properties = json.loads(path.read_text())
    properties["dataLayers"][0]["mags"][0]["path"] = "./em"
    path.write_text(json.dumps(properties))
    found = Dataset.open(layer.dataset.path).get_layer("em")
    before = snapshot(layer.path)
    found.add_mag(2, 4, 1)
    np.testing.assert_array_equal(found.get_mag(1).read()[0], DATA)
    assert snapshot(layer.path).items() >= before.items()
