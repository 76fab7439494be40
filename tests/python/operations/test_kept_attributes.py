"""What was noted in an array is a part of it, which stays when the array is laid out anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.datasets import DATA
from voxbrick import Dataset, MagView, open_array

NOTES = {"stain": "ROTO", "tilt": float("inf"), "offset": [1, 2, 3]}


@pytest.fixture(params=["zarr", "zarr3"])
def noted(request: pytest.FixtureRequest, dataset: Dataset) -> MagView:
    mag = dataset.add_layer("color", "color", data_format=request.param).add_mag(1, 16, 1, compress=False)
    mag.write(DATA)
    path = mag.path / (".zattrs" if request.param == "zarr" else "zarr.json")
    document: dict[str, Any] = json.loads(path.read_text())
    (document if request.param == "zarr" else document["attributes"]).update(NOTES)
    path.write_text(json.dumps(document))
    return Dataset.open(dataset.path).get_layer("color").get_mag(1)


def check(path: Path) -> None:
    with open_array(path) as array:
        assert {key: array.info.attributes.get(key) for key in NOTES} == NOTES
        assert array.info.axes == ("c", "x", "y", "z")


def test_in_place(noted: MagView) -> None:
    noted.compress()
    check(noted.path)
    noted.rechunk(chunk_shape=8)
    check(noted.path)


@pytest.mark.parametrize("data_format", ["zarr", "zarr3"])
def test_copies(noted: MagView, tmp_path: Path, data_format: str) -> None:
    copy = noted.layer.dataset.copy_dataset(
        tmp_path / "copy", data_format=data_format, chunk_shape=8, chunks_per_shard=1
    )
    check(copy.get_layer("color").get_mag(1).path)


def test_wkw_has_none(noted: MagView, tmp_path: Path) -> None:
    copy = noted.layer.dataset.copy_dataset(tmp_path / "copy", data_format="wkw", chunks_per_shard=2)
    assert copy.get_layer("color").get_mag(1).content_is_equal(noted)
