"""Arrays laid out anew: no voxel changes, nothing is lost, little memory is needed."""

from __future__ import annotations

import json
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from support.datasets import noise, small_mag
from support.limits import TIMEOUT
from voxbrick import (
    AlreadyExistsError,
    BoundingBox,
    Dataset,
    InvalidArgumentError,
    Mag,
    MagView,
    NotFoundError,
    StorageError,
    create_array,
)
from voxbrick.cli import app
from voxbrick.conversion import budget
from voxbrick.operations import rewrite
from voxbrick.volume.mag_array import MagArray

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

DATA = noise(40, 24, 28)


class TestFillValues:
    """What was never written reads as before."""

    @pytest.fixture(params=[7, -0.0, float("nan")])
    def filled(self, request: pytest.FixtureRequest, dataset: Dataset) -> MagView:
        """One chunk is written, and the box reaches beyond the array."""
        dtype = np.uint8 if request.param == 7 else np.float32
        box = BoundingBox((0, 0, 0), (80, 64, 64))
        layer = dataset.add_layer("color", "color", None, dtype, data_format="zarr3", bounding_box=box)
        create_array(
            layer.path / "1",
            data_format="zarr3",
            dtype=dtype,
            shape=(1, 70, 64, 64),
            axes=("c", "x", "y", "z"),
            chunk_shape=(1, 16, 16, 16),
            shard_shape=(1, 32, 32, 32),
            fill_value=request.param,
            compress=False,
        ).close()
        mag = layer.add_mag_for_existing_files(1)
        mag.write(np.full((16, 16, 16), 9, dtype), absolute_offset=(0, 0, 0))
        return mag

    def assert_same(self, before: np.ndarray, after: MagView) -> None:
        assert after.read().tobytes() == before.tobytes()

    @pytest.mark.parametrize("how", [{"compress": True}, {"chunk_shape": 32, "shard_shape": 64}])
    def test_rechunk(self, filled: MagView, how: dict[str, Any]) -> None:
        before = filled.read()
        filled.rechunk(**how)
        self.assert_same(before, filled)
        assert len(list(filled.get_bounding_boxes_on_disk())) == 1

    @pytest.mark.parametrize("data_format", [None, "zarr", "wkw"])
    def test_copy_dataset(self, tmp_path: Path, filled: MagView, data_format: str | None) -> None:
        layout = {"chunk_shape": 8, "chunks_per_shard": 1 if data_format == "zarr" else 4}
        copy = filled.layer.dataset.copy_dataset(tmp_path / "copy", data_format=data_format, **layout)
        self.assert_same(filled.read(), copy.get_layer("color").get_mag(1))

    def test_the_command_line(self, tmp_path: Path, filled: MagView) -> None:
        if filled.info.voxel_type == np.float32 and not np.isnan(filled.read()).any():
            pytest.skip("conversions leave out boxes of -0.0")
        arguments = ["copy", str(filled.layer.dataset.path), str(tmp_path / "copy")]
        assert CliRunner().invoke(app, arguments).exit_code == 0
        self.assert_same(filled.read(), Dataset.open(tmp_path / "copy").get_layer("color").get_mag(1))


class TestMemory:
    def sizes_read(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        read, sizes = MagArray.read, list[int]()

        def spy(array: MagArray, box: Any) -> Any:
            voxels = read(array, box)
            sizes.append(voxels.nbytes)
            return voxels

        monkeypatch.setattr(MagArray, "read", spy)
        monkeypatch.setattr(budget, "PIECE_BYTES", 2048)
        return sizes

    @pytest.mark.parametrize("chunk", [4, 8, 32])
    def test_shards_are_copied_in_pieces(
        self, mag1: MagView, monkeypatch: pytest.MonkeyPatch, chunk: int
    ) -> None:
        mag1.write(DATA, absolute_offset=(3, 5, 7))
        sizes = self.sizes_read(monkeypatch)
        mag1.rechunk(chunk_shape=chunk, shard_shape=64)
        assert max(sizes) <= max(2048, chunk**3)
        np.testing.assert_array_equal(mag1.read()[0], DATA)

    def test_pieces_are_whole_blocks_of_the_new_array(
        self, mag1: MagView, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mag1.write(DATA, absolute_offset=(3, 5, 7))
        write, boxes = MagArray.write, []

        def spy(array: MagArray, box: Any, voxels: Any, **options: Any) -> None:
            boxes.append(box)
            write(array, box, voxels, **options)

        monkeypatch.setattr(MagArray, "write", spy)
        monkeypatch.setattr(budget, "PIECE_BYTES", 2048)
        mag1.rechunk(chunk_shape=4, shard_shape=64)
        assert len(boxes) > 10
        assert all(box == box.align_with_mag(8, ceil=True) for box in boxes)
        assert sum(box.volume() for box in boxes) == 48 * 32 * 48

    def test_pieces_are_in_memory_one_at_a_time(self, mag1: MagView, monkeypatch: pytest.MonkeyPatch) -> None:
        mag1.write(DATA)
        read, pieces = MagArray.read, list[weakref.ref[np.ndarray]]()

        def spy(array: MagArray, box: Any) -> Any:
            assert all(piece() is None for piece in pieces)
            voxels = read(array, box)
            pieces.append(weakref.ref(voxels))
            return voxels

        monkeypatch.setattr(MagArray, "read", spy)
        monkeypatch.setattr(budget, "PIECE_BYTES", 2048)
        mag1.rechunk(chunk_shape=4, shard_shape=64)
        assert len(pieces) > 10

    def test_merging(self, mag1: MagView, monkeypatch: pytest.MonkeyPatch) -> None:
        mag1.write(DATA)
        overlay = mag1.layer.dataset.add_layer_like(mag1.layer, "overlay").add_mag(1, 8, 8)
        overlay.write(DATA + 1)
        sizes = self.sizes_read(monkeypatch)
        mag1.merge_with_view(overlay)
        assert max(sizes) <= 2048
        np.testing.assert_array_equal(mag1.read()[0], DATA + 1)


@pytest.mark.parametrize("offset", [(0, 0, 0), (64, 0, 0)])
def test_what_others_write_meanwhile_is_not_lost(
    mag1: MagView, monkeypatch: pytest.MonkeyPatch, offset: tuple[int, int, int]
) -> None:
    mag1.write(DATA)
    other = Dataset.open(mag1.layer.dataset.path).get_layer("color").get_mag(1)

    def late(*arguments: Any, **options: Any) -> None:
        copy(*arguments, **options)
        other.write(np.full((4, 4, 4), 111, np.uint8), absolute_offset=offset)

    copy = rewrite.copy_voxels
    monkeypatch.setattr(rewrite, "copy_voxels", late)
    with pytest.raises(StorageError, match="written while"):
        mag1.rechunk(chunk_shape=4)
    assert (mag1.read(absolute_offset=offset, size=(4, 4, 4)) == 111).all()
    assert mag1.info.chunk_shape == (8, 8, 8)
    assert [path.name for path in mag1.layer.path.iterdir() if path.is_dir()] == ["1"]


DIES = """
import os, sys
from voxbrick import Dataset
from voxbrick.files import staging
renames, rename = [], staging.Path.rename

def dying(path, target):
    if len(renames) == int(sys.argv[2]):
        os._exit(9)
    renames.append(rename(path, target))

staging.Path.rename = dying
Dataset.open(sys.argv[1]).get_layer("color").get_mag(1).rechunk(chunk_shape=4)
"""


class TestKilled:
    @pytest.fixture(params=["before", "between"])
    def killed(self, mag1: MagView, request: pytest.FixtureRequest) -> MagView:
        """Its rewriting died before or between the two renames."""
        mag1.write(DATA)
        renames = "1" if request.param == "between" else "0"
        script = [sys.executable, "-c", DIES, mag1.layer.dataset.path, renames]
        assert subprocess.run(script, timeout=TIMEOUT).returncode == 9
        assert mag1.path.exists() is (request.param == "before")
        return mag1

    def folders(self, mag: MagView) -> list[str]:
        return [path.name for path in mag.layer.path.iterdir() if path.is_dir()]

    def test_the_next_use_finds_the_mag(self, killed: MagView) -> None:
        opened = Dataset.open(killed.layer.dataset.path).get_layer("color").get_mag(1)
        np.testing.assert_array_equal(opened.read()[0], DATA)

    def test_the_next_rewriting_clears_up(self, killed: MagView) -> None:
        opened = Dataset.open(killed.layer.dataset.path).get_layer("color").mags[Mag(1)]
        opened.rechunk(chunk_shape=4)
        assert self.folders(killed) == ["1"]
        assert opened.info.chunk_shape == (4, 4, 4)
        np.testing.assert_array_equal(opened.read()[0], DATA)

    @pytest.mark.parametrize("killed", ["between"], indirect=True)
    def test_reading_only_says_what_happened(self, killed: MagView) -> None:
        before = self.folders(killed)
        layer = Dataset.open(killed.layer.dataset.path, read_only=True).get_layer("color")
        with pytest.raises(NotFoundError, match="interrupted"):
            layer.get_mag(1)
        assert self.folders(killed) == before


def test_old_files_that_a_killed_compression_left(mag1: MagView) -> None:
    mag1.write(DATA)
    mag1.compress()
    left = mag1.layer.path / ".1.partial"
    (left / "old").mkdir(parents=True)
    mag1.compress()
    assert not left.exists()
    np.testing.assert_array_equal(mag1.read()[0], DATA)


def test_what_is_empty_is_not_written(mag1: MagView, monkeypatch: pytest.MonkeyPatch) -> None:
    mag1.write(DATA[:4, :4, :4], absolute_offset=(40, 40, 40))
    written: list[Any] = []
    monkeypatch.setattr(MagArray, "write", lambda array, box, voxels, **options: written.append(box))
    monkeypatch.setattr(budget, "PIECE_BYTES", 512)
    mag1.rechunk(chunk_shape=4, shard_shape=64)
    assert written == [BoundingBox((40, 40, 40), (8, 8, 8))]


def test_the_properties_know_the_new_files(dataset: Dataset) -> None:
    mag = small_mag(dataset.add_layer("color", "color"), 1)
    mag.rechunk(chunk_shape=16, shard_shape=64)
    saved = json.loads((dataset.path / "datasource-properties.json").read_text())
    assert saved["dataLayers"][0]["wkwResolutions"] == [{"resolution": [1, 1, 1], "cubeLength": 64}]


class TestCompressingElsewhere:
    def test_what_is_there_already_stays(self, tmp_path: Path, mag1: MagView) -> None:
        mag1.write(DATA)
        mag1.compress(target_path=tmp_path / "target")
        with pytest.raises(AlreadyExistsError):
            mag1.compress(target_path=tmp_path / "target")
        assert any((tmp_path / "target" / "color" / "1").iterdir())

    def test_of_two_the_one_who_is_late_takes_nothing_away(
        self, tmp_path: Path, mag1: MagView, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mag1.write(DATA)
        create = rewrite.create_mag_array_like

        def late(source: MagArray, path: Path, *arguments: Any) -> None:
            create(source, path, *arguments)
            create(source, tmp_path / "color" / "1", *arguments)

        monkeypatch.setattr(rewrite, "create_mag_array_like", late)
        with pytest.raises(AlreadyExistsError):
            mag1.compress(target_path=tmp_path)
        assert any((tmp_path / "color" / "1").iterdir())
        assert [path.name for path in (tmp_path / "color").iterdir()] == ["1"]


class TestRefused:
    """Nothing has changed afterwards."""

    @pytest.fixture
    def odd(self, mag1: MagView) -> MagView:
        """Of a type that does not fit, far away."""
        mag1.write(DATA)
        layer = mag1.layer.dataset.add_layer("odd", "color", None, "uint16")
        small_mag(layer, 1).write(np.full((3, 3, 3), 300, np.uint16), absolute_offset=(90, 0, 0))
        return layer.get_mag(1)

    def test_merging(self, mag1: MagView, odd: MagView) -> None:
        before = mag1.layer.bounding_box
        coarse = small_mag(mag1.layer, 2)
        channels = mag1.layer.dataset.add_layer("rgb", "color", num_channels=3)
        for other in (odd, coarse, mag1.get_view(), small_mag(channels, 1)):
            with pytest.raises(InvalidArgumentError) as caught:
                mag1.merge_with_view(other)  # type: ignore[arg-type]
            assert isinstance(caught.value, AssertionError)
        assert mag1.layer.bounding_box == before
        assert (mag1.read()[0] == DATA).all()

    def test_copies(self, mag1: MagView, odd: MagView) -> None:
        layer, before = mag1.layer, mag1.layer.bounding_box
        layer.delete_mag(1)
        with pytest.raises(InvalidArgumentError, match="uint16"):
            layer.add_copy_mag(odd)
        assert (layer.mags, layer.bounding_box) == ({}, before)
        assert not any(path.is_dir() for path in layer.path.iterdir())
