"""Batch commands as a person or a script meets them: what they make, say and leave behind."""

from __future__ import annotations

import concurrent.futures
import json
import threading
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.testing import assert_array_equal

import voxbrick
from support.commands import SIZE, VOLUME, done, make_dataset, make_slices, run
from support.image_files import voxels
from voxbrick import Dataset, LayerViewConfiguration
from voxbrick.cli import COMMANDS
from voxbrick.operations.pyramid import FillShard

SMALL = ("--chunk-shape", "8", "--shard-shape", "16")


@pytest.fixture
def volume() -> np.ndarray:
    return VOLUME


@pytest.fixture
def slices(tmp_path: Path) -> Path:
    return make_slices(tmp_path)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return make_dataset(tmp_path)


def _voxels_of(path: Path, layer: str, mag: Any = 1) -> np.ndarray:
    return Dataset.open(path).get_layer(layer).get_mag(mag).read()


@pytest.mark.parametrize("command", [command.__name__.replace("_", "-") for command in COMMANDS])
def test_every_command_explains_itself(command: str) -> None:
    assert len(done(command, "--help")) > 300


@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_from_images(slices: Path, tmp_path: Path, volume: np.ndarray, executor: str) -> None:
    options = (*SIZE, *SMALL, "--format", "zarr3", "--executor", executor, "--flip", "x")
    output = done("from-images", slices, tmp_path / "out", *options)
    assert "slices (color), mag 1: 1 channels of uint8, 40 x 30 x 20 voxels" in output
    assert_array_equal(_voxels_of(tmp_path / "out", "slices"), volume[:, ::-1])


def test_convert_to_a_dataset(slices: Path, tmp_path: Path, volume: np.ndarray) -> None:
    done("convert", slices / "*.tif", tmp_path / "out", *SIZE, "--layer", "em")
    assert_array_equal(_voxels_of(tmp_path / "out", "em"), volume)


def test_raw_voxels(tmp_path: Path, volume: np.ndarray) -> None:
    (tmp_path / "v.raw").write_bytes(volume[0].astype(">u2").tobytes(order="C"))
    raw = ("--shape", "40,30,20", "--dtype", ">u2", "--order", "C")
    done("convert", tmp_path / "v.raw", tmp_path / "array", *raw)
    with voxbrick.open_array(tmp_path / "array") as array:
        assert array.info.dtype == np.uint16
        assert_array_equal(array.read((0, 0, 0, 0), volume.shape), volume)
    done("from-images", tmp_path / "v.raw", tmp_path / "out", *SIZE, *raw)
    assert_array_equal(_voxels_of(tmp_path / "out", "v.raw"), volume)


@pytest.mark.parametrize("command", ["from-images", "convert"])
def test_a_dry_run_writes_nothing(slices: Path, tmp_path: Path, command: str) -> None:
    output = done(command, slices, tmp_path / "out", *SIZE, *SMALL, "--dry-run")
    assert "at most 12 shards, 14 files, 24.0 kB" in output  # 3 x 2 x 2 shards
    assert [path.name for path in tmp_path.iterdir()] == ["slices"]


def test_what_is_skipped_is_listed(slices: Path, tmp_path: Path) -> None:
    (slices / "slice3.tif").write_bytes(b"")
    failed = run("from-images", slices, tmp_path / "out", *SIZE)
    assert failed.exit_code == 1
    assert "slice3.tif" in failed.output
    output = done("from-images", slices, tmp_path / "out", *SIZE, "--skip-broken")
    assert "skipped, cannot be decoded" in output
    assert "slice3.tif" in output


@pytest.mark.parametrize("data_format", ["wkw", "zarr3"])
def test_copies_are_equal(dataset: Dataset, tmp_path: Path, volume: np.ndarray, data_format: str) -> None:
    copy = tmp_path / "copy"
    done("copy", dataset.path, copy, "--format", data_format, "--compress", "--shard-shape", "32")
    assert done("check-equality", dataset.path, copy).splitlines()[-1] == "equal"
    opened = Dataset.open(copy)
    assert opened.get_layer("color").default_view_configuration.color == (1, 2, 3)
    ids = opened.get_segmentation_layers()[0]
    assert (ids.largest_segment_id, ids.get_mag(1).info.compression_mode) == (200, True)
    beyond = ids.get_mag(1).read(absolute_bounding_box=voxbrick.BoundingBox((0, 0, 10), (40, 30, 10)))
    assert_array_equal(beyond, volume[..., 10:])


def _change_a_voxel(copy: Dataset) -> None:
    copy.get_layer("color").get_mag(2).write(np.zeros((1, 1, 1, 1), np.uint8), absolute_offset=(6, 4, 2))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_change_a_voxel, "layer color: voxels of mag 2 differ, for example at (6, 4, 2)"),
        (lambda copy: copy.delete_layer("ids"), "layer ids: only in"),
        (lambda copy: copy.get_layer("color").delete_mag(2), "layer color: mag 2 only in"),
    ],
)
def test_differences_are_named(dataset: Dataset, tmp_path: Path, change: Any, message: str) -> None:
    done("copy", dataset.path, tmp_path / "copy")
    change(Dataset.open(tmp_path / "copy"))
    result = run("check-equality", dataset.path, tmp_path / "copy")
    assert result.exit_code == 1
    assert message in result.output


def test_compress(dataset: Dataset) -> None:
    before = dataset.get_layer("color").get_mag(1).read()
    assert "to compress" in done("compress", dataset.path, "--dry-run")
    assert done("compress", dataset.path).count("are now") == 3
    assert "already" in done("compress", dataset.path)
    assert_array_equal(_voxels_of(dataset.path, "color"), before)


def test_pyramids(dataset: Dataset, volume: np.ndarray) -> None:
    ids = volume[..., :10].astype(np.uint32)
    common = ("--layer", "ids", "--sampling-mode", "isotropic", "--coarsest-mag", "4")
    dataset.add_layer("nothing", "color")
    assert "nothing" not in done("downsample", dataset.path, "--coarsest-mag", "2", "--dry-run")
    output = done("downsample", dataset.path, *common, "--dry-run")
    assert "ids: mags 2, 4" in output
    assert "at most 3 shards, 5 files, 7.0 kB of voxels" in output  # 20 x 15 x 5 and 10 x 8 x 3 voxels
    assert len(Dataset.open(dataset.path).get_layer("ids").mags) == 1
    done("downsample", dataset.path, *common, "--interpolation", "max")
    expected = ids.reshape(1, 20, 2, 15, 2, 5, 2).max(axis=(2, 4, 6))
    assert_array_equal(_voxels_of(dataset.path, "ids", 2), expected)
    again = ("downsample", dataset.path, *common, "--from-mag", "1")
    assert "already" in run(*again).output
    done(*again, "--overwrite")
    Dataset.open(dataset.path).get_layer("ids").delete_mag(1)
    done("upsample", dataset.path, "ids", "--from-mag", "2", "--sampling-mode", "isotropic")
    finer = _voxels_of(dataset.path, "ids", 2).repeat(2, 1).repeat(2, 2).repeat(2, 3)
    assert_array_equal(_voxels_of(dataset.path, "ids"), finer)


def test_export_and_back(dataset: Dataset, tmp_path: Path, volume: np.ndarray) -> None:
    folder = tmp_path / "tiffs"
    done("export-tiff", dataset.path, "color", folder, "--box", "4,6,5,20,10,9")
    assert sorted(path.name for path in folder.iterdir()) == [f"{z:05}.tif" for z in range(5, 14)]
    assert_array_equal(tifffile.imread(folder / "00007.tif").T, volume[0, 4:24, 6:16, 7])
    assert run("export-tiff", dataset.path, "color", folder).exit_code == 1
    (folder / "00007.tif").unlink()
    done("export-tiff", dataset.path, "color", folder, "--box", "4,6,5,20,10,9", "--resume")
    done("convert", folder, tmp_path / "array", "--format", "wkw")
    with voxbrick.open_array(tmp_path / "array") as array:
        assert_array_equal(array.read((0, 0, 0, 0), (1, 20, 10, 9)), volume[:, 4:24, 6:16, 5:14])


def test_export_of_colours(tmp_path: Path) -> None:
    colours = voxels((3, 20, 10, 2))
    layer = Dataset(tmp_path / "ds", (1, 1, 1)).add_layer("rgb", "color", num_channels=3)
    layer.add_mag(1).write(colours)
    done("export-tiff", tmp_path / "ds", "rgb", tmp_path / "tiffs")
    assert_array_equal(tifffile.imread(tmp_path / "tiffs" / "00001.tif"), colours[..., 1].transpose(2, 1, 0))


def test_damage_is_reported_with_its_file(dataset: Dataset) -> None:
    dataset.compress()
    for file in dataset.get_layer("color").get_mag(1).path.rglob("x*.wkw"):
        file.write_bytes(file.read_bytes()[:-40])
    result = run("check-equality", dataset.path, dataset.path)
    assert result.exit_code == 2
    assert str(dataset.get_layer("color").get_mag(1).path) in result.output


@pytest.mark.parametrize(
    "error", [BrokenProcessPool("a worker died"), BrokenProcessPool(), concurrent.futures.CancelledError()]
)
def test_workers_that_die_are_told_in_a_line(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def die(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("voxbrick.dataset.layer.Layer.downsample", die)
    result = run("downsample", dataset.path)
    assert result.exit_code == 1
    assert result.output.splitlines()[-1] == f"voxbrick: {str(error) or type(error).__name__}"


@pytest.mark.parametrize(
    ("command", "left"),
    [("downsample", "mags that are complete were kept"), ("compress", "mags that are compressed were kept")],
)
def test_ctrl_c_says_what_is_left(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch, command: str, left: str
) -> None:
    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("voxbrick.operations.chunks.for_each", interrupt)
    monkeypatch.setattr("voxbrick.operations.pyramid.for_each", interrupt)
    monkeypatch.setattr("voxbrick.dataset.mag_view.MagView.compress", interrupt)
    result = run(command, dataset.path)
    assert result.exit_code == 130
    assert left in result.output


def test_jobs_are_threads(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two shards are worked on at the same time, or this never ends."""
    together = threading.Barrier(2)
    fill = FillShard.__call__

    def meet(job: FillShard, chunk: Any) -> None:
        together.wait(30)
        fill(job, chunk)

    monkeypatch.setattr(FillShard, "__call__", meet)
    options = ("--from-mag", "1", "--coarsest-mag", "2", "--overwrite", "--sampling-mode", "constant_z")
    dataset.get_layer("ids").delete_mag(1)
    dataset.get_layer("ids").add_mag(1, 8, 1).write(np.ones((32, 32, 10), np.uint32))
    done("downsample", dataset.path, "--layer", "ids", *options, "--jobs", "2")


# -- metadata --------------------------------------------------------------------------------------


@pytest.fixture
def rich(tmp_path: Path) -> Dataset:
    """A dataset of which much is only known to others."""
    dataset = Dataset(tmp_path / "rich", (1, 1, 1))
    layer = dataset.add_layer("em", "color", data_format="zarr3")
    layer.default_view_configuration = LayerViewConfiguration(alpha=50)
    mag = layer.add_mag(1, 16, 2)
    mag.write(np.ones((20, 20, 20), np.uint8))
    path = mag.path / "zarr.json"
    array = json.loads(path.read_text())
    array["fill_value"] = 7
    array["attributes"]["stain"] = "ROTO"
    path.write_text(json.dumps(array))
    path = dataset.path / "datasource-properties.json"
    document = json.loads(path.read_text())
    document["defaultViewConfiguration"] = {"zoom": 2, "unheardOf": 1}
    [described] = document["dataLayers"]
    described["note"] = "kept"
    described["adminViewConfiguration"] = {"alpha": 20}
    described["defaultViewConfiguration"]["unheardOf"] = [1]
    matrix = [[1, 0, 0, 5], [0, 1, 0, 6], [0, 0, 1, 7], [0, 0, 0, 1]]
    described["coordinateTransformations"] = [{"type": "affine", "matrix": matrix}]
    path.write_text(json.dumps(document))
    return Dataset.open(dataset.path)


def _properties(path: Path) -> dict[str, Any]:
    properties: dict[str, Any] = json.loads((path / "datasource-properties.json").read_text())
    return properties | {"id": None}  # the name, which follows the folder


def test_a_copy_says_what_the_original_says(rich: Dataset, tmp_path: Path) -> None:
    done("copy", rich.path, tmp_path / "command")
    rich.copy_dataset(tmp_path / "method")
    for copy in (tmp_path / "command", tmp_path / "method"):
        assert _properties(copy)["dataLayers"] == _properties(rich.path)["dataLayers"]
        assert _properties(copy) == _properties(tmp_path / "method")
        info = voxbrick.open_array(copy / "em" / "1").info
        assert info.fill_value == 7
        assert info.attributes["stain"] == "ROTO"
        assert done("check-equality", rich.path, copy, "--metadata").splitlines()[-1] == "equal"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("note", "other"),
        ("coordinateTransformations", []),
        ("defaultViewConfiguration", {"alpha": 50}),
        ("largestSegmentId", 5),
    ],
)
def test_metadata_is_compared_where_that_is_asked(
    rich: Dataset, tmp_path: Path, key: str, value: object
) -> None:
    done("copy", rich.path, tmp_path / "copy")
    path = tmp_path / "copy" / "datasource-properties.json"
    document = json.loads(path.read_text())
    document["dataLayers"][0][key] = value
    path.write_text(json.dumps(document))
    assert done("check-equality", rich.path, tmp_path / "copy").splitlines()[-1] == "equal"
    result = run("check-equality", rich.path, tmp_path / "copy", "--metadata")
    assert result.exit_code == 1
    assert f"layer em: {key} differs" in result.output


def test_attributes_and_fill_values_are_compared_where_that_is_asked(rich: Dataset, tmp_path: Path) -> None:
    done("copy", rich.path, tmp_path / "copy")
    path = tmp_path / "copy" / "em" / "1" / "zarr.json"
    array = json.loads(path.read_text())
    del array["attributes"]["stain"]
    path.write_text(json.dumps(array))
    result = run("check-equality", rich.path, tmp_path / "copy", "--metadata")
    assert result.exit_code == 1
    assert "layer em: mag 1: attributes differs" in result.output
