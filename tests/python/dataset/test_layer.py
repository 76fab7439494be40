"""Layers: their mags, their names, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from support.datasets import noise, small_mag
from voxbrick import (
    AlreadyExistsError,
    BoundingBox,
    Dataset,
    InvalidArgumentError,
    InvalidMetadataError,
    Layer,
    Mag,
    MagView,
    NameNotFoundError,
    NameTakenError,
    NotFoundError,
)

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

DATA = noise(20, 24, 28)


def saved(layer: Layer) -> dict[str, Any]:
    document = json.loads((layer.dataset.path / "datasource-properties.json").read_text())
    [found] = [entry for entry in document["dataLayers"] if entry["name"] == layer.name]
    return dict(found)


def test_mags_are_listed_in_their_order(layer: Layer) -> None:
    mags = [small_mag(layer, mag) for mag in (2, "4-4-1", 1)]
    assert list(layer.mags) == [2, "4-4-1", 1]
    assert list(layer.mags.values()) == mags
    for mag in (Mag(2), "2", 2, (2, 2, 2)):
        assert layer.get_mag(mag) is mags[0]
    assert layer.get_finest_mag() is mags[2]
    with pytest.warns(DeprecationWarning, match="get_finest_mag"):
        assert layer.get_best_mag() is mags[2]
    assert [mag.name for mag in mags] == [mag.path.name for mag in mags] == ["2", "4-4-1", "1"]
    assert list(Dataset.open(layer.dataset.path).get_layer("color").mags) == list(layer.mags)


def test_mags_that_are_missing_or_there(mag1: MagView) -> None:
    layer = mag1.layer
    for ask in (layer.get_mag, layer.delete_mag):
        with pytest.raises(NameNotFoundError, match=r"\['1'\]"):
            ask(2)
    for add in (layer.add_mag, layer.add_mag_for_existing_files):
        with pytest.raises(NameTakenError):
            add(1)


def test_no_mags(layer: Layer) -> None:
    with pytest.raises(NameNotFoundError, match="no mags"):
        layer.get_finest_mag()


@pytest.mark.parametrize(
    ("arguments", "chunk", "shard"),
    [
        ({}, 32, 1024),
        ({"chunk_shape": 16}, 16, 512),
        ({"chunk_shape": (64, 64, 64), "chunks_per_shard": (2, 2, 2)}, 64, 128),
        ({"chunk_shape": 16, "shard_shape": 64}, 16, 64),
    ],
)
def test_chunks_and_shards(layer: Layer, arguments: dict[str, Any], chunk: int, shard: int) -> None:
    info = layer.add_mag(1, **arguments).info
    assert info.chunk_shape == (chunk,) * 3
    assert info.shard_shape == info.chunk_shape * info.chunks_per_shard == (shard,) * 3
    assert not info.compression_mode


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"chunk_size": 16}, "chunk_shape"),
        ({"block_len": 16}, "chunk_shape"),
        ({"file_len": 4}, "chunks_per_shard"),
    ],
)
def test_old_words_for_chunks_and_shards(layer: Layer, old: dict[str, int], new: str) -> None:
    with pytest.warns(DeprecationWarning, match=f"use `{new}`"):
        mag = layer.add_mag(1, **old)
    assert getattr(mag.info, new) == (*old.values(),) * 3


@pytest.mark.parametrize(
    "arguments",
    [
        {"chunk_shape": 0},
        {"chunk_shape": 24},
        {"chunks_per_shard": 3},
        {"chunk_shape": 16, "shard_shape": 24},
        {"chunk_shape": 16, "chunks_per_shard": 2, "shard_shape": 64},
    ],
)
def test_layouts_that_are_refused(layer: Layer, arguments: dict[str, Any]) -> None:
    before = saved(layer), list(layer.path.iterdir())
    with pytest.raises(InvalidArgumentError):
        layer.add_mag(1, **arguments)
    assert (saved(layer), list(layer.path.iterdir())) == before


def test_shards_of_wkw_are_cubes(dataset: Dataset) -> None:
    layers = [dataset.add_layer(name, "color", data_format=name) for name in ("wkw", "zarr3")]
    with pytest.raises(InvalidArgumentError, match="equal powers"):
        layers[0].add_mag(1, (32, 32, 16))
    assert layers[1].add_mag(1, (32, 32, 16), (2, 1, 1)).info.shard_shape == (64, 32, 16)


def test_get_or_add(layer: Layer, layout: dict[str, Any]) -> None:
    mag = layer.get_or_add_mag(1, 8, 2, layout["compress"])
    assert layer.get_or_add_mag("1") is mag
    assert layer.get_or_add_mag(1, 8, shard_shape=16, compress=layout["compress"]) is mag
    for different in ({"chunk_shape": 16}, {"chunks_per_shard": 4}, {"compress": not layout["compress"]}):
        with pytest.raises(InvalidArgumentError, match="not"):
            layer.get_or_add_mag(1, **different)


def test_deleting(mag1: MagView) -> None:
    layer = mag1.layer
    mag1.write(DATA)
    view = mag1.get_view()
    layer.delete_mag(1)
    assert not mag1.path.exists()
    assert layer.mags == {}
    assert not saved(layer).get("mags", saved(layer).get("wkwResolutions"))
    for gone in (mag1, view):
        with pytest.raises(NotFoundError):
            gone.read(absolute_offset=(0, 0, 0), size=(1, 1, 1))


def test_existing_files(mag1: MagView) -> None:
    layer = mag1.layer
    mag1.write(DATA)
    mag1.path.rename(layer.path / "2-2-1")
    layer._change(lambda document: document.remove_mag("color", Mag(1)))
    adopted = layer.add_mag_for_existing_files("2-2-1")
    assert adopted.info == mag1.info or adopted.info.chunk_shape == (8, 8, 8)
    assert adopted.read(absolute_offset=(0, 0, 0), size=(2, 2, 1)).item() == DATA[0, 0, 0]
    with pytest.raises(NotFoundError):
        layer.add_mag_for_existing_files(4)


def test_existing_files_of_another_kind(dataset: Dataset, mag1: MagView) -> None:
    other = dataset.add_layer("other", "color", None, "uint16", data_format=mag1.layer.data_format)
    mag1.path.rename(other.path / "1")
    with pytest.raises(InvalidArgumentError, match="uint8"):
        other.add_mag_for_existing_files(1)
    assert other.mags == {}


def test_files_in_the_way(layer: Layer, layout: dict[str, Any]) -> None:
    other = layer.dataset.add_layer_like(layer, "other")
    small_mag(other, 1).path.rename(layer.path / "1")
    with pytest.raises(AlreadyExistsError):
        layer.add_mag(1)
    assert layer.mags == {}
    assert list((layer.path / "1").iterdir())


class TestMagsOfOtherLayers:
    @pytest.fixture
    def foreign(self, mag1: MagView) -> MagView:
        mag1.write(DATA, absolute_offset=(5, 6, 7))
        return mag1

    @pytest.fixture
    def empty(self, foreign: MagView) -> Layer:
        return foreign.layer.dataset.add_layer_like(foreign.layer, "empty")

    @pytest.mark.parametrize("by_path", [False, True])
    def test_copies(self, empty: Layer, foreign: MagView, by_path: bool) -> None:
        empty.bounding_box = BoundingBox.empty()
        mag = empty.add_copy_mag(foreign.path if by_path else foreign, compress=True)
        assert mag.info.compression_mode
        assert empty.bounding_box == foreign.layer.bounding_box
        assert mag.content_is_equal(foreign)
        with pytest.raises(NameTakenError):
            empty.add_copy_mag(foreign)

    def test_copies_that_leave_the_box(self, empty: Layer, foreign: MagView) -> None:
        empty.bounding_box = box = BoundingBox((0, 0, 0), (6, 7, 8))
        mag = empty.add_copy_mag(foreign, extend_layer_bounding_box=False)
        assert empty.bounding_box == box
        assert mag.read()[0, 5, 6, 7] == DATA[0, 0, 0]

    @pytest.mark.parametrize("make_relative", [False, True])
    def test_links(self, empty: Layer, foreign: MagView, make_relative: bool) -> None:
        mag = empty.add_symlink_mag(foreign, make_relative)
        assert mag.path.is_symlink()
        assert mag.content_is_equal(foreign)
        assert mag.info == foreign.info
        empty.delete_mag(1)
        assert not mag.path.is_symlink()
        assert foreign.read().any()

    def test_copies_of_files(self, empty: Layer, foreign: MagView) -> None:
        mag = empty.add_fs_copy_mag(foreign)
        assert mag.content_is_equal(foreign)
        mag.write(DATA + 1, absolute_offset=(5, 6, 7))
        assert not mag.content_is_equal(foreign)
        with pytest.raises(AlreadyExistsError):
            empty.add_fs_copy_mag(foreign)


def test_renaming(mag1: MagView) -> None:
    layer = mag1.layer
    mag1.write(DATA)
    view = mag1.get_view()
    layer.name = "renamed"
    assert layer.dataset.layers == {"renamed": layer}
    assert layer.path.name == "renamed"
    assert layer.get_mag(1) is mag1
    np.testing.assert_array_equal(mag1.read()[0], DATA)
    assert not (layer.dataset.path / "color").exists()
    assert Dataset.open(layer.dataset.path).get_layer("renamed").get_mag(1).content_is_equal(mag1)
    for use in (view.read, lambda: view.write(DATA)):
        with pytest.raises(NotFoundError, match=r"color.*renamed"):
            use()


@pytest.mark.parametrize("name", ["a/b", "", "..", "other"])
def test_names_that_are_refused(layer: Layer, name: str) -> None:
    layer.dataset.add_layer("other", "color")
    with pytest.raises((InvalidArgumentError, NameTakenError)):
        layer.name = name
    assert layer.name == "color"
    assert layer.path.is_dir()
    assert sorted(layer.dataset.layers) == ["color", "other"]


def test_an_array_that_is_not_what_the_properties_say(dataset: Dataset) -> None:
    layer = dataset.add_layer("color", "color", None, "uint16")
    layer.add_mag(1)
    path = dataset.path / "datasource-properties.json"
    path.write_text(path.read_text().replace("uint16", "uint32"))
    mag = Dataset.open(dataset.path).get_layer("color").get_mag(1)
    with pytest.raises(InvalidMetadataError, match=r"uint16.*uint32"):
        mag.read(absolute_offset=(0, 0, 0), size=(1, 1, 1))


def test_long_names_of_folders(mag1: MagView) -> None:
    mag1.write(DATA)
    mag1.path.rename(mag1.path.with_name("1-1-1"))
    opened = Dataset.open(mag1.layer.dataset.path).get_layer("color")
    np.testing.assert_array_equal(opened.get_mag(1).read()[0], DATA)
    opened.delete_mag(1)
    assert not mag1.path.with_name("1-1-1").exists()


@pytest.mark.parametrize("place", ["../elsewhere", "./color/deep/array"])
def test_paths_in_the_properties(mag1: MagView, place: str) -> None:
    mag1.write(DATA)
    folder = mag1.layer.dataset.path
    target = (folder / place).resolve()
    target.parent.mkdir(exist_ok=True)
    mag1.path.rename(target)
    path = folder / "datasource-properties.json"
    document = json.loads(path.read_text())
    document["dataLayers"][0]["mags"] = [{"mag": [1, 1, 1], "path": place}]
    path.write_text(json.dumps(document))
    opened = Dataset.open(folder).get_layer("color")
    np.testing.assert_array_equal(opened.get_mag(1).read()[0], DATA)
    opened.delete_mag(1)
    assert target.exists() is place.startswith("..")
