"""Datasets: when they are made or opened, and the layers that are added and taken away."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.datasets import DATA, assert_same, small_mag
from voxbrick import (
    BoundingBox,
    ConflictingArgumentsError,
    Dataset,
    DatasetExistsError,
    DatasetViewConfiguration,
    InvalidArgumentError,
    Layer,
    LayerViewConfiguration,
    LengthUnit,
    NameNotFoundError,
    NameTakenError,
    NotFoundError,
    ReadOnlyError,
    SegmentationLayer,
    UnknownCategoryError,
    UnsupportedError,
    VoxelSize,
)

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")


def document(dataset: Dataset) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((dataset.path / "datasource-properties.json").read_text())
    return found


class TestOpening:
    def test_a_new_folder(self, tmp_path: Path) -> None:
        dataset = Dataset(f"{tmp_path}/deep/brain/", (1, 2, 3))
        assert (dataset.name, dataset.voxel_size, dataset.layers) == ("brain", (1, 2, 3), {})
        assert document(dataset)["scale"] == [1.0, 2.0, 3.0]

    def test_an_empty_folder_is_new(self, tmp_path: Path) -> None:
        assert Dataset(tmp_path, (1, 1, 1), "name").name == "name"

    @pytest.mark.parametrize("voxel_size", [None, (1, 1), (0, 1, 1), (1, 1, float("nan"))])
    def test_no_voxel_size_no_dataset(self, tmp_path: Path, voxel_size: Any) -> None:
        with pytest.raises(InvalidArgumentError, match="voxel"):
            Dataset(tmp_path / "brain", voxel_size)
        assert not (tmp_path / "brain").exists()

    @pytest.mark.parametrize("exist_ok", [None, False])
    def test_what_is_there_is_not_opened_by_chance(self, dataset: Dataset, exist_ok: Any) -> None:
        with pytest.raises(DatasetExistsError, match="exist_ok") as caught:
            Dataset(dataset.path, (11.24, 11.24, 28), exist_ok=exist_ok)
        assert isinstance(caught.value, RuntimeError)

    def test_exist_ok(self, dataset: Dataset) -> None:
        assert Dataset(dataset.path, exist_ok=True) == dataset
        assert Dataset(dataset.path, (11.24, 11.24, 28), dataset.name, exist_ok=True) == dataset
        for different in ({"voxel_size": (1, 1, 1)}, {"name": "other"}):
            with pytest.raises(InvalidArgumentError, match="not"):
                Dataset(dataset.path, **different, exist_ok=True)

    def test_no_dataset(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        for path in (tmp_path, tmp_path / "file", tmp_path / "nowhere"):
            with pytest.raises(NotFoundError):
                Dataset.open(path)
        for path in (tmp_path, tmp_path / "file"):
            with pytest.raises(NotFoundError):
                Dataset(path, (1, 1, 1), exist_ok=True)
        assert [path.name for path in tmp_path.iterdir()] == ["file"]

    def test_read_only_makes_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(NotFoundError):
            Dataset(tmp_path / "brain", (1, 1, 1), read_only=True)
        assert not (tmp_path / "brain").exists()

    def test_relative_paths(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        small_mag(Dataset("brain", (1, 1, 1)).add_layer("color", "color"), 1).write(DATA)
        copy = pickle.loads(pickle.dumps(Dataset.open(Path("brain"))))
        monkeypatch.chdir("/")
        np.testing.assert_array_equal(copy.get_layer("color").get_mag(1).read()[0], DATA)

    def test_deprecated_ways(self, tmp_path: Path) -> None:
        with pytest.warns(DeprecationWarning, match="create"):
            dataset = Dataset.create(tmp_path / "brain", (1, 1, 1))
        with pytest.warns(DeprecationWarning, match="get_or_create"):
            assert Dataset.get_or_create(tmp_path / "brain", (1, 1, 1)) == dataset
        with pytest.warns(DeprecationWarning, match="voxel_size"):
            assert Dataset(tmp_path / "brain", scale=(1, 1, 1), exist_ok=True) == dataset
        with pytest.warns(DeprecationWarning, match="voxel_size"):
            assert dataset.scale == (1, 1, 1)


def test_units(tmp_path: Path) -> None:
    size = VoxelSize((0.5, 0.5, 1.25), LengthUnit.MICROMETER)
    dataset = Dataset(tmp_path / "brain", voxel_size_with_unit=size)
    again = Dataset.open(dataset.path)
    assert again.voxel_size == (500, 500, 1250)
    assert again.voxel_size_with_unit == size
    assert document(dataset)["scale"] == {"factor": [0.5, 0.5, 1.25], "unit": "micrometer"}


def test_changes_are_saved_at_once(dataset: Dataset) -> None:
    dataset.name = "other"
    dataset.default_view_configuration = DatasetViewConfiguration(zoom=2.0, position=(1, 2, 3))
    again = Dataset.open(dataset.path)
    assert again.name == "other"
    assert again.default_view_configuration == dataset.default_view_configuration


@pytest.mark.parametrize(
    ("arguments", "dtype", "channels", "per_layer"),
    [
        ({}, "uint8", 1, "uint8"),
        ({"dtype_per_channel": "uint16", "num_channels": 3}, "uint16", 3, "uint48"),
        ({"dtype_per_layer": "uint24", "num_channels": 3}, "uint8", 3, "uint24"),
        ({"dtype_per_layer": np.uint16}, "uint16", 1, "uint16"),
        ({"dtype_per_channel": "float"}, "float32", 1, "float32"),
        ({"dtype_per_channel": "double"}, "float64", 1, "float64"),
        ({"dtype": np.dtype(">i4")}, "int32", 1, "int32"),
    ],
)
def test_types_of_layers(
    dataset: Dataset, arguments: dict[str, Any], dtype: str, channels: int, per_layer: str
) -> None:
    dataset.add_layer("any", "color", **arguments)
    layer = Dataset.open(dataset.path).get_layer("any")
    assert layer.dtype_per_channel == np.dtype(dtype)
    assert (layer.num_channels, layer.dtype_per_layer) == (channels, per_layer)


@pytest.mark.parametrize(
    ("arguments", "error", "built_in"),
    [
        ({"layer_name": "a/b"}, InvalidArgumentError, AssertionError),
        ({"layer_name": ".hidden"}, InvalidArgumentError, ValueError),
        ({"layer_name": "color"}, NameTakenError, IndexError),
        ({"category": "shapes"}, UnknownCategoryError, RuntimeError),
        ({"dtype_per_layer": "u1", "dtype": "u1"}, ConflictingArgumentsError, AttributeError),
        ({"dtype": "nonsense"}, InvalidArgumentError, TypeError),
        ({"dtype_per_layer": "uint8", "num_channels": 3}, InvalidArgumentError, ValueError),
        ({"num_channels": 0}, InvalidArgumentError, ValueError),
        ({"data_format": "n5"}, InvalidArgumentError, ValueError),
    ],
)
def test_layers_that_are_refused(
    dataset: Dataset, arguments: dict[str, Any], error: type[Exception], built_in: type[Exception]
) -> None:
    dataset.add_layer("color", "color")
    before = document(dataset)
    with pytest.raises(error) as caught:
        dataset.add_layer(**{"layer_name": "new", "category": "color", **arguments})
    assert isinstance(caught.value, built_in)
    assert document(dataset) == before
    assert sorted(path.name for path in dataset.path.iterdir() if path.is_dir()) == ["color"]


def test_categories(dataset: Dataset) -> None:
    color = dataset.add_layer("color", "color")
    segments = dataset.add_layer("seg", "segmentation", largest_segment_id=7, mappings=["a"])
    assert type(color) is Layer
    assert type(segments) is SegmentationLayer
    assert segments.largest_segment_id == 7
    assert document(dataset)["dataLayers"][1]["mappings"] == ["a"]
    assert dataset.get_color_layers() == [color]
    assert dataset.get_segmentation_layers() == [segments]
    with pytest.warns(DeprecationWarning, match="get_color_layers"):
        assert dataset.get_color_layer() is color
    with pytest.warns(DeprecationWarning, match="get_segmentation_layers"):
        assert dataset.get_segmentation_layer() is segments
    dataset.add_layer("seg2", "segmentation")
    with (
        pytest.warns(DeprecationWarning, match="get_segmentation_layers"),
        pytest.raises(IndexError, match="seg2"),
    ):
        dataset.get_segmentation_layer()


def test_layers_by_name(dataset: Dataset) -> None:
    color = dataset.add_layer("color", "color")
    assert dataset.get_layer("color") is color
    assert dataset.layers == {"color": color}
    for ask in (dataset.get_layer, dataset.delete_layer):
        with pytest.raises(NameNotFoundError, match="'color'") as caught:
            ask("other")
        assert isinstance(caught.value, IndexError)
        assert isinstance(caught.value, KeyError)


def test_get_or_add(dataset: Dataset) -> None:
    layer = dataset.get_or_add_layer("color", "color", num_channels=3)
    assert dataset.get_or_add_layer("color", "color") is layer
    assert dataset.get_or_add_layer("color", "color", "uint24", num_channels=3) is layer
    for different in ({"category": "segmentation"}, {"num_channels": 1}, {"dtype_per_channel": "u2"}):
        with pytest.raises(InvalidArgumentError, match="not"):
            dataset.get_or_add_layer(**{"layer_name": "color", "category": "color", **different})


def test_layers_like_others(dataset: Dataset) -> None:
    box = BoundingBox((1, 2, 3), (4, 5, 6))
    one = dataset.add_layer("one", "segmentation", "uint32", data_format="zarr3", bounding_box=box)
    one.add_mag(1)
    other = dataset.add_layer_like(one, "other")
    assert (other.category, other.dtype_per_layer, other.bounding_box) == ("segmentation", "uint32", box)
    assert (other.data_format, other.mags) == ("zarr3", {})


def test_the_box_around_all_layers(dataset: Dataset) -> None:
    assert dataset.calculate_bounding_box().is_empty()
    dataset.add_layer("a", "color", bounding_box=BoundingBox((1, 1, 1), (2, 2, 2)))
    dataset.add_layer("b", "color", bounding_box=BoundingBox((8, 0, 0), (2, 2, 2)))
    dataset.add_layer("c", "color")
    assert dataset.calculate_bounding_box() == BoundingBox((1, 0, 0), (9, 3, 3))


def test_deleting(dataset: Dataset, source: Layer) -> None:
    mag = source.get_mag(1)
    mag.read()
    dataset.delete_layer("color")
    assert not source.path.exists()
    assert Dataset.open(dataset.path).layers == {}
    with pytest.raises(NameNotFoundError):
        _ = source.bounding_box
    with pytest.raises(NotFoundError):
        mag.read(absolute_offset=(0, 0, 0), size=(1, 1, 1))


def test_read_only(source: Layer) -> None:
    dataset = Dataset(source.dataset.path, read_only=True)
    layer = dataset.get_layer("color")
    np.testing.assert_array_equal(layer.get_mag(1).read(), source.get_mag(1).read())
    changes: list[Any] = [
        lambda: dataset.add_layer("new", "color"),
        lambda: dataset.delete_layer("color"),
        lambda: setattr(dataset, "name", "new"),
        lambda: setattr(layer, "name", "new"),
        lambda: layer.add_mag(4),
        lambda: layer.delete_mag(1),
        lambda: layer.get_mag(1).write(DATA),
        lambda: layer.get_mag(1).compress(),
        lambda: setattr(layer, "default_view_configuration", LayerViewConfiguration()),
    ]
    for change in changes:
        with pytest.raises(ReadOnlyError):
            change()
    assert_same(source, Dataset.open(dataset.path).get_layer("color"))


def test_values(dataset: Dataset) -> None:
    assert Dataset.open(dataset.path) == dataset
    assert Dataset.open(dataset.path, read_only=True) != dataset
    assert pickle.loads(pickle.dumps(dataset)) == dataset
    assert str(dataset.path) in repr(dataset)


def test_layers_of_formats_that_cannot_be_read(dataset: Dataset) -> None:
    dataset.add_layer("good", "color")
    dataset.add_layer("foreign", "color")
    path = dataset.path / "datasource-properties.json"
    path.write_text(path.read_text().replace('"dataFormat": "wkw"', '"dataFormat": "n5"', 1))
    opened = Dataset.open(dataset.path)
    opened.get_layer("foreign").add_mag(1)
    with pytest.raises(UnsupportedError, match="n5"):
        opened.get_layer("good").add_mag(1)
