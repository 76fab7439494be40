"""Datasets of other programs go through every method that writes, and hold the same voxels afterwards."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import reference.wkw
import reference.zarr3
from interop.shared_fixtures import MISSING, SHARED, VISIBLE
from support.compare import assert_same_bits
from voxbrick import BoundingBox, DataFormat, Dataset, Layer, MagView, UnsupportedError, View

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

REAL = [
    "complex_property_ds",
    "old_wkw_dataset",
    "simple_wkw_dataset",
    "simple_zarr3_dataset",
    "simple_zarr_dataset",
]
EDGE = 64
"""What is tested of large layers; some claim to be 1024 long."""


def folders() -> list[Any]:
    if not VISIBLE.is_dir():
        return [pytest.param(None, marks=pytest.mark.skip(reason=MISSING))]
    manifest = json.loads((VISIBLE / "MANIFEST.json").read_text())["valid"]
    made = [VISIBLE / entry["path"] for entry in manifest if entry["kind"] == "dataset"]
    return [
        pytest.param(folder, id=folder.name) for folder in [*made, *(SHARED / "data" / name for name in REAL)]
    ]


@pytest.fixture(params=folders())
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Dataset:
    """A copy of a dataset, whose layers are not large, and whose mags are all there."""
    dataset = Dataset.open(shutil.copytree(request.param, tmp_path / "source", symlinks=True))
    for layer in dataset.layers.values():
        for mag in layer.mags.values():
            if not mag.path.exists():
                layer.delete_mag(mag.mag)
        layer.bounding_box = layer.bounding_box.intersected_with(BoundingBox((0, 0, 0), (EDGE,) * 3))
    return dataset


# -- read right ------------------------------------------------------------------------------------


def stored(mag: MagView) -> np.ndarray:
    """The voxels from the origin on, by a reader that shares nothing with ours."""
    shape = (mag.info.num_channels, *mag.bounding_box.in_mag(mag.mag).bottomright)
    if mag.info.data_format is DataFormat.WKW:
        return reference.wkw.read(mag.path, (0, 0, 0, 0), shape)
    if mag.info.data_format is DataFormat.Zarr3:
        return reference.zarr3.read(mag.path, (0, 0, 0, 0), shape)
    array = pytest.importorskip("zarr").open_array(mag.path, mode="r")
    return np.asarray(array[tuple(map(slice, shape))])


@pytest.mark.parametrize("name", REAL)
def test_real_datasets_are_read_right(shared: Path, name: str) -> None:
    for layer in Dataset.open(shared / "data" / name, read_only=True).layers.values():
        for mag in filter(lambda mag: mag.path.exists(), layer.mags.values()):
            end = mag.bounding_box.intersected_with(BoundingBox((0, 0, 0), (EDGE,) * 3)).bottomright
            found = mag.read(absolute_offset=(0, 0, 0), size=end)
            expected = stored(mag)[tuple(map(slice, found.shape))]
            assert_same_bits(found, np.asfortranarray(expected))


# -- written again ---------------------------------------------------------------------------------


def write(source: MagView, target: MagView) -> None:
    target.write(source.read(), absolute_bounding_box=source.bounding_box)


def write_chunks(source: MagView, target: MagView) -> None:
    def copy(args: tuple[View, int]) -> None:
        view, _ = args
        view.write(source.read(absolute_bounding_box=view.bounding_box))

    target.for_each_chunk(copy)


def write_zipped_chunks(source: MagView, target: MagView) -> None:
    def copy(args: tuple[View, View, int]) -> None:
        args[1].write(args[0].read())

    source.for_zipped_chunks(copy, target)


def write_slices(dimension: int) -> Callable[[MagView, MagView], None]:
    def copy(source: MagView, target: MagView) -> None:
        place = {"dimension": dimension, "absolute_offset": source.bounding_box.topleft}
        with (
            source.get_buffered_slice_reader(dimension=dimension, buffer_size=7) as slices,
            target.get_buffered_slice_writer(**place, buffer_size=10) as writer,
        ):
            for plane in slices:
                writer.send(plane)

    return copy


def write_what_is_not_zero(source: MagView, target: MagView) -> None:
    target.merge_with_view(source)


METHODS = {
    "write": write,
    "for_each_chunk": write_chunks,
    "for_zipped_chunks": write_zipped_chunks,
    "slices along x": write_slices(0),
    "slices along y": write_slices(1),
    "slices along z": write_slices(2),
    "merge_with_view": write_what_is_not_zero,
}


@pytest.mark.parametrize("name", METHODS)
def test_into_a_layer_like_it(source: Dataset, name: str) -> None:
    for layer in source.layers.values():
        like = source.add_layer_like(layer, f"like_{layer.name}")
        for mag in layer.mags.values():
            target = like.add_mag(mag.mag, 8, 1, compress=True)
            METHODS[name](mag, target)
            assert_same_bits(target.read(), mag.read())
            assert like.bounding_box == layer.bounding_box


COPIES: dict[str, Callable[[Layer, Dataset], Layer]] = {
    "copy": lambda layer, target: target.add_copy_layer(layer),
    "as WKW": lambda layer, target: target.add_copy_layer(layer, None, 8, 2, "wkw", True),
    "as Zarr v2": lambda layer, target: target.add_copy_layer(layer, None, 16, 1, "zarr", True),
    "as Zarr v3": lambda layer, target: target.add_copy_layer(layer, None, 16, 2, "zarr3", True),
    "copy of files": lambda layer, target: target.add_fs_copy_layer(layer),
    "link": lambda layer, target: target.add_symlink_layer(layer),
}
OWN_FOLDER = {"copy of files", "link"}
"""Need the layer's arrays in its own folder."""


@pytest.mark.parametrize("name", COPIES)
def test_into_another_dataset(source: Dataset, name: str, tmp_path: Path) -> None:
    target = Dataset(tmp_path / "target", voxel_size_with_unit=source.voxel_size_with_unit)
    for layer in source.layers.values():
        if name in OWN_FOLDER and any(mag.path.parent != layer.path for mag in layer.mags.values()):
            continue
        copy = COPIES[name](layer, target)
        assert copy.bounding_box == layer.bounding_box
        for mag in layer.mags.values():
            assert_same_bits(copy.get_mag(mag.mag).read(), mag.read())


IN_PLACE: dict[str, Callable[[MagView], None]] = {
    "write": lambda mag: mag.write(mag.read()),
    "compress": lambda mag: mag.compress(),
    "rechunk": lambda mag: mag.rechunk(16, 16, compress=False),
}


@pytest.mark.parametrize("name", IN_PLACE)
def test_in_place(source: Dataset, name: str) -> None:
    for layer in source.layers.values():
        for mag in layer.mags.values():
            before = mag.read()
            own = mag.path.parent == layer.path and mag.info.dimension_names[0] == "c"
            if name == "write" or own:
                IN_PLACE[name](mag)
            else:
                with pytest.raises(UnsupportedError, match="copy it"):
                    IN_PLACE[name](mag)
            reopened = Dataset.open(source.path).get_layer(layer.name).get_mag(mag.mag)
            assert_same_bits(reopened.read(), before)
