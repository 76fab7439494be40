"""What replaces an array is on disk before the old one is deleted, whoever writes it and however."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from support.image_files import voxels
from voxbrick import Dataset, Layer, StorageError, _core, get_executor
from voxbrick.cli import app
from voxbrick.files import staging

Work = Callable[[Layer], object]


def convert(layer: Layer) -> None:
    assert (
        CliRunner().invoke(app, ["convert", f"{layer.path}/1", f"{layer.path}/2", "--overwrite"]).exit_code
        == 0
    )


def compress_by_processes(layer: Layer) -> None:
    with get_executor("processes", 1, start_method="fork") as executor:
        layer.get_mag(1).compress(executor=executor)


REPLACING: dict[str, Work] = {
    "compress": lambda layer: layer.get_mag(1).compress(),
    "compress_by_processes": compress_by_processes,
    "compress_to_resume": lambda layer: layer.get_mag(1).compress(resume=True),
    "rechunk": lambda layer: layer.get_mag(1).rechunk(chunk_shape=8),
    "redownsample": lambda layer: layer.redownsample(),
    "convert": convert,
}


class Disk:
    """Knows which files and folders would survive a power cut, as they are at this moment."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self.synced: set[tuple[int, int]] = set()
        self.deletions = 0
        rename, rmtree = Path.rename, shutil.rmtree

        def noted(name: str) -> Callable[..., None]:
            done = getattr(_core, name)

            def note(path: bytes, *arguments: Any, **keywords: Any) -> None:
                done(path, *arguments, **keywords)
                file = Path(os.fsdecode(path))
                if keywords.get("durable", True):
                    self.synced.add(self.state(file))
                if "durable" in keywords:
                    self.synced.add(self.state(file.parent))

            return note

        def renaming(path: Path, target: Path) -> Path:
            self.synced -= {self.state(path.parent), self.state(target.parent)}
            return rename(path, target)

        def deleting(folder: Path, ignore_errors: bool) -> None:
            if folder.name == "old" and folder.exists():
                self.deletions += 1
                place = folder.parent.with_name(folder.parent.name[1:].removesuffix(".partial"))
                assert self.lost_of(place) == []
                assert self.state(place.parent) in self.synced
            rmtree(folder, ignore_errors)

        patched.setattr(staging.Path, "rename", renaming)
        for name in ("sync_file", "sync_folder", "replace_file"):
            patched.setattr(_core, name, noted(name))
        patched.setattr(staging.shutil, "rmtree", deleting)

    def state(self, file: Path) -> tuple[int, int]:
        status = file.stat()
        return status.st_ino, status.st_mtime_ns

    def lost_of(self, folder: Path) -> list[Path]:
        """What a power cut would take of a folder."""
        return [path for path in (folder, *folder.rglob("*")) if self.state(path) not in self.synced]


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@pytest.fixture(params=["wkw", "zarr3"])
def layer(request: pytest.FixtureRequest, tmp_path: Path) -> Layer:
    layer = Dataset(tmp_path / "dataset", (1, 1, 1)).add_layer("color", "color", data_format=request.param)
    layer.add_mag(1, 16, 2, compress=False).write(voxels((1, 40, 40, 40)))
    layer.downsample_mag(1, 2)
    return layer


@pytest.mark.parametrize("work", REPLACING)
def test_the_new_is_on_disk_before_the_old_is_deleted(layer: Layer, disk: Disk, work: str) -> None:
    REPLACING[work](layer)
    assert disk.deletions == 1


def test_voxels_that_nothing_else_holds_are_not_waited_for(layer: Layer, disk: Disk) -> None:
    layer.downsample_mag(2, 4)
    layer.get_mag(1).compress(layer.dataset.path.with_name("other"))
    assert {disk.state(path) for path in (layer.path / "4").rglob("*")} & disk.synced == set()


def test_what_is_begun_to_be_resumed_is_on_disk_when_that_is_said(layer: Layer, disk: Disk) -> None:
    """An array that a power cut left without its metadata could not be taken up."""

    def fill(*_: object) -> None:
        raise StorageError(5, "the power is cut")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("voxbrick.operations.pyramid._fill", fill)
        with pytest.raises(StorageError):
            layer.downsample_mag(2, 4, resume=True)
    partial = layer.path / ".4.partial"
    assert disk.lost_of(partial / "data") == []
    assert disk.state(partial / "done" / "work.json") in disk.synced


def test_the_properties_are_on_disk_before_they_replace_the_old(layer: Layer, disk: Disk) -> None:
    """There are file systems that keep the new name of a file, and lose what was in it."""
    layer.bounding_box = layer.bounding_box.offset((1, 2, 3))
    assert disk.state(layer.dataset.path / "datasource-properties.json") in disk.synced


def test_a_disk_that_fails_keeps_the_old(layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(path: bytes) -> None:
        raise StorageError(5, "cannot bring it to stable storage: Input/output error", os.fsdecode(path))

    monkeypatch.setattr(_core, "sync_file", failing)
    before = layer.get_mag(1).read()
    with pytest.raises(StorageError, match="stable storage"):
        layer.get_mag(1).compress()
    np.testing.assert_array_equal(layer.get_mag(1).read(), before)
    assert not layer.get_mag(1).info.compression_mode
