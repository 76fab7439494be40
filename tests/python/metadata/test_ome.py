"""OME-Zarr: what groups of layers say, and images of others that are opened without properties."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.ome_images import PYRAMID, VERSIONS, VOXELS, axes, level, only_layer, write_group, write_image
from support.tree import snapshot
from voxbrick import BoundingBox, Dataset, LengthUnit, Mag, NDBoundingBox, VoxelSize, errors


@pytest.mark.parametrize("version", VERSIONS)
def test_an_image_is_a_dataset(tmp_path: Path, version: str) -> None:
    path = write_image(tmp_path / "em.ome.zarr", {"axes": axes("zyx"), "datasets": PYRAMID}, version)
    before = snapshot(path)
    layer = only_layer(path)
    assert (layer.name, layer.category, layer.dtype_per_layer) == ("em", "color", "uint16")
    assert layer.dataset.voxel_size_with_unit == VoxelSize((4, 4, 40), "nanometer")
    assert layer.bounding_box == BoundingBox((0, 0, 0), (16, 12, 8))
    assert list(layer.mags) == [Mag(1), Mag("2-2-1"), Mag("4-4-2")]
    np.testing.assert_array_equal(layer.get_mag(1).read()[0], VOXELS.T)
    part = layer.get_mag("2-2-1").read(absolute_offset=(2, 4, 1), size=(4, 4, 4))
    np.testing.assert_array_equal(part[0], VOXELS.T[1:3, 2:4, 1:5])
    assert snapshot(path) == before


def test_the_first_change_writes_properties(tmp_path: Path) -> None:
    path = write_image(tmp_path / "em", {"axes": axes("zyx"), "datasets": PYRAMID})
    before = snapshot(path)
    dataset = Dataset.open(path)
    dataset.get_layer("em").get_mag(1).write(
        VOXELS.T[:4] + 1, absolute_offset=(0, 0, 0), allow_unaligned=True
    )
    assert snapshot(path).keys() == before.keys(), "voxels need no properties"
    dataset.add_layer("ids", "segmentation").add_mag(1)
    found = Dataset.open(path)
    assert list(found.layers) == ["em", "ids"]
    assert found.get_layer("em").get_mag(1).content_is_equal(dataset.get_layer("em").get_mag(1))
    assert json.loads((path / "zarr.json").read_text()) == json.loads(before["zarr.json"])


@pytest.mark.parametrize("update", [True, False])
def test_the_first_change_may_be_a_write_beyond_the_image(tmp_path: Path, update: bool) -> None:
    path = write_image(tmp_path / "em", {"axes": axes("zyx"), "datasets": PYRAMID})
    mag = only_layer(path).get_finest_mag()
    begin = mag.bounding_box.bottomright
    mag.write(np.full((4, 4, 4), 7, np.uint16), absolute_offset=begin, json_update_allowed=update)
    again = only_layer(path).get_finest_mag()
    assert again.read(absolute_offset=begin, size=(4, 4, 4)).min() == 7
    assert again.bounding_box.contains(begin) == update


def test_a_read_only_image(tmp_path: Path) -> None:
    path = write_image(tmp_path / "em", {"axes": axes("zyx"), "datasets": PYRAMID})
    with pytest.raises(errors.ReadOnlyError):
        Dataset.open(path, read_only=True).add_layer("ids", "segmentation")
    assert not (path / "datasource-properties.json").exists()


LABELS = {"axes": axes("zyx"), "datasets": [level("0", 40, 8, 8, translation=[0, 2, 2])]}


@pytest.mark.parametrize("terms", [{"image-label": {}}, {}])
def test_labels_are_segmentations(tmp_path: Path, terms: dict[str, Any]) -> None:
    path = write_image(tmp_path / "em", {"axes": axes("zyx"), "datasets": PYRAMID})
    write_group(path / "labels", {"labels": ["cells"]})
    write_image(path / "labels" / "cells", LABELS, **terms)
    dataset = Dataset.open(path)
    cells = dataset.get_layer("cells")
    assert (cells.category, list(cells.mags)) == ("segmentation", [Mag("2-2-1")])
    assert cells._properties.translation == (0, 0, 0)
    assert cells.bounding_box == BoundingBox((0, 0, 0), (32, 24, 8))


@pytest.mark.parametrize("data_format", VERSIONS.values())
def test_a_dataset_that_lost_its_properties(tmp_path: Path, data_format: str) -> None:
    size = VoxelSize((0.5, 0.5, 1.25), LengthUnit.MICROMETER)
    dataset = Dataset(tmp_path / "brain", voxel_size_with_unit=size)
    for name, mags in {"color": (1, "2-2-1"), "coarse": (2, 4)}.items():
        layer = dataset.add_layer(name, "color", num_channels=2, data_format=data_format)
        for mag in mags:
            layer.add_mag(mag, 8, 1).write(np.full((2, 8, 8, 8), 7, np.uint8))
    (dataset.path / "datasource-properties.json").unlink()
    found = Dataset.open(dataset.path)
    assert found.voxel_size_with_unit == size
    for name, layer in dataset.layers.items():
        assert list(found.get_layer(name).mags) == list(layer.mags)
        assert found.get_layer(name)._properties.translation == (0, 0, 0)
        assert found.get_layer(name).get_finest_mag().content_is_equal(layer.get_finest_mag())


# What an image says, and the voxel size and the translation (in voxels) that come of it.
PLACES: dict[str, tuple[dict[str, Any], tuple[float, ...], tuple[float, ...]]] = {
    "no-unit": ({"axes": axes("zyx", None), "datasets": PYRAMID}, (4, 4, 40), (0, 0, 0)),
    "micrometers": ({"axes": axes("zyx", "micrometer"), "datasets": PYRAMID}, (4000, 4000, 40000), (0, 0, 0)),
    "two-units": (
        {"axes": axes("z", "micrometer") + axes("yx"), "datasets": [level("0", 0.04, 4, 4)]},
        (4, 4, 40),
        (0, 0, 0),
    ),
    "translation": (
        {"axes": axes("zyx"), "datasets": [level("0", 40, 4, 4, translation=[80, -6, 0.4])]},
        (4, 4, 40),
        (0.1, -1.5, 2),
    ),
    "one-transformation-for-all": (
        {
            "axes": axes("zyx"),
            "datasets": [
                level("0", 1, 1, 1, translation=[1, 0, 0]),
                level("1", 1, 2, 2, translation=[1, 0.5, 0.5]),
            ],
            "coordinateTransformations": [
                {"type": "scale", "scale": [40, 4, 4]},
                {"type": "translation", "translation": [0, 0, 8]},
            ],
        },
        (4, 4, 40),
        (2, 0, 1),
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_places(tmp_path: Path, place: str) -> None:
    entry, voxel_size, translation = PLACES[place]
    layer = only_layer(write_image(tmp_path / "em", entry))
    assert layer.dataset.voxel_size == pytest.approx(voxel_size)
    assert layer._properties.translation == pytest.approx(translation)


@pytest.mark.parametrize("unit", ["pixel", "um"])
def test_units_that_are_no_lengths(tmp_path: Path, unit: str) -> None:
    entry = {"axes": axes("z", unit) + axes("yx", "micrometer"), "datasets": PYRAMID}
    path = write_image(tmp_path / "em", entry)
    with pytest.warns(UserWarning, match=f"{unit!r} is no unit of length, so axis z has none"):
        layer = only_layer(path)
    assert layer.dataset.voxel_size_with_unit == VoxelSize((4, 4, 40), "micrometer")


def test_a_translation_survives_changes_and_copies(tmp_path: Path) -> None:
    entry = {"axes": axes("zyx"), "datasets": [level("0", 40, 4, 4, translation=[80, 0, 8])]}
    path = write_image(tmp_path / "images" / "em", entry, omero={"channels": []})
    source = only_layer(path.parent)
    source.name = "renamed"
    copy = Dataset(tmp_path / "copy", (4, 4, 40)).add_copy_layer(source, data_format="zarr3")
    for layer, translation in {source: [80, 0, 8], copy: [0, 8, 0, 80]}.items():
        ome = json.loads((layer.path / "zarr.json").read_text())["attributes"]["ome"]
        [found] = ome["multiscales"][0]["datasets"]
        assert found["coordinateTransformations"][1]["translation"] == translation
        assert ("omero" in ome) is (layer is source)


@pytest.mark.parametrize(("extent", "shape"), [(1, (3, 16, 12, 8)), (2, (3, 2, 8, 12, 16))])
def test_times_and_channels(tmp_path: Path, extent: int, shape: tuple[int, ...]) -> None:
    """A single time is no axis of its own."""
    voxels = np.arange(extent * 3 * VOXELS.size, dtype=np.uint16).reshape(extent, 3, *VOXELS.shape)
    entry = {"axes": axes("tczyx"), "datasets": [level("0", 0.5, 1, 40, 4, 4)]}
    layer = only_layer(write_image(tmp_path / "movie", entry, voxels=voxels))
    assert layer.num_channels == 3
    found = layer.get_mag(1).read()
    assert found.shape == shape
    expected = voxels[0].transpose(0, 3, 2, 1) if extent == 1 else voxels.swapaxes(0, 1)
    np.testing.assert_array_equal(found, expected)


def test_levels_that_are_no_mags_are_left_out(tmp_path: Path) -> None:
    levels = [level("0", 1, 1, 1), level("third", 1, 3, 3), level("far", 2, 2, 2, translation=[0, 0, 9])]
    path = write_image(tmp_path / "em", {"axes": axes("zyx"), "datasets": levels})
    with pytest.warns(UserWarning, match="left out") as warnings:
        layer = only_layer(path)
    assert list(layer.mags) == [1]
    assert [Path(str(warning.message).split()[0]).name for warning in warnings] == ["third", "far"]


def test_sizes_that_do_not_divide(tmp_path: Path) -> None:
    """Some scale by the ratio of the shapes."""
    entry = {"axes": axes("zyx"), "datasets": [level("0", 1, 1, 1), level("1", 7 / 3, 11 / 5, 13 / 6)]}
    assert list(only_layer(write_image(tmp_path, entry, voxels=VOXELS[:7, :11, :13])).mags) == [1, 2]


def test_links_to_images(tmp_path: Path) -> None:
    """Arrays have names of their own, and lie beside the properties."""
    path = write_image(tmp_path / "em", {"axes": axes("zyx"), "datasets": PYRAMID})
    source, before = Dataset.open(path), snapshot(path)
    linked = source.shallow_copy_dataset(tmp_path / "linked").get_layer("em")
    copied = Dataset(tmp_path / "copied", (4, 4, 40)).add_fs_copy_layer(source.get_layer("em"))
    for layer in (linked, copied):
        for mag in source.get_layer("em").mags.values():
            assert layer.get_mag(mag.mag).content_is_equal(mag)
    assert snapshot(path) == before


def test_more_axes(tmp_path: Path) -> None:
    box = NDBoundingBox((0, 0, 0, 0), (3, 8, 8, 8), ("t", "x", "y", "z"), (1, 2, 3, 4))
    dataset = Dataset(tmp_path, (1, 1, 1))
    layer = dataset.add_layer("movie", "color", data_format="zarr3", bounding_box=box)
    layer.add_mag(1, 8, 1)
    [entry] = json.loads((layer.path / "zarr.json").read_text())["attributes"]["ome"]["multiscales"]
    assert [(axis["name"], axis["type"]) for axis in entry["axes"]][:2] == [("c", "channel"), ("t", "time")]
    assert len(entry["datasets"][0]["coordinateTransformations"][1]["translation"]) == 5
