"""What commands print about errors speaks of their options, not of keywords of Python."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from support.image_files import save_slices, voxels
from voxbrick import Dataset, NameTakenError
from voxbrick.cli import COMMANDS, app
from voxbrick.cli._errors import OPTIONS
from voxbrick.errors import Remedy

DOWN = ["downsample", "{}/dataset", "--from-mag", "1", "--coarsest-mag", "2", "--no-align", "--layer"]


def _run(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "300"})


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A dataset, slices, and what earlier commands made."""
    save_slices(tmp_path / "slices", voxels((1, 32, 32, 4)))
    dataset = Dataset(tmp_path / "dataset", (1, 1, 1))
    for name, mags in {"a": (1, "2-2-1"), "b": (1, 2), "c": (1,), "d": (4, 2)}.items():
        layer = dataset.add_layer(name, "color")
        for mag in mags:
            layer.add_mag(mag, 8, 2).write(np.ones((8, 8, 8), np.uint8))
    (tmp_path / "tiffs").mkdir()
    (tmp_path / "tiffs" / "0.tif").touch()
    assert _run("convert", tmp_path / "slices", tmp_path / "array.zarr").exit_code == 0
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["convert", "{}/slices", "{}/array.zarr"], "--overwrite replaces it"),
        (["export-tiff", "{}/dataset", "a", "{}/tiffs"], "--resume goes on"),
        (["downsample", "{}/dataset", "--layer", "c", "--coarsest-mag", "2"], "--no-align"),
        (["upsample", "{}/dataset", "d", "--from-mag", "4", "--finest-mag", "2"], "--no-align"),
        (
            ["upsample", "{}/dataset", "d", "--from-mag", "4", "--finest-mag", "2", "--no-align"],
            "delete it if",
        ),
        ([*DOWN, "b"], "--overwrite with --from-mag computes it anew"),
        ([*DOWN, "a"], "choose another --sampling-mode"),
    ],
)
def test_errors_name_options(place: Path, arguments: list[str], said: str) -> None:
    result = _run(*(argument.format(place) for argument in arguments))
    assert result.exit_code == 1
    assert said in result.output
    assert not re.search(r"\w=\w", result.output.splitlines()[-1])


def test_work_that_cannot_be_taken_up(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = Dataset.open(place / "dataset")
    with monkeypatch.context() as patched:
        patched.setattr("voxbrick.files.staging.Stage.finish", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            dataset.get_layer("c").compress(resume=True)
    dataset.get_layer("c").get_mag(1).write(np.full((8, 8, 8), 2, np.uint8))
    result = _run("compress", place / "dataset", "--layer", "c", "--resume")
    assert result.exit_code == 1
    assert "its source was changed" in result.output
    assert result.output.strip().endswith("; without --resume it begins anew")


def test_every_remedy_has_its_options() -> None:
    assert OPTIONS.keys() == {*Remedy}
    assert not any("=" in text for text in OPTIONS.values())


def test_scripts_read_keywords(place: Path) -> None:
    layer = Dataset.open(place / "dataset").get_layer("b")
    with pytest.raises(NameTakenError, match="allow_overwrite=True computes it anew"):
        layer.downsample(1, 2, align_with_other_layers=False)


@pytest.mark.parametrize("command", [command.__name__.replace("_", "-") for command in COMMANDS])
def test_help_has_an_example(command: str) -> None:
    assert f"Example: voxbrick {command} " in _run(command, "--help").output
