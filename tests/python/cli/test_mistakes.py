"""What batch commands refuse, in words, and that they leave nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.commands import SIZE, make_dataset, make_slices, run
from support.image_files import save, voxels
from voxbrick import Dataset


@pytest.fixture
def slices(tmp_path: Path) -> Path:
    return make_slices(tmp_path)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return make_dataset(tmp_path)


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
    result = run(*(argument.format(tmp_path) for argument in arguments))
    assert (result.exit_code, message in result.output) == (code, True), result.output
    assert {path.name for path in tmp_path.iterdir()} == {"dataset", "slices"}


def test_too_small_a_disk_is_noticed_first(
    slices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("voxbrick.files.space.shutil.disk_usage", lambda place: usage)
    result = run("from-images", slices, tmp_path / "out", *SIZE, "--no-compress")
    assert result.exit_code == 1
    assert "1000 bytes left, and at least 24000 are needed" in " ".join(result.output.split())
    assert [path.name for path in tmp_path.iterdir()] == ["slices"]


def test_a_broken_slice_in_the_middle_leaves_nothing(slices: Path, tmp_path: Path) -> None:
    """It has a good header, so it is found only when it is decoded."""
    path = save(slices / "slice5.png", voxels((1, 40, 30)))
    for other in slices.glob("*.tif"):
        other.unlink()
    path.write_bytes(path.read_bytes()[:-100])
    result = run("from-images", slices, tmp_path / "out", *SIZE)
    assert result.exit_code == 1
    assert "slice5.png" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["slices"]
