"""OME-Zarr both ways: other programs find our layers at the right place, and we their images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.peers import Peer, peer
from support.tree import snapshot
from voxbrick import BoundingBox, Dataset, Layer, Mag, VoxelSize

SCRIPT = Path(__file__).with_name("peers") / "ome.py"
MAGS = ["1", "2-2-1", "4-4-2"]
SIZE = (0.5, 0.5, 1.25)
VERSIONS = {"0.4": "zarr", "0.5": "zarr3"}


@pytest.fixture(scope="module")
def ome() -> Iterator[Peer]:
    tools = peer(SCRIPT, "ome", "ome-zarr>=0.12", "ngff-zarr[validate]", "ome-zarr-models", "jsonschema")
    yield tools
    tools.close()


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def layer(tmp_path: Path, version: str) -> Layer:
    """Two channels in three mags, each full of its number."""
    dataset = Dataset(tmp_path / "ours", voxel_size_with_unit=VoxelSize(SIZE, "micrometer"))
    box = BoundingBox((0, 0, 0), (16, 16, 16))
    layer = dataset.add_layer("em", "color", None, "uint16", 2, VERSIONS[version], box)
    for number, mag in enumerate(MAGS, start=1):
        view = layer.add_mag(mag, 4, 1, compress=True)
        view.write(np.full((2, *(box.size // Mag(mag).to_vec3_int())), number, np.uint16))
    return layer


def test_ours_is_valid_after_every_change(ome: Peer, layer: Layer, version: str) -> None:
    def assert_valid(layer: Layer) -> None:
        kind = ome("validate", path=layer.path, version=version)
        assert kind == f"ome_zarr_models.v{version.replace('.', '')}.image"

    assert_valid(layer)
    layer.delete_mag(1)
    layer.name = "renamed"
    assert_valid(layer)
    dataset = layer.dataset
    segmentation = dataset.add_layer("ids", "segmentation", dtype="uint32", data_format=layer.data_format)
    segmentation.add_mag(2, 4, 1)
    assert_valid(segmentation)
    for copy in (dataset.add_copy_layer(layer, "copy"), dataset.add_fs_copy_layer(layer, "files")):
        copy.get_mag("2-2-1").rechunk(8, 8, compress=False)
        assert_valid(copy)


def test_ome_zarr_py_finds_our_box(ome: Peer, layer: Layer) -> None:
    found = ome("read_ome_zarr", path=layer.path)
    assert [(axis["name"], axis.get("unit")) for axis in found["axes"]] == [
        ("c", None),
        *((axis, "micrometer") for axis in "xyz"),
    ]
    for number, (shape, steps, total) in enumerate(found["levels"], start=1):
        begin, end = physical_box(shape[1:], steps[0]["scale"][1:], steps[1]["translation"][1:])
        np.testing.assert_allclose(begin, np.multiply(SIZE, -0.5))
        np.testing.assert_allclose(end, np.multiply(SIZE, 15.5))
        assert total == number * np.prod(shape)


def test_ngff_zarr_finds_our_box(ome: Peer, layer: Layer) -> None:
    for mag, (dims, scale, translation, units) in zip(
        layer.mags, ome("read_ngff_zarr", path=layer.path), strict=True
    ):
        assert dims == list("cxyz")
        assert {units[axis] for axis in "xyz"} == {"micrometer"}
        for axis, size, factor in zip("xyz", SIZE, mag, strict=True):
            assert scale[axis] == size * factor
            assert translation[axis] == size * (factor - 1) / 2


def physical_box(shape: list[int], scale: list[float], centre: list[float]) -> tuple[Any, Any]:
    """From the outer face of the first voxel to that of the last."""
    begin = np.subtract(centre, np.divide(scale, 2))
    return begin, begin + np.multiply(shape, scale)


def saved(folder: Path, voxels: np.ndarray) -> Path:
    np.save(folder / "voxels.npy", voxels)
    return folder / "voxels.npy"


def counting(*shape: int) -> np.ndarray:
    return np.arange(np.prod(shape), dtype=np.uint16).reshape(shape)


# The axes of an image, its shape, and the shape and axes of what a view reads of it.
IMAGES = {
    "zyx": ((8, 12, 16), "czyx"),
    "czyx": ((3, 8, 12, 16), "czyx"),
    "tczyx": ((2, 3, 8, 12, 16), "ctzyx"),
}


@pytest.mark.parametrize("axes", IMAGES)
def test_we_open_what_ome_zarr_py_writes(ome: Peer, tmp_path: Path, version: str, axes: str) -> None:
    voxels = counting(*IMAGES[axes][0])
    scale = {"t": 0.1, "c": 1.0, "z": 40.0, "y": 4.0, "x": 4.0}
    path = tmp_path / "image.zarr"
    ome(
        "write_ome_zarr",
        path=path,
        voxels=saved(tmp_path, voxels),
        axes=axes,
        version=version,
        scale={axis: scale[axis] for axis in axes},
    )
    assert_opens(path, voxels, axes, ["1", "2-2-1", "4-4-1"])


@pytest.mark.parametrize("axes", IMAGES)
def test_we_open_what_ngff_zarr_writes(ome: Peer, tmp_path: Path, version: str, axes: str) -> None:
    voxels = counting(*IMAGES[axes][0])
    path = tmp_path / "image.zarr"
    ome(
        "write_ngff_zarr",
        path=path,
        voxels=saved(tmp_path, voxels),
        dims=list(axes),
        version=version,
        scale={axis: {"z": 40.0}.get(axis, 4.0) for axis in axes},
        translation={axis: {"y": 8.0}.get(axis, 0.0) for axis in axes},
        unit="nanometer",
    )
    layer = assert_opens(path, voxels, axes, ["1", "2", "4"])
    assert layer._properties.translation == (0, 2, 0)


def assert_opens(path: Path, voxels: np.ndarray, axes: str, mags: list[str]) -> Layer:
    before = snapshot(path)
    dataset = Dataset.open(path)
    assert dataset.voxel_size == (4, 4, 40)
    [layer] = dataset.layers.values()
    assert [str(mag) for mag in layer.mags] == mags
    found = layer.get_mag(1).read()
    if layer.bounding_box.axes == ("x", "y", "z"):
        found = found.transpose(0, 3, 2, 1)
    stored = voxels if "c" in axes else voxels[np.newaxis]
    np.testing.assert_array_equal(found, stored.swapaxes(0, 1) if "t" in axes else stored)
    coarse = layer.get_mag(mags[-1])
    assert coarse.bounding_box == layer.bounding_box
    assert snapshot(path) == before, "reading writes nothing"
    return layer


def test_levels_that_begin_at_a_voxel_centre(ome: Peer, tmp_path: Path, version: str) -> None:
    """As many write them: every level has the translation 0."""
    voxels = counting(8, 8, 8)
    for name, level in {"0": voxels, "1": voxels[::2, ::2, ::2]}.items():
        np.save(tmp_path / name, level)
    ome(
        "write_levels",
        path=tmp_path / "image",
        levels=[tmp_path / "0.npy", tmp_path / "1.npy"],
        axes="zyx",
        version=version,
        transformations=[[{"type": "scale", "scale": [factor] * 3}] for factor in (10.0, 20.0)],
    )
    [layer] = Dataset.open(tmp_path / "image").layers.values()
    assert list(layer.mags) == [1, 2]
    np.testing.assert_array_equal(layer.get_mag(2).read()[0], voxels[::2, ::2, ::2].T)
