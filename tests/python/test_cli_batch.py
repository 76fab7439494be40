"""Batch commands as a person or a script meets them: what they make, say and leave behind."""

from __future__ import annotations

import concurrent.futures
import threading
import warnings
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.testing import assert_array_equal
from PIL import Image
from typer.testing import CliRunner, Result

import voxbrick
from python.dataset.image_files import save, save_slices, voxels
from voxbrick import Dataset
from voxbrick.cli import COMMANDS, app
from voxbrick.dataset._preview import segment_colours
from voxbrick.dataset._pyramid import FillShard

SIZE = ("--voxel-size", "4,4,40")
SMALL = ("--chunk-shape", "8", "--shard-shape", "16")


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def _done(*arguments: object) -> str:
    result = _run(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def volume() -> np.ndarray:
    return voxels((1, 40, 30, 20))


@pytest.fixture
def slices(tmp_path: Path, volume: np.ndarray) -> Path:
    save_slices(tmp_path / "slices", volume)
    return tmp_path / "slices"


@pytest.fixture
def dataset(tmp_path: Path, volume: np.ndarray) -> Dataset:
    """Two layers, one with two mags, one whose box leaves out what is stored."""
    dataset = Dataset(tmp_path / "dataset", (4, 4, 40))
    color = dataset.add_layer("color", "color", dtype_per_channel="uint8")
    color.add_mag(1, 8, 2).write(volume)
    color.add_mag(2, 8, 2).write(volume[:, ::2, ::2, ::2])
    color.default_view_configuration = voxbrick.LayerViewConfiguration(color=(1, 2, 3))
    ids = dataset.add_layer("ids", "segmentation", dtype_per_channel="uint32", largest_segment_id=200)
    ids.add_mag(1, 8, 2).write(volume.astype(np.uint32))
    ids.bounding_box = voxbrick.BoundingBox((0, 0, 0), (40, 30, 10))
    return dataset


def _voxels_of(path: Path, layer: str, mag: Any = 1) -> np.ndarray:
    return Dataset.open(path).get_layer(layer).get_mag(mag).read()


@pytest.mark.parametrize("command", [command.__name__.replace("_", "-") for command in COMMANDS])
def test_every_command_explains_itself(command: str) -> None:
    assert len(_done(command, "--help")) > 300


@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_from_images(slices: Path, tmp_path: Path, volume: np.ndarray, executor: str) -> None:
    options = (*SIZE, *SMALL, "--format", "zarr3", "--executor", executor, "--flip", "x")
    output = _done("from-images", slices, tmp_path / "out", *options)
    assert "slices (color), mag 1: 1 channels of uint8, 40 x 30 x 20 voxels" in output
    assert_array_equal(_voxels_of(tmp_path / "out", "slices"), volume[:, ::-1])


def test_convert_to_a_dataset(slices: Path, tmp_path: Path, volume: np.ndarray) -> None:
    _done("convert", slices / "*.tif", tmp_path / "out", *SIZE, "--layer", "em")
    assert_array_equal(_voxels_of(tmp_path / "out", "em"), volume)


def test_raw_voxels(tmp_path: Path, volume: np.ndarray) -> None:
    (tmp_path / "v.raw").write_bytes(volume[0].astype(">u2").tobytes(order="C"))
    raw = ("--shape", "40,30,20", "--dtype", ">u2", "--order", "C")
    _done("convert", tmp_path / "v.raw", tmp_path / "array", *raw)
    with voxbrick.open_array(tmp_path / "array") as array:
        assert array.info.dtype == np.uint16
        assert_array_equal(array.read((0, 0, 0, 0), volume.shape), volume)
    _done("from-images", tmp_path / "v.raw", tmp_path / "out", *SIZE, *raw)
    assert_array_equal(_voxels_of(tmp_path / "out", "v.raw"), volume)


@pytest.mark.parametrize("command", ["from-images", "convert"])
def test_a_dry_run_writes_nothing(slices: Path, tmp_path: Path, command: str) -> None:
    output = _done(command, slices, tmp_path / "out", *SIZE, *SMALL, "--dry-run")
    assert "at most 12 shards, 14 files, 24.0 kB" in output  # 3 x 2 x 2 shards
    assert [path.name for path in tmp_path.iterdir()] == ["slices"]


def test_what_is_skipped_is_listed(slices: Path, tmp_path: Path) -> None:
    (slices / "slice3.tif").write_bytes(b"")
    failed = _run("from-images", slices, tmp_path / "out", *SIZE)
    assert failed.exit_code == 1
    assert "slice3.tif" in failed.output
    output = _done("from-images", slices, tmp_path / "out", *SIZE, "--skip-broken")
    assert "skipped, cannot be decoded" in output
    assert "slice3.tif" in output


@pytest.mark.parametrize("data_format", ["wkw", "zarr3"])
def test_copies_are_equal(dataset: Dataset, tmp_path: Path, volume: np.ndarray, data_format: str) -> None:
    copy = tmp_path / "copy"
    _done("copy", dataset.path, copy, "--format", data_format, "--compress", "--shard-shape", "32")
    assert _done("check-equality", dataset.path, copy).splitlines()[-1] == "equal"
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
    _done("copy", dataset.path, tmp_path / "copy")
    change(Dataset.open(tmp_path / "copy"))
    result = _run("check-equality", dataset.path, tmp_path / "copy")
    assert result.exit_code == 1
    assert message in result.output


def test_compress(dataset: Dataset) -> None:
    before = dataset.get_layer("color").get_mag(1).read()
    assert "to compress" in _done("compress", dataset.path, "--dry-run")
    assert _done("compress", dataset.path).count("are now") == 3
    assert "already" in _done("compress", dataset.path)
    assert_array_equal(_voxels_of(dataset.path, "color"), before)


def test_pyramids(dataset: Dataset, volume: np.ndarray) -> None:
    ids = volume[..., :10].astype(np.uint32)
    common = ("--layer", "ids", "--sampling-mode", "isotropic", "--coarsest-mag", "4")
    dataset.add_layer("nothing", "color")
    assert "nothing" not in _done("downsample", dataset.path, "--coarsest-mag", "2", "--dry-run")
    output = _done("downsample", dataset.path, *common, "--dry-run")
    assert "ids: mags 2, 4" in output
    assert "at most 3 shards, 5 files, 7.0 kB of voxels" in output  # 20 x 15 x 5 and 10 x 8 x 3 voxels
    assert len(Dataset.open(dataset.path).get_layer("ids").mags) == 1
    _done("downsample", dataset.path, *common, "--interpolation", "max")
    expected = ids.reshape(1, 20, 2, 15, 2, 5, 2).max(axis=(2, 4, 6))
    assert_array_equal(_voxels_of(dataset.path, "ids", 2), expected)
    again = ("downsample", dataset.path, *common, "--from-mag", "1")
    assert "already" in _run(*again).output
    _done(*again, "--overwrite")
    Dataset.open(dataset.path).get_layer("ids").delete_mag(1)
    _done("upsample", dataset.path, "ids", "--from-mag", "2", "--sampling-mode", "isotropic")
    finer = _voxels_of(dataset.path, "ids", 2).repeat(2, 1).repeat(2, 2).repeat(2, 3)
    assert_array_equal(_voxels_of(dataset.path, "ids"), finer)


def test_export_and_back(dataset: Dataset, tmp_path: Path, volume: np.ndarray) -> None:
    folder = tmp_path / "tiffs"
    _done("export-tiff", dataset.path, "color", folder, "--box", "4,6,5,20,10,9")
    assert sorted(path.name for path in folder.iterdir()) == [f"{z:05}.tif" for z in range(5, 14)]
    assert_array_equal(tifffile.imread(folder / "00007.tif").T, volume[0, 4:24, 6:16, 7])
    assert _run("export-tiff", dataset.path, "color", folder).exit_code == 1
    (folder / "00007.tif").unlink()
    _done("export-tiff", dataset.path, "color", folder, "--box", "4,6,5,20,10,9", "--resume")
    _done("convert", folder, tmp_path / "array", "--format", "wkw")
    with voxbrick.open_array(tmp_path / "array") as array:
        assert_array_equal(array.read((0, 0, 0, 0), (1, 20, 10, 9)), volume[:, 4:24, 6:16, 5:14])


def test_export_of_colours(tmp_path: Path) -> None:
    colours = voxels((3, 20, 10, 2))
    layer = Dataset(tmp_path / "ds", (1, 1, 1)).add_layer("rgb", "color", num_channels=3)
    layer.add_mag(1).write(colours)
    _done("export-tiff", tmp_path / "ds", "rgb", tmp_path / "tiffs")
    assert_array_equal(tifffile.imread(tmp_path / "tiffs" / "00001.tif"), colours[..., 1].transpose(2, 1, 0))


def test_previews(dataset: Dataset, tmp_path: Path, volume: np.ndarray) -> None:
    output = _done("preview", dataset.path, tmp_path / "p.png", "--at", "7,8,9", "--mag", "1")
    assert output.split() == [str(tmp_path / f"p_{layer}.png") for layer in ("color", "ids")]
    color, ids = (np.asarray(Image.open(path)) for path in output.split())
    for channel in range(3):
        assert_array_equal(color[:30, :40, channel].T, volume[0, ..., 9])
    assert_array_equal(ids[:30, :40], segment_colours(volume[0, ..., 9].T))
    # The second slice is x to the right and z down; voxels are ten times as deep as wide.
    assert_array_equal(color[::10, 44:84, 0][:20].T, volume[0, :, 8, :])
    assert color.shape == (200, 40 + 4 + 40 + 4 + 200, 3)


def test_previews_of_what_is_odd(tmp_path: Path) -> None:
    """Layers without voxels are left out; what is no number is black."""
    dataset = Dataset(tmp_path / "ds", (1, 1, 1))
    dataset.add_layer("nothing", "color")
    floats = np.linspace(0, 1, 16 * 16 * 4, dtype=np.float32).reshape(16, 16, 4)
    floats[:8] = np.nan
    dataset.add_layer("floats", "color", dtype_per_channel="float32").add_mag(1).write(floats)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _done("preview", dataset.path, tmp_path / "p.png")
        _done("preview", dataset.path, tmp_path / "p.jpg")
    picture = np.asarray(Image.open(tmp_path / "p.png"))
    assert not picture[:16, :8].any()
    assert picture[:16, 8:16].any()
    assert (tmp_path / "p.jpg").read_bytes().startswith(b"\xff\xd8\xff")


def test_damage_is_reported_with_its_file(dataset: Dataset) -> None:
    dataset.compress()
    for file in dataset.get_layer("color").get_mag(1).path.rglob("x*.wkw"):
        file.write_bytes(file.read_bytes()[:-40])
    result = _run("check-equality", dataset.path, dataset.path)
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
    result = _run("downsample", dataset.path)
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

    monkeypatch.setattr("voxbrick.dataset._chunks.for_each", interrupt)
    monkeypatch.setattr("voxbrick.dataset._pyramid.for_each", interrupt)
    monkeypatch.setattr("voxbrick.dataset.mag_view.MagView.compress", interrupt)
    result = _run(command, dataset.path)
    assert result.exit_code == 130
    assert left in result.output


def test_jobs_are_threads(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two shards are worked on at the same time, or this never ends."""
    together = threading.Barrier(2, timeout=30)
    fill = FillShard.__call__

    def meet(job: FillShard, chunk: Any) -> None:
        together.wait()
        fill(job, chunk)

    monkeypatch.setattr(FillShard, "__call__", meet)
    options = ("--from-mag", "1", "--coarsest-mag", "2", "--overwrite", "--sampling-mode", "constant_z")
    dataset.get_layer("ids").delete_mag(1)
    dataset.get_layer("ids").add_mag(1, 8, 1).write(np.ones((32, 32, 10), np.uint32))
    _done("downsample", dataset.path, "--layer", "ids", *options, "--jobs", "2")


def test_segments_have_colours_of_their_own() -> None:
    ids = np.array([[0, 1, 2, 2**32, 2**63]], np.uint64)
    colours = segment_colours(ids)[0]
    assert not colours[0].any()
    assert colours[1:].min() >= 64
    assert len({tuple(colour) for colour in colours.tolist()}) == 5


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["from-images", "{}/nowhere", "{}/out", *SIZE], 1, "does not exist"),
        (["from-images", "{}/slices", "{}/slices/out", *SIZE], 1, "in each other"),
        (["from-images", "{}/slices", "{}/dataset", *SIZE], 1, "not empty"),
        (["from-images", "{}/slices", "{}/out", "--voxel-size", "4,4"], 2, "no voxel size"),
        (["from-images", "{}/slices", "{}/out", *SIZE, "--layers", "by_magic"], 2, "by_magic"),
        (["from-images", "{}/slices", "{}/out", *SIZE, "--flip", "xx"], 2, "no axes"),
        (["from-images", "{}/slices", "{}/out", *SIZE, "--category", "shape"], 1, "shape"),
        (["from-images", "{}/slices", "{}/out", *SIZE, "--dtype", "voxel"], 1, "voxel"),
        (["from-images", "{}/slices", "{}/out", *SIZE, "--memory", "1K"], 1, "allow more memory"),
        (["from-images", "{}/slices", "{}/out", *SIZE, "--executor", "abacus"], 2, "abacus"),
        (["convert", "{}/slices", "{}/out", *SIZE, "--verify"], 1, "--verify"),
        (["copy", "{}/dataset", "{}/dataset/copy"], 1, "in each other"),
        (["copy", "{}/dataset", "{}/slices"], 1, "not empty"),
        (["copy", "{}/slices", "{}/out"], 1, "no dataset"),
        (["convert", "{}/slices", "{}/out", *SIZE, "--format", "tape"], 2, "tape"),
        (["convert", "{}/dataset/color/1", "{}/out", "--shape", "10,10"], 1, "--shape 10,10 does not fit"),
        (["convert", "{}/dataset/color/1", "{}/out", "--shape", "10"], 1, "--shape 10 does not fit"),
        (["convert", "{}/dataset", "{}/out"], 1, "voxbrick copy"),
        (["convert", "{}/dataset/color", "{}/out"], 1, "one of its mags"),
        (["from-images", "{}/slices", "{}/out", *SIZE, "--topleft", "nan,0,0"], 2, "no position"),
        (["from-images", "{}/slices", "{}/out", *SIZE, "--topleft", "inf,0,0"], 2, "no position"),
        (["export-tiff", "{}/dataset", "color", "{}/out", "--box", "0,0,0,nan,5,5"], 2, "no box"),
        (["export-tiff", "{}/dataset", "color", "{}/dataset/tiffs"], 1, "in each other"),
        (["downsample", "{}/dataset", "--from-mag", "128"], 1, "no mag 128"),
        (["downsample", "{}/dataset", "--overwrite"], 2, "--from-mag"),
        (["downsample", "{}/dataset", "--memory", "1K"], 1, "allow more memory"),
        (["upsample", "{}/dataset", "color", "--from-mag", "4"], 1, "no mag 4"),
        (["check-equality", "{}/dataset", "{}/slices"], 2, "no dataset"),
        (["check-equality", "{}/dataset", "{}/dataset", "--layer", "blue"], 2, "blue"),
        (["preview", "{}/dataset", "{}/p.gif"], 2, ".jpg"),
        (["preview", "{}/dataset", "{}/p.png", "--layer", "blue"], 1, "blue"),
        (["preview", "{}/dataset", "{}/p.png", "--at", "50,0,0"], 1, "is not in"),
        (["export-tiff", "{}/dataset", "color", "{}/out", "--mag", "4"], 1, "no mag 4"),
    ],
)
def test_mistakes_are_explained(
    dataset: Dataset, slices: Path, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    result = _run(*(argument.format(tmp_path) for argument in arguments))
    assert (result.exit_code, message in result.output) == (code, True), result.output
    assert {path.name for path in tmp_path.iterdir()} == {"dataset", "slices"}


def test_too_small_a_disk_is_noticed_first(
    slices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("voxbrick.disk.shutil.disk_usage", lambda place: usage)
    result = _run("from-images", slices, tmp_path / "out", *SIZE, "--no-compress")
    assert result.exit_code == 1
    assert "1000 bytes left, and at least 24000 are needed" in " ".join(result.output.split())
    assert [path.name for path in tmp_path.iterdir()] == ["slices"]


def test_a_broken_slice_in_the_middle_leaves_nothing(slices: Path, tmp_path: Path) -> None:
    """It has a good header, so it is found only when it is decoded."""
    path = save(slices / "slice5.png", voxels((1, 40, 30)))
    for other in slices.glob("*.tif"):
        other.unlink()
    path.write_bytes(path.read_bytes()[:-100])
    result = _run("from-images", slices, tmp_path / "out", *SIZE)
    assert result.exit_code == 1
    assert "slice5.png" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["slices"]
