"""Batch commands with workers elsewhere, and in bounded memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from support.image_files import save_slices, voxels
from support.limits import TIMEOUT
from support.tree import snapshot
from voxbrick import Dataset, Mag
from voxbrick.cli import app

VOLUME = voxels((1, 64, 32, 16))


def _make(folder: Path) -> None:
    save_slices(folder / "slices", VOLUME)
    layer = Dataset(folder / "dataset", (4, 4, 40)).add_layer("color", "color")
    layer.add_mag(2, 8, 2).write(VOLUME)


def _commands(folder: Path) -> Iterator[list[str]]:
    """Each command that has workers, in an order that makes sense."""
    dataset, slices = str(folder / "dataset"), str(folder / "slices")
    small = ["--chunk-shape", "8", "--shard-shape", "16"]
    yield ["downsample", dataset, "--coarsest-mag", "4"]
    yield ["upsample", dataset, "color", "--from-mag", "2", "--no-compress"]
    yield ["compress", dataset]
    yield ["copy", dataset, str(folder / "copy"), "--format", "zarr3"]
    yield ["check-equality", dataset, str(folder / "copy")]
    yield ["export-tiff", dataset, "color", str(folder / "tiffs"), "--mag", "2"]
    yield ["convert", slices, str(folder / "array.zarr"), *small]
    yield ["from-images", slices, str(folder / "images"), "--voxel-size", "4,4,40", *small]


@pytest.mark.parametrize("command", range(8))
def test_every_command_works_on_dask(tmp_path: Path, command: int) -> None:
    """In processes of their own, which Dask may leave in whatever state."""
    pytest.importorskip("distributed", reason="the package distributed is not installed")
    for place, executor in (("here", "threads"), ("dask", "dask")):
        folder = tmp_path / place
        _make(folder)
        *before, last = islice(_commands(folder), command + 1)
        for earlier in before:
            result = CliRunner().invoke(app, earlier)
            assert result.exit_code == 0, (earlier, result.output)
        _run([*last, "--executor", executor], folder)
    here, dask = snapshot(tmp_path / "here"), snapshot(tmp_path / "dask")
    assert here.keys() == dask.keys()
    assert [name for name in here if here[name] != dask[name]] == []


def _run(command: list[str], folder: Path) -> None:
    run = [sys.executable, "-m", "voxbrick", *command]
    result = subprocess.run(run, cwd=folder, timeout=TIMEOUT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def _on_slurm(command: list[str], memory: str, slurm: dict[str, str], folder: Path) -> Any:
    options = ["--executor", "slurm", "--memory", memory]
    return subprocess.run(
        [sys.executable, "-m", "voxbrick", *command, *options],
        env=slurm,
        cwd=folder,
        timeout=TIMEOUT,
        capture_output=True,
        text=True,
    )


ON_SLURM = ("downsample", "compress", "convert")


def test_commands_work_on_slurm(slurm: dict[str, str], tmp_path: Path) -> None:
    """Their jobs leave what they leave here, and nothing beside it."""
    here, there = tmp_path / "here", tmp_path / "slurm"
    for folder in (here, there):
        _make(folder)
        assert not Dataset.open(folder / "dataset").get_layer("color").get_mag(2).info.compression_mode
    for command in (command for command in _commands(here) if command[0] in ON_SLURM):
        assert CliRunner().invoke(app, command).exit_code == 0
    for command in (command for command in _commands(there) if command[0] in ON_SLURM):
        result = _on_slurm(command, "256M", slurm, tmp_path)
        assert result.returncode == 0, result.stderr
    mags = Dataset.open(there / "dataset").get_layer("color").mags
    assert {mag: view.info.compression_mode for mag, view in mags.items()} == {
        Mag(2): True,
        Mag("4-4-2"): True,
    }
    assert snapshot(there) == snapshot(here)


def test_what_slurm_would_refuse_is_told_at_once(slurm: dict[str, str], tmp_path: Path) -> None:
    _make(tmp_path)
    result = _on_slurm(next(_commands(tmp_path)), "64G", slurm, tmp_path)
    assert result.returncode == 1
    assert "Slurm takes no jobs of 65792M of memory" in result.stderr


def test_without_slurm_there_is_a_reason(tmp_path: Path) -> None:
    _make(tmp_path)
    for path, reason in ((str(tmp_path), "sbatch is not installed"), (os.environ["PATH"], "Slurm")):
        command = ["downsample", str(tmp_path / "dataset"), "--executor", "slurm"]
        environment = {**os.environ, "PATH": path, "SLURM_CONF": str(tmp_path / "none")}
        result = subprocess.run(
            [sys.executable, "-m", "voxbrick", *command],
            env=environment,
            timeout=TIMEOUT,
            capture_output=True,
            text=True,
        )
        assert result.returncode == 1
        assert reason in result.stderr
        assert "Traceback" not in result.stderr
