"""Layers and datasets that are copied, linked and compressed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.datasets import DATA, SHARD, assert_same
from voxbrick import (
    AlreadyExistsError,
    BoundingBox,
    Dataset,
    DatasetExistsError,
    InvalidArgumentError,
    Layer,
    NameTakenError,
    NotFoundError,
    ReadOnlyError,
    UnsupportedError,
)

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")


@pytest.mark.parametrize("data_format", [None, "wkw", "zarr3"])
@pytest.mark.parametrize("how", [{}, {"compress": True}, {"chunk_shape": 4, "chunks_per_shard": 8}])
def test_copies(tmp_path: Path, source: Layer, data_format: str | None, how: dict[str, Any]) -> None:
    target = Dataset(tmp_path / "target", (1, 1, 1))
    copy = target.add_copy_layer(source, "copy", data_format=data_format, **how)
    assert copy.data_format == (data_format or source.data_format)
    assert copy.get_mag(1).info.compression_mode == how.get(
        "compress", source.get_mag(1).info.compression_mode
    )
    assert_same(source, Dataset.open(target.path).get_layer("copy"))
    with pytest.raises(NameTakenError):
        target.add_copy_layer(source.path, "copy")


@pytest.mark.parametrize("make_relative", [False, True])
def test_links(tmp_path: Path, source: Layer, make_relative: bool) -> None:
    target = Dataset(tmp_path / "deep" / "target", (1, 1, 1))
    linked = target.add_symlink_layer(source, make_relative)
    assert linked.path.readlink().is_absolute() is not make_relative
    assert_same(source, Dataset.open(target.path).get_layer("color"))
    source.get_mag(1).write(DATA, absolute_offset=(100, 0, 0))
    assert linked.bounding_box != source.bounding_box
    target.delete_layer("color")
    assert not (target.path / "color").is_symlink()
    assert source.get_mag(1).read().any()


def test_copies_of_files(tmp_path: Path, source: Layer) -> None:
    target = Dataset(tmp_path / "target", (1, 1, 1))
    assert_same(source, target.add_fs_copy_layer(source.path, "copy"))
    (target.path / "blocked").mkdir()
    with pytest.raises(AlreadyExistsError, match="blocked"):
        target.add_fs_copy_layer(source, "blocked")
    assert list(target.layers) == ["copy"]


def test_existing_files(dataset: Dataset, source: Layer) -> None:
    (dataset.path / "adopted").symlink_to(source.path)
    (source.path / "meshes").mkdir()
    layer = dataset.add_layer_for_existing_files("adopted", "color")
    assert list(layer.mags) == [1, 2]
    assert layer.bounding_box == BoundingBox((0, 0, 0), (32, 32, 48))
    np.testing.assert_array_equal(
        layer.get_mag(1).read(), source.get_mag(1).read(absolute_bounding_box=layer.bounding_box)
    )
    with pytest.raises(NotFoundError, match="named like a mag"):
        dataset.add_layer_for_existing_files("nothing", "color")


def test_copy_dataset(tmp_path: Path, source: Layer) -> None:
    copy = source.dataset.copy_dataset(tmp_path / "copy", compress=True)
    assert copy.voxel_size == source.dataset.voxel_size
    assert_same(source, copy.get_layer("color"))
    assert copy.get_layer("color").get_mag(1).info.compression_mode
    with pytest.raises(DatasetExistsError):
        source.dataset.copy_dataset(copy.path)


def test_shallow_copies(tmp_path: Path, source: Layer) -> None:
    source.dataset.add_layer("ignored", "color")
    copy = source.dataset.shallow_copy_dataset(
        tmp_path / "copy", make_relative=True, layers_to_ignore=["ignored"]
    )
    assert list(copy.layers) == ["color"]
    assert (copy.name, copy.voxel_size) == (source.dataset.name, source.dataset.voxel_size)
    assert_same(source, copy.get_layer("color"))


def test_compress(source: Layer) -> None:
    before = source.get_mag(1).read()
    source.dataset.compress()
    assert all(mag.info.compression_mode for mag in source.mags.values())
    np.testing.assert_array_equal(source.get_mag(1).read(), before)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"chunk_size": 4}, "chunk_shape"),
        ({"block_len": 4}, "chunk_shape"),
        ({"file_len": 1}, "chunks_per_shard"),
        ({"args": ()}, "executor"),
    ],
)
def test_old_words(tmp_path: Path, source: Layer, old: dict[str, Any], new: str) -> None:
    with pytest.warns(DeprecationWarning, match=new):
        copied = source.dataset.copy_dataset(tmp_path / "copied", **old)
    info = copied.get_layer("color").get_mag(1).info
    assert info.chunk_shape.x == (4 if new == "chunk_shape" else SHARD // 2)
    assert info.chunks_per_shard.x == old.get("file_len", 2)
    assert_same(source, copied.get_layer("color"))


UNKNOWN = {
    "coordinateTransformations": [
        {"type": "affine", "matrix": [[2, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]}
    ],
    "attachments": {"meshes": [{"path": "./color/meshes/m"}]},
    "future": 1,
}


class TestWhatIsUnknown:
    """Members of the JSON that only others understand are in copies, too."""

    @pytest.fixture
    def rich(self, source: Layer) -> Dataset:
        path = source.dataset.path / "datasource-properties.json"
        document = json.loads(path.read_text())
        document["defaultViewConfiguration"] = {"zoom": 2, "unheardOf": 1}
        document["dataLayers"][0].update(UNKNOWN)
        document["dataLayers"][0]["defaultViewConfiguration"]["unheardOf"] = 2
        path.write_text(json.dumps(document))
        return Dataset.open(source.dataset.path)

    @pytest.mark.parametrize("how", ["shallow_copy_dataset", "copy_dataset"])
    def test_in_copies(self, tmp_path: Path, rich: Dataset, how: str) -> None:
        getattr(rich, how)(tmp_path / "copy")
        document = json.loads((tmp_path / "copy" / "datasource-properties.json").read_text())
        assert document["defaultViewConfiguration"] == {"zoom": 2, "unheardOf": 1}
        [layer] = document["dataLayers"]
        assert layer["defaultViewConfiguration"] == {"alpha": 0.5, "unheardOf": 2}
        expected = dict(UNKNOWN)
        if how == "copy_dataset":
            del expected["attachments"]  # whose files are not copied
        assert {key: layer.get(key) for key in UNKNOWN} == {"attachments": None, **expected}


@pytest.mark.parametrize("how", ["shallow_copy_dataset", "copy_dataset"])
@pytest.mark.parametrize("place", ["sub", "color/sub", "color/1/sub", "link/sub", "linked/sub"])
def test_copies_do_not_lie_in_the_source(tmp_path: Path, source: Layer, how: str, place: str) -> None:
    dataset = source.dataset
    other = Dataset(tmp_path / "other", (1, 1, 1))
    (dataset.path / "linked").symlink_to(other.add_layer("theirs", "color").path)
    (other.path / "theirs" / "1").symlink_to(source.path / "1")
    dataset.add_layer_for_existing_files("linked", "color")
    (tmp_path / "link").symlink_to(dataset.path)
    target = tmp_path / place if place.startswith("link/") else dataset.path / place
    with pytest.raises(InvalidArgumentError, match="lies in"):
        getattr(dataset, how)(target)
    assert not target.exists()


class TestNothingIsCopiedInVain:
    """Copying files takes long, so what would be refused afterwards is refused before."""

    def test_into_what_is_read_only(self, source: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shutil.copytree", lambda *_: pytest.fail("copied"))
        source.dataset.add_layer_like(source, "empty")
        empty = Dataset.open(source.dataset.path, read_only=True).get_layer("empty")
        with pytest.raises(ReadOnlyError):
            empty.add_fs_copy_mag(source.get_mag(1))

    def test_of_another_type(self, source: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shutil.copytree", lambda *_: pytest.fail("copied"))
        other = source.dataset.add_layer("other", "color", None, "uint16", data_format=source.data_format)
        with pytest.raises(InvalidArgumentError, match="uint8"):
            other.add_fs_copy_mag(source.get_mag(1))
        assert not (other.path / "1").exists()

    def test_as_the_format_cannot_be(self, source: Layer, tmp_path: Path) -> None:
        with pytest.raises(InvalidArgumentError):
            source.dataset.copy_dataset(tmp_path / "copy", data_format="zarr", chunks_per_shard=2)
        assert not (tmp_path / "copy").exists()

    def test_of_a_format_that_layers_cannot_use(self, source: Layer, tmp_path: Path) -> None:
        volume = {"dimensions": [4] * 3, "blockSize": [4] * 3, "dataType": "uint8"}
        n5 = source.dataset.add_layer("n5", "color", bounding_box=source.bounding_box).path / "1"
        n5.mkdir()
        (n5 / "attributes.json").write_text(json.dumps({**volume, "compression": {"type": "raw"}}))
        path = source.dataset.path / "datasource-properties.json"
        document = json.loads(path.read_text())
        document["dataLayers"][1] |= {"dataFormat": "n5", "mags": [{"mag": 1, "path": "./n5/1"}]}
        path.write_text(json.dumps(document))
        dataset = Dataset.open(source.dataset.path)
        with pytest.raises(UnsupportedError, match="'n5', which is not supported"):
            dataset.copy_dataset(tmp_path / "copy")
        assert not (tmp_path / "copy").exists()
        for mag in dataset.get_layer("n5").mags.values():
            with pytest.raises(UnsupportedError, match="open_array, or convert it"):
                mag.read()
