"""Values that make no sense are refused as what they are, before anything is made."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.datasets import noise, small_mag
from voxbrick import (
    AlreadyExistsError,
    BoundingBox,
    Dataset,
    DatasetExistsError,
    InvalidArgumentError,
    InvalidMetadataError,
    Layer,
    LayerViewConfiguration,
    Mag,
    NameNotFoundError,
    VoxelSize,
)

NAME = "datasource-properties.json"


@pytest.mark.parametrize(
    "arguments",
    [
        {"voxel_size": ("a", 1, 1)},
        {"voxel_size": (float("nan"), 1, 1)},
        {"voxel_size": (1, 1)},
        {"voxel_size": (-1, 1, 1)},
        {"voxel_size": 5},
        {"voxel_size": (10**400, 1, 1)},
        {"voxel_size": (1, 1, 1), "name": 5},
    ],
)
def test_datasets(tmp_path: Path, arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgumentError):
        Dataset(tmp_path / "new", **arguments)
    assert not (tmp_path / "new").exists()


def test_a_folder_with_something_else(tmp_path: Path) -> None:
    (tmp_path / "junk").touch()
    with pytest.raises(DatasetExistsError, match="is no dataset; choose another folder"):
        Dataset(tmp_path, (1, 1, 1))
    assert [path.name for path in tmp_path.iterdir()] == ["junk"]


@pytest.mark.parametrize("arguments", [((0, -1, 1),), ((1, 1, 1), "lightyear"), ((1, float("inf"), 1),)])
def test_voxel_sizes(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(InvalidArgumentError):
        VoxelSize(*arguments)


@pytest.mark.parametrize(
    "scale",
    [
        [0, -1, 1],
        {"factor": [0, 1, 1], "unit": "meter"},
        {"factor": [1, 1, 1], "unit": ["meter"]},
        [10**400, 1, 1],
    ],
)
def test_voxel_sizes_on_disk(dataset: Dataset, scale: Any) -> None:
    change_file(dataset.path, lambda document: document.update(scale=scale))
    with pytest.raises(InvalidMetadataError, match="scale"):
        Dataset.open(dataset.path)


@pytest.mark.parametrize(
    "arguments",
    [
        {"layer_name": 5},
        {"num_channels": 1.5},
        {"num_channels": "3"},
        {"bounding_box": BoundingBox((-1, 0, 0), (5, 5, 5))},
        {"bounding_box": ((0, 0, 0), (5, 5, 5))},
        {"category": "segmentation", "largest_segment_id": 2**64},
        {"category": "segmentation", "largest_segment_id": 1.5},
    ],
)
def test_layers(dataset: Dataset, arguments: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)) as caught:
        dataset.add_layer(**{"layer_name": "new", "category": "color", **arguments})
    assert isinstance(caught.value, AssertionError)
    assert dataset.layers == {}
    assert [path.name for path in dataset.path.iterdir()] == [NAME]


def test_a_layer_in_the_place_of_a_file(dataset: Dataset) -> None:
    (dataset.path / "file").touch()
    with pytest.raises(AlreadyExistsError, match="file"):
        dataset.add_layer("file", "color")
    assert dataset.layers == {}
    assert (dataset.path / "file").is_file()


def test_segment_ids(dataset: Dataset) -> None:
    layer = dataset.add_layer("ids", "segmentation", largest_segment_id=2**64 - 1)
    with pytest.raises(InvalidArgumentError, match="64 bits"):
        layer.largest_segment_id = 2**64  # type: ignore[attr-defined]
    assert layer.largest_segment_id == 2**64 - 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["../evil", "a/b", ".x", ""])
@pytest.mark.parametrize("how", ["add_copy_layer", "add_symlink_layer", "add_fs_copy_layer"])
def test_names_of_copies(tmp_path: Path, layer: Layer, how: str, name: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InvalidArgumentError, match="named by letters"):
        getattr(layer.dataset, how)(layer, new_layer_name=name)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "words",
    [
        {"chunk_shape": 32, "chunk_size": 64},
        {"chunk_size": 32, "block_len": 64},
        {"chunks_per_shard": 2, "file_len": 4},
    ],
)
def test_old_and_new_words_that_differ(layer: Layer, words: dict[str, int]) -> None:
    with pytest.raises(InvalidArgumentError, match="give only"):
        layer.add_mag(32, **words)  # type: ignore[arg-type]
    same = dict.fromkeys(words, 2)
    assert layer.add_mag(32, **same).mag == Mag(32)  # type: ignore[arg-type]


def test_no_mags_is_a_value_error_too(layer: Layer) -> None:
    with pytest.raises(ValueError, match="no mags") as caught:
        layer.get_finest_mag()
    assert isinstance(caught.value, NameNotFoundError)


def test_what_json_has_no_words_for(layer: Layer) -> None:
    before = (layer.dataset.path / NAME).read_bytes()
    for odd in (float("nan"), float("inf"), object()):
        with pytest.raises(InvalidArgumentError, match=r"JSON|cannot hold"):
            layer.default_view_configuration = LayerViewConfiguration(min=odd)  # type: ignore[arg-type]
    assert (layer.dataset.path / NAME).read_bytes() == before


def change_file(path: Path, change: Callable[[Any], Any]) -> None:
    document = json.loads((path / NAME).read_text())
    change(document)
    (path / NAME).write_text(json.dumps(document))


class TestNull:
    """It means the same as nothing, also for those who change the dataset."""

    def use(self, path: Path) -> None:
        dataset = Dataset.open(path)
        layer = dataset.get_layer("color")
        layer.bounding_box = BoundingBox((0, 0, 0), (50, 50, 50))
        layer.add_mag(2, 8, 2)
        layer.default_view_configuration = LayerViewConfiguration(alpha=1)
        layer.name = "renamed"
        dataset.name = "other"
        dataset.add_layer("added", "color")
        layer.delete_mag(2)
        assert Dataset.open(path).get_layer("renamed").bounding_box.size == (50, 50, 50)

    @pytest.mark.parametrize(
        "key",
        [
            "additionalAxes",
            "mags",
            "wkwResolutions",
            "defaultViewConfiguration",
            "numChannels",
            "mappings",
            "coordinateTransformations",
        ],
    )
    def test_in_a_layer(self, dataset: Dataset, key: str) -> None:
        small_mag(dataset.add_layer("color", "color"), 1).write(noise(9, 9, 9))
        change_file(dataset.path, lambda document: document["dataLayers"][0].update({key: None}))
        self.use(dataset.path)

    @pytest.mark.parametrize("change", [{"id": None}, {"id": {"name": None}}, {"version": None}])
    def test_in_a_dataset(self, dataset: Dataset, change: dict[str, Any]) -> None:
        small_mag(dataset.add_layer("color", "color"), 1).write(noise(9, 9, 9))
        change_file(dataset.path, lambda document: document.update(change))
        self.use(dataset.path)

    def test_in_a_mag(self, dataset: Dataset) -> None:
        small_mag(dataset.add_layer("color", "color", data_format="zarr3"), 1).write(noise(9, 9, 9))
        nulls = dict.fromkeys(("path", "axisOrder", "channelIndex", "cubeLength"))
        change_file(dataset.path, lambda document: document["dataLayers"][0]["mags"][0].update(nulls))
        self.use(dataset.path)
