"""Many processes change one dataset; what else lies beside the properties."""

from __future__ import annotations

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from support.datasets import noise, small_mag
from support.limits import TIMEOUT
from voxbrick import BoundingBox, Dataset, Layer, MagView

WORKERS = 32


def work(path: Path, worker: int) -> None:
    """What a job does: grow a layer that all write, and add one of its own."""
    dataset = Dataset.open(path)
    shared = dataset.get_layer("shared").get_mag(1)
    shared.write(np.full((16, 16, 16), worker + 1, np.uint8), absolute_offset=(16 * worker, 0, 0))
    own = dataset.add_layer(f"layer{worker}", "color", data_format=shared.layer.data_format)
    own.add_mag(1, 8, 2).write(np.full((3, 3, 3), worker, np.uint8))
    own.add_mag(2, 8, 2)


def read_until(path: Path, done: multiprocessing.synchronize.Event) -> int:
    """Opens the dataset again and again: half a document would be an error."""
    opened = 0
    while not done.is_set():
        Dataset.open(path)
        opened += 1
    return opened


@pytest.mark.parametrize("data_format", ["wkw", "zarr3"])
def test_many_processes_lose_nothing(dataset: Dataset, data_format: str) -> None:
    small_mag(dataset.add_layer("shared", "color", data_format=data_format), 1)
    context = multiprocessing.get_context("fork")
    with context.Manager() as manager, ProcessPoolExecutor(WORKERS + 1, context) as executor:
        done = manager.Event()
        reader = executor.submit(read_until, dataset.path, done)
        list(executor.map(work, [dataset.path] * WORKERS, range(WORKERS)))
        done.set()
        assert reader.result(TIMEOUT) > 0
    found = Dataset.open(dataset.path)
    assert set(found.layers) == {"shared", *(f"layer{worker}" for worker in range(WORKERS))}
    shared = found.get_layer("shared")
    assert shared.bounding_box == BoundingBox((0, 0, 0), (16 * WORKERS, 16, 16))
    assert shared.get_mag(1).read()[0, ::16, 0, 0].tolist() == list(range(1, WORKERS + 1))
    for worker in range(WORKERS):
        layer = found.get_layer(f"layer{worker}")
        assert list(layer.mags) == [1, 2]
        assert (layer.get_mag(1).read() == worker).all()


def test_what_others_added_is_seen_after_a_change(dataset: Dataset) -> None:
    mine = dataset.add_layer("mine", "color")
    other = Dataset.open(dataset.path)
    other.add_layer("theirs", "color")
    other.get_layer("mine").add_mag(2)
    mine.add_mag(1)
    assert set(dataset.layers) == {"mine", "theirs"}
    assert list(mine.mags) == [2, 1]
    assert dataset.get_layer("mine") is mine


class TestGroups:
    """Zarr layers have metadata for other viewers."""

    @pytest.fixture
    def zarr(self, dataset: Dataset) -> Layer:
        return dataset.add_layer("color", "color", data_format="zarr3")

    def attributes(self, layer: Layer) -> dict[str, object]:
        found = json.loads((layer.path / "zarr.json").read_text())
        assert (found["zarr_format"], found["node_type"]) == (3, "group")
        attributes: dict[str, object] = found["attributes"]
        return attributes

    def test_mags_finest_first(self, zarr: Layer) -> None:
        for mag in (2, "4-4-1", 1):
            zarr.add_mag(mag)
        [entry] = self.attributes(zarr)["ome"]["multiscales"]  # type: ignore[index]
        assert [axis["name"] for axis in entry["axes"]] == ["c", "x", "y", "z"]
        assert [dataset["path"] for dataset in entry["datasets"]] == ["1", "2", "4-4-1"]
        scaling, translation = entry["datasets"][2]["coordinateTransformations"]
        assert scaling == {"type": "scale", "scale": [1, 4 * 11.24, 4 * 11.24, 28]}
        assert translation == {"type": "translation", "translation": [0, 1.5 * 11.24, 1.5 * 11.24, 0]}
        zarr.delete_mag(2)
        [entry] = self.attributes(zarr)["ome"]["multiscales"]  # type: ignore[index]
        assert [dataset["path"] for dataset in entry["datasets"]] == ["1", "4-4-1"]

    def test_no_mags_no_multiscales(self, zarr: Layer) -> None:
        assert self.attributes(zarr) == {"ome": {"version": "0.5"}}

    def test_what_others_wrote_stays(self, zarr: Layer) -> None:
        path = zarr.path / "zarr.json"
        document = json.loads(path.read_text())
        document["attributes"]["foreign"] = 1
        document["attributes"]["multiscales"] = []
        path.write_text(json.dumps(document))
        zarr.add_mag(1)
        assert self.attributes(zarr).keys() == {"foreign", "ome"}

    def test_the_dataset_is_a_group_too(self, zarr: Layer) -> None:
        found = json.loads((zarr.dataset.path / "zarr.json").read_text())
        assert found == {"zarr_format": 3, "node_type": "group", "attributes": {}}

    def test_zarr_python_walks_through(self, zarr: Layer) -> None:
        package = pytest.importorskip("zarr", minversion="3")
        zarr.add_mag(1, 8, 2).write(noise(3, 3, 3))
        group = package.open_group(zarr.dataset.path, mode="r")
        assert group["color/1"].shape[0] == 1

    def test_links_are_left_alone(self, tmp_path: Path, zarr: Layer) -> None:
        before = self.attributes(zarr)
        Dataset(tmp_path / "other", (1, 1, 1)).add_symlink_layer(zarr)
        assert self.attributes(zarr) == before


def test_wkw_has_no_groups(mag1: MagView) -> None:
    is_zarr = mag1.layer.data_format != "wkw"
    assert (mag1.layer.path / "zarr.json").exists() is is_zarr
