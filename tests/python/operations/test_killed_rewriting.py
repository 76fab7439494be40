"""Arrays laid out anew go on where they were interrupted, and end byte for byte the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from typer.testing import CliRunner

from support.image_files import voxels
from support.tree import snapshot
from voxbrick import AlreadyExistsError, Dataset, InvalidArgumentError, MagView, View, VoxbrickError
from voxbrick.cli import app
from voxbrick.files import staging
from voxbrick.operations import rewrite
from voxbrick.operations.copying import CopyShard
from voxbrick.operations.staged_mags import StagedMag


class PowerCutError(VoxbrickError):
    """What ends the work in these tests."""


@pytest.fixture(params=["wkw", "zarr3"])
def mag(request: pytest.FixtureRequest, tmp_path: Path) -> MagView:
    """Eight shards of noise."""
    layer = Dataset(tmp_path / "dataset", (1, 1, 1)).add_layer("color", "color", data_format=request.param)
    mag = layer.add_mag(1, 16, 2, compress=False)
    mag.write(voxels((1, 64, 64, 64)))
    return mag


class Copies:
    """Counts shards that are copied, and ends the work when there were enough."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self.done: list[int] = []
        self.enough = -1
        copy = CopyShard.__call__

        def counted(job: CopyShard, chunk: tuple[View, int]) -> None:
            if len(self.done) == self.enough:
                raise PowerCutError("the power is cut")
            copy(job, chunk)
            self.done.append(chunk[1])

        patched.setattr(CopyShard, "__call__", counted)

    def cut_after(self, count: int, work: Callable[..., None], **options: Any) -> None:
        self.done.clear()
        self.enough = count
        with pytest.raises(PowerCutError):
            work(**options)
        self.enough = -1
        self.done.clear()


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> Copies:
    return Copies(monkeypatch)


def _folders(mag: MagView) -> list[str]:
    return sorted(path.name for path in mag.layer.path.iterdir() if path.is_dir())


def _never_killed(mag: MagView) -> dict[str, Any]:
    """What becomes of a copy of the dataset that is compressed at once, with resume or without."""
    whole = mag.layer.dataset.path.with_name("whole")
    shutil.copytree(mag.layer.dataset.path, whole)
    Dataset.open(whole).compress()
    return snapshot(whole)


def test_what_is_done_is_not_done_again(mag: MagView, copies: Copies) -> None:
    """Not even with other memory, so other pieces: what a shard holds does not depend on them."""
    expected = _never_killed(mag)
    copies.cut_after(5, mag.compress, resume=True)
    assert _folders(mag) == [".1.partial", "1"]
    assert not mag.info.compression_mode
    mag.compress(resume=True, memory=1 << 16)
    assert copies.done == [5, 6, 7]
    assert snapshot(mag.layer.dataset.path) == expected


def test_without_resume_it_begins_anew(mag: MagView, copies: Copies) -> None:
    copies.cut_after(5, mag.compress)
    assert _folders(mag) == ["1"]
    copies.cut_after(5, mag.compress, resume=True)
    mag.compress()
    assert len(copies.done) == 8
    assert _folders(mag) == ["1"]


def test_a_copy_elsewhere_is_taken_up(mag: MagView, copies: Copies, tmp_path: Path) -> None:
    mag.compress(tmp_path / "whole", resume=True)
    copies.cut_after(5, mag.compress, target_path=tmp_path / "target", resume=True)
    mag.compress(tmp_path / "target", resume=True)
    assert copies.done == [5, 6, 7]
    assert snapshot(tmp_path / "target") == snapshot(tmp_path / "whole")
    mag.compress(tmp_path / "target", resume=True)
    assert len(copies.done) == 3
    with pytest.raises(AlreadyExistsError):
        mag.compress(tmp_path / "target")
    mag.write(np.ones((4, 4, 4), np.uint8), absolute_offset=(0, 0, 0))
    with pytest.raises(AlreadyExistsError):  # it is a copy of something else
        mag.compress(tmp_path / "target", resume=True)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_who_writes_between_two_runs_is_noticed(
    mag: MagView, copies: Copies, tmp_path: Path, elsewhere: bool
) -> None:
    options: dict[str, Any] = {"target_path": tmp_path / "target"} if elsewhere else {}
    copies.cut_after(5, mag.compress, resume=True, **options)
    mag.write(np.full((4, 4, 4), 111, np.uint8), absolute_offset=(0, 0, 0))
    with pytest.raises(InvalidArgumentError, match="its source was changed"):
        mag.compress(resume=True, **options)
    assert not mag.info.compression_mode
    mag.compress(**options)
    assert (mag.read(absolute_offset=(0, 0, 0), size=(4, 4, 4)) == 111).all()


def test_other_layouts_are_not_taken_up(mag: MagView, copies: Copies) -> None:
    copies.cut_after(5, mag.compress, resume=True)
    with pytest.raises(InvalidArgumentError, match="is other work"):
        mag.rechunk(chunk_shape=8, resume=True)


def test_a_death_between_the_renames_loses_nothing(
    mag: MagView, copies: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, rename = _never_killed(mag), Path.rename

    def dying(path: Path, target: Path) -> Path:
        if path.name in ("data", "old"):  # also not put back, as nobody is there any more
            raise PowerCutError("the power is cut")
        return rename(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(staging.Path, "rename", dying)
        with pytest.raises(PowerCutError):
            mag.compress(resume=True)
    assert _folders(mag) == [".1.partial"]
    copies.done.clear()
    opened = Dataset.open(mag.layer.dataset.path).get_layer("color").get_mag(1)
    assert_array_equal(opened.read(), voxels((1, 64, 64, 64)))
    opened.compress(resume=True)
    assert copies.done == []
    assert snapshot(mag.layer.dataset.path) == expected


@pytest.mark.parametrize("resume", [False, True])
def test_a_death_before_the_properties_follow(
    mag: MagView, copies: Copies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, resume: bool
) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(mag.layer.dataset.path, whole)
    Dataset.open(whole).get_layer("color").get_mag(1).rechunk(shard_shape=64)
    with monkeypatch.context() as patched:
        patched.setattr(rewrite, "_adapt_to", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            mag.rechunk(shard_shape=64, resume=True)
    assert _folders(mag) == [".1.partial", "1"]
    copies.done.clear()
    mag.rechunk(shard_shape=64, resume=resume)
    assert len(copies.done) == (0 if resume else 1)
    assert snapshot(mag.layer.dataset.path) == snapshot(whole)


def test_the_command_deletes_what_a_killed_one_left(mag: MagView) -> None:
    mag.compress()
    expected = snapshot(mag.layer.dataset.path)
    for name in ("done", "old"):
        (mag.layer.path / ".1.partial" / name).mkdir(parents=True)
        (mag.layer.path / ".1.partial" / name / "left").touch()
    result = CliRunner().invoke(app, ["compress", str(mag.layer.dataset.path)])
    assert "already" in result.output
    assert snapshot(mag.layer.dataset.path) == expected


def test_interrupted_work_on_a_compressed_mag_stays(mag: MagView, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mag that is there may be one that is being computed anew."""
    mag.compress()
    mag.layer.downsample_mag(1, 2)
    with monkeypatch.context() as patched:
        patched.setattr(staging.Stage, "finish", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            mag.layer.downsample_mag(1, 2, allow_overwrite=True, resume=True)
    assert _folders(mag) == [".2.partial", "1", "2"]
    mag.layer.compress()
    assert _folders(mag) == [".2.partial", "1", "2"]
    monkeypatch.setattr(StagedMag, "_create", lambda *_: 1 / 0)
    mag.layer.downsample_mag(1, 2, allow_overwrite=True, resume=True)
    assert _folders(mag) == ["1", "2"]


def test_progress_moves_inside_a_mag(mag: MagView, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("voxbrick.work.progress.LINE_EVERY", 0.0)
        mag.compress(progress_desc="compressing")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 8
    assert lines[0].startswith("compressing: 32.8 k voxels of 262.1 k voxels (12 %)")
    assert lines[-1].startswith("compressing: 262.1 k voxels of 262.1 k voxels (100 %)")


def test_a_dry_run(mag: MagView) -> None:
    command = ["compress", str(mag.layer.dataset.path), "--dry-run", "--memory"]
    before = snapshot(mag.layer.dataset.path)
    output = CliRunner().invoke(app, [*command, "1G"]).output
    assert "color, mag 1: " in output
    assert "in 8 shards to compress" in output
    assert "at most 8 shards, 9 files, 262.1 kB of voxels before compression" in output
    assert "allow more memory" in CliRunner().invoke(app, [*command, "10K"]).output
    assert snapshot(mag.layer.dataset.path) == before
