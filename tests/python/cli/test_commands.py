"""The command line, as a person or a script meets it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import voxbrick
from support.children import HEEDS_CTRL_C
from support.limits import TIMEOUT, killed_after_timeout

RUN = "from voxbrick.cli import main; main()"


def _start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HEEDS_CTRL_C + RUN, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _run(*arguments: object) -> tuple[int, str, str]:
    process = _start(*arguments)
    output, complaints = process.communicate(timeout=TIMEOUT)
    return process.returncode, output, complaints


def test_help_names_the_commands() -> None:
    code, output, _ = _run("--help")
    assert code == 0
    assert "convert" in output
    assert "info" in output


def test_the_package_can_be_run() -> None:
    command = [sys.executable, "-m", "voxbrick", "--help"]
    assert "convert" in subprocess.check_output(command, text=True, timeout=TIMEOUT)


def test_info_for_people(filled) -> None:
    code, output, complaints = _run("info", filled.path)
    assert (code, complaints) == (0, "")
    facts = dict(line.split("  ", 1) for line in output.splitlines())
    assert facts["data format"].strip() == filled.info.data_format
    assert facts["dtype"].strip() == "uint16"
    assert facts["axes"].strip() == "c, x, y, z"


def test_info_for_scripts(filled) -> None:
    code, output, _ = _run("info", filled.path, "--json")
    facts = json.loads(output)
    assert code == 0
    assert facts["chunk_shape"] == list(filled.info.chunk_shape)
    assert facts["stored_shards"] == len(filled.list_shards())
    assert facts["possible_shards"] in (None, facts["stored_shards"])
    in_shards = facts["stored_shards"] * np.prod(facts["shard_shape"])
    voxel_bytes = 2 * (np.prod(facts["shape"]) if facts["shape"] else in_shards)
    assert facts["compression_ratio"] == pytest.approx(voxel_bytes / facts["stored_bytes"], abs=1e-3)


@pytest.fixture
def brain(tmp_path: Path) -> voxbrick.Dataset:
    """A layer of which one mag has a stored shard, and a layer that has lost one."""
    size = voxbrick.VoxelSize((0.5, 0.5, 1.25), "micrometer")
    dataset = voxbrick.Dataset(tmp_path / "brain", voxel_size_with_unit=size)
    box = voxbrick.BoundingBox((0, 0, 0), (24, 16, 16))
    color = dataset.add_layer("color", "color", num_channels=3, data_format="zarr3", bounding_box=box)
    mag = color.add_mag(1, 8, 2, compress=True)
    mag.write(np.ones((3, 8, 8, 8), np.uint8), absolute_offset=(16, 0, 0), allow_unaligned=True)
    seg = dataset.add_layer("seg", "segmentation", dtype="uint32", bounding_box=box)
    seg.add_mag(2, 8, 1)
    seg.get_mag(2).write(np.ones((12, 8, 8), np.uint32), allow_unaligned=True)
    shutil.rmtree(seg.add_mag(4).path)
    return dataset


def test_info_of_a_dataset_for_scripts(brain: voxbrick.Dataset) -> None:
    facts = json.loads(_run("info", brain.path, "--json")[1])
    assert facts["voxel_size"] == {"factor": [0.5, 0.5, 1.25], "unit": "micrometer"}
    color, seg = facts["layers"]
    assert (color["dtype"], color["num_channels"]) == ("uint8", 3)
    [mag] = color["mags"]
    assert (mag["mag"], mag["stored_shards"], mag["possible_shards"]) == ("1", 1, 2)
    assert (mag["chunks_per_shard"], mag["codecs"][0]["name"]) == (8, "sharding_indexed")
    stored, lost = seg["mags"]
    assert (stored["stored_shards"], stored["possible_shards"]) == (2, 2)
    assert stored["compression_ratio"] == pytest.approx(12 * 8 * 8 * 4 / stored["stored_bytes"], abs=1e-3)
    assert "no array" in lost["error"]
    assert json.loads(_run("info", brain.path / "seg", "--json")[1]) == seg


def test_info_of_a_dataset_for_people(brain: voxbrick.Dataset) -> None:
    code, output, complaints = _run("info", brain.path)
    assert (code, complaints) == (0, "")
    lines = [line.split("  ") for line in output.splitlines()]
    assert ["voxel size", " 0.5 x 0.5 x 1.25 micrometer"] in lines
    [mag] = [line for line in lines if "1 of 2" in line]
    assert "3 x 16 x 16 x 16, 8 chunks each" in mag
    assert "zstd" in mag[-1]
    assert "no array" in output
    assert _run("info", brain.path / "seg")[1] == "\n".join(output.split("\n\n")[-1:])


def test_info_of_an_image_without_properties(brain: voxbrick.Dataset) -> None:
    (brain.path / "datasource-properties.json").unlink()
    [color] = json.loads(_run("info", brain.path, "--json")[1])["layers"]
    assert (color["name"], len(color["mags"])) == ("color", 1)


@pytest.mark.parametrize("fill_value", [np.nan, -np.inf, 1.5])
def test_info_is_json_whatever_the_fill_value(tmp_path: Path, fill_value: float) -> None:
    keywords = {"dtype": "float32", "shape": (4,), "chunk_shape": 4, "fill_value": fill_value}
    voxbrick.create_array(tmp_path / "array", data_format="zarr3", **keywords)
    _, output, _ = _run("info", tmp_path / "array", "--json")
    assert float(json.loads(output)["fill_value"]) == pytest.approx(fill_value, nan_ok=True)


def test_convert_and_back(filled, volume, tmp_path: Path) -> None:
    options = ["--verify", "--chunk-shape", "8", "--shard-shape", "16,16,16", "--jobs", "1"]
    code, output, lines = _run("convert", filled.path, tmp_path / "a", "--format=zarr3", *options)
    assert code == 0, lines
    assert "verified" in output
    assert "memory: at most" in output
    assert "(100 %)" in lines
    assert voxbrick.open_array(tmp_path / "a").info.shard_shape == (2, 16, 16, 16)
    code, _, lines = _run("convert", tmp_path / "a", tmp_path / "b", "--no-compress", "--format=wkw")
    assert code == 0, lines
    with voxbrick.open_array(tmp_path / "b") as back:
        assert not back.info.compressed
        assert_array_equal(back.read((0, 0, 0, 0), volume.shape), volume)


def test_the_extent_of_wkw_can_be_given(tmp_path: Path, volume) -> None:
    source = voxbrick.create_array(tmp_path / "wkw", dtype="uint16", num_channels=2)
    source.write((0, 0, 0, 0), volume)
    _run("convert", source.path, tmp_path / "copy", "--shape", "40,24,20")
    assert voxbrick.open_array(tmp_path / "copy").info.shape == volume.shape


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["info", "{}/nowhere"], 1, "nowhere"),
        (["convert", "{}/nowhere", "{}/b"], 1, "nowhere"),
        (["convert", "{}/a", "{}/a"], 1, "in each other"),
        (["convert", "{}/a", "{}/here"], 1, "exists"),
        (["convert", "{}/a", "{}/here", "--overwrite"], 1, "not a readable array"),
        (["convert", "{}/a", "{}/b", "--format", "tape"], 2, "tape"),
        (["convert", "{}/a", "{}/b", "--memory", "lots"], 2, "lots"),
        (["convert", "{}/a", "{}/b", "--memory", "1"], 1, "memory"),
        (["convert", "{}/a", "{}/b", "--chunk-shape", "32x32"], 2, "32x32"),
        (["convert", "{}/a", "{}/b", "--chunk-shape", "8,8"], 1, "c, x, y, z"),
        (["convert", "{}/a"], 2, "destination"),
        (["explode"], 2, "explode"),
    ],
)
def test_mistakes_are_explained(tmp_path: Path, arguments: list[str], code: int, message: str) -> None:
    voxbrick.create_array(tmp_path / "a", dtype="uint8")
    (tmp_path / "here").mkdir()
    found, _, complaints = _run(*(argument.format(tmp_path) for argument in arguments))
    assert (found, message in complaints) == (code, True), complaints
    assert "Traceback" not in complaints
    if code == 1:
        assert complaints.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"a", "here"}


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    shape = (2048, 2048, 1024)
    sparse = np.lib.format.open_memmap(tmp_path / "big.npy", "w+", np.uint64, shape)
    del sparse
    process = _start("convert", tmp_path / "big.npy", tmp_path / "out", "--shard-shape", 128)
    assert process.stdout is not None
    with killed_after_timeout(process):
        while not process.stdout.readline().startswith("memory"):
            assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 130
    assert complaints == "voxbrick: interrupted, nothing was kept\n"
    assert [path.name for path in tmp_path.iterdir()] == ["big.npy"]
