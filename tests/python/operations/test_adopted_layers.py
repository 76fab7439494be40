"""Layers whose arrays are there already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.datasets import noise, small_mag
from voxbrick import (
    BoundingBox,
    Dataset,
    InvalidArgumentError,
    NDBoundingBox,
    create_array,
)


def make(path: Path, axes: tuple[str, ...], shape: tuple[int, ...], **options: Any) -> None:
    options = {"data_format": "zarr3", "dtype": "uint8", **options}
    with create_array(path, axes=axes, shape=shape, **options) as array:
        array.write((0,) * len(shape), np.ones(shape, options["dtype"]))


@pytest.mark.parametrize(
    ("axes", "shape", "box"),
    [
        (
            ("c", "t", "x", "y", "z"),
            (1, 3, 20, 10, 8),
            NDBoundingBox((0,) * 4, (3, 20, 10, 8), ("t", "x", "y", "z"), (1, 2, 3, 4)),
        ),
        (
            ("t", "z", "y", "x"),
            (3, 8, 10, 20),
            NDBoundingBox((0,) * 4, (3, 8, 10, 20), ("t", "z", "y", "x"), (1, 2, 3, 4)),
        ),
        (("c", "z", "y", "x"), (1, 8, 10, 20), BoundingBox((0, 0, 0), (20, 10, 8))),
        (("x", "y", "z"), (20, 10, 8), BoundingBox((0, 0, 0), (20, 10, 8))),
    ],
)
def test_all_axes_of_the_array_are_those_of_the_box(
    dataset: Dataset, axes: tuple[str, ...], shape: tuple[int, ...], box: NDBoundingBox
) -> None:
    chunks = tuple(4 if axis in "xyz" else 1 for axis in axes)
    make(dataset.path / "adopted" / "1", axes, shape, chunk_shape=chunks)
    dataset.add_layer_for_existing_files("adopted", "color")
    layer = Dataset.open(dataset.path).get_layer("adopted")
    assert layer.bounding_box == box
    voxels = layer.get_mag(1).read()
    assert voxels.shape == (1, *box.size)
    assert voxels.all()


def test_a_box_with_other_axes(dataset: Dataset) -> None:
    make(
        dataset.path / "adopted" / "1",
        ("c", "t", "x", "y", "z"),
        (1, 3, 20, 10, 8),
        chunk_shape=(1, 1, 4, 4, 4),
    )
    with pytest.raises(InvalidArgumentError, match="axes"):
        dataset.add_layer_for_existing_files(
            "adopted", "color", bounding_box=BoundingBox((0, 0, 0), (20, 10, 8))
        )
    assert dataset.layers == {}


@pytest.mark.parametrize("odd", [{"dtype": "uint16"}, {"data_format": "zarr"}, {"shape": (2, 16, 16, 16)}])
def test_mags_that_are_not_alike(dataset: Dataset, odd: dict[str, Any]) -> None:
    axes = ("c", "x", "y", "z")
    make(dataset.path / "adopted" / "1", axes, (1, 16, 16, 16), chunk_shape=8)
    make(dataset.path / "adopted" / "2", axes, **{"shape": (1, 16, 16, 16), "chunk_shape": 8, **odd})
    before = (dataset.path / "datasource-properties.json").read_bytes()
    with pytest.raises(InvalidArgumentError, match="alike"):
        dataset.add_layer_for_existing_files("adopted", "color")
    assert dataset.layers == {}
    assert (dataset.path / "datasource-properties.json").read_bytes() == before
    assert (dataset.path / "adopted" / "2").is_dir()


@pytest.mark.parametrize(
    "right",
    [
        {"num_channels": 3},
        {"dtype_per_channel": "uint8"},
        {"dtype_per_layer": "uint24"},
        {"data_format": "wkw", "num_channels": 3},
    ],
)
def test_what_is_expected_of_the_arrays(dataset: Dataset, right: dict[str, Any]) -> None:
    small_mag(dataset.add_layer("color", "color", num_channels=3), 1).write(noise(3, 4, 4, 4))
    (dataset.path / "adopted").symlink_to(dataset.path / "color")
    for wrong in (
        {"num_channels": 1},
        {"dtype_per_channel": "uint16"},
        {"dtype_per_layer": "uint8"},
        {"data_format": "zarr3"},
    ):
        with pytest.raises(InvalidArgumentError):
            dataset.add_layer_for_existing_files("adopted", "color", **wrong)  # type: ignore[arg-type]
    assert dataset.add_layer_for_existing_files("adopted", "color", **right).num_channels == 3


@pytest.mark.parametrize("same", [{"dtype_per_layer": "uint24"}, {"dtype": "uint8"}, {"num_channels": 3}])
def test_get_or_add_knows_the_number_of_channels(dataset: Dataset, same: dict[str, Any]) -> None:
    layer = dataset.add_layer("color", "color", num_channels=3)
    assert dataset.get_or_add_layer("color", "color", **same) is layer
    with pytest.raises(InvalidArgumentError):
        dataset.get_or_add_layer("color", "color", dtype="uint16")
