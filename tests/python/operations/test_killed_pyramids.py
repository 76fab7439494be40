"""Mags made of mags: whatever ends the work, half a mag is never seen, and what is done is not done again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from support.image_files import voxels
from support.tree import snapshot
from voxbrick import (
    AlreadyExistsError,
    BoundingBox,
    Dataset,
    InvalidArgumentError,
    Layer,
    Mag,
    NameTakenError,
    View,
    VoxbrickError,
)
from voxbrick.operations import mags
from voxbrick.operations.pyramid import FillShard
from voxbrick.volume.mag_array import MagArray


@pytest.fixture(params=["wkw", "zarr3"])
def layer(request: pytest.FixtureRequest, tmp_path: Path) -> Layer:
    """Mag 1 with noise; mag 2 has eight shards, mag 4 one."""
    dataset = Dataset(tmp_path / "dataset", (1, 1, 1))
    layer = dataset.add_layer("color", "color", data_format=request.param)
    layer.add_mag(1, 16, 2, compress=True).write(voxels((1, 128, 128, 128)))
    return layer


class PowerCutError(VoxbrickError):
    """What ends the work in these tests."""


class Fills:
    """Counts shards that are filled, and ends the work when there were enough."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self.done: list[tuple[Mag, int]] = []
        self.enough = -1
        fill = FillShard.__call__

        def counted(job: FillShard, chunk: tuple[View, int]) -> None:
            if len(self.done) == self.enough:
                raise PowerCutError("the power is cut")
            fill(job, chunk)
            self.done.append((chunk[0].mag, chunk[1]))

        patched.setattr(FillShard, "__call__", counted)

    def cut_after(self, count: int, work: Callable[[], None]) -> None:
        self.done.clear()
        self.enough = count
        with pytest.raises(PowerCutError):
            work()
        self.enough = -1
        self.done.clear()


@pytest.fixture
def fills(monkeypatch: pytest.MonkeyPatch) -> Fills:
    return Fills(monkeypatch)


def _folders(layer: Layer) -> list[str]:
    return sorted(path.name for path in layer.path.iterdir() if path.is_dir())


def _isotropic(layer: Layer, **options: Any) -> None:
    layer.downsample(coarsest_mag=4, sampling_mode="isotropic", **options)


def test_a_mag_appears_when_it_is_complete(layer: Layer, fills: Fills) -> None:
    fills.cut_after(8, lambda: _isotropic(layer, from_mag=1))
    assert list(layer.mags) == [Mag(1), Mag(2)]
    fills.cut_after(0, lambda: layer.downsample_mag(1, 8))
    assert _folders(layer) == ["1", "2"]


def test_what_is_done_is_not_done_again(layer: Layer, fills: Fills) -> None:
    fills.cut_after(5, lambda: _isotropic(layer, from_mag=1, resume=True))
    assert list(layer.mags) == [Mag(1)]
    assert _folders(layer) == [".2.partial", "1"]
    _isotropic(layer, from_mag=1, resume=True)
    assert [mag for mag, _ in fills.done] == [Mag(2)] * 3 + [Mag(4)]
    assert _folders(layer) == ["1", "2", "4"]
    fills.done.clear()
    _isotropic(layer, from_mag=1, resume=True)
    assert fills.done == []
    with pytest.raises(NameTakenError):
        _isotropic(layer, from_mag=1)


def test_other_memory_may_be_given(layer: Layer, fills: Fills) -> None:
    """Less of it is what helps where a worker died for lack of memory."""
    fills.cut_after(5, lambda: _isotropic(layer, from_mag=1, resume=True))
    _isotropic(layer, from_mag=1, resume=True, memory=1 << 18)
    assert [mag for mag, _ in fills.done] == [Mag(2)] * 3 + [Mag(4)]


def test_without_resume_it_begins_anew(layer: Layer, fills: Fills) -> None:
    fills.cut_after(5, lambda: _isotropic(layer, resume=True))
    _isotropic(layer)
    assert len(fills.done) == 9
    assert _folders(layer) == ["1", "2", "4"]


def test_old_mags_stay_until_new_ones_are_complete(layer: Layer, fills: Fills) -> None:
    _isotropic(layer)
    before = layer.get_mag(2).read()
    layer.get_mag(1).write(255 - layer.get_mag(1).read())
    fills.cut_after(5, lambda: layer.redownsample(resume=True))
    assert_array_equal(layer.get_mag(2).read(), before)
    fills.cut_after(3, lambda: layer.redownsample(resume=True))  # with mag 2, but without mag 4
    after = layer.get_mag(2).read()
    assert (after != before).any()
    layer.redownsample(resume=True)
    assert [mag for mag, _ in fills.done] == [Mag(4)]
    layer.redownsample()
    assert_array_equal(layer.get_mag(2).read(), after)
    assert _folders(layer) == ["1", "2", "4"]


def test_voxels_outside_the_box_do_not_outlive_it(layer: Layer) -> None:
    _isotropic(layer)
    layer.bounding_box = BoundingBox((0, 0, 0), (33, 33, 33))
    layer.redownsample()
    whole = layer.get_mag(2).read(absolute_offset=(0, 0, 0), size=(128, 128, 128))
    assert not whole[:, 17:].any()
    assert whole[:, :17, :17, :17].any()


@pytest.mark.parametrize("resume", [True, False])
def test_a_death_before_the_properties_are_written(
    layer: Layer, fills: Fills, monkeypatch: pytest.MonkeyPatch, resume: bool
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(mags, "adopt", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            layer.downsample_mag(1, 2, resume=True)
    assert (list(layer.mags), _folders(layer)) == ([Mag(1)], [".2.partial", "1", "2"])
    layer.downsample_mag(1, 2, resume=resume)
    assert len(fills.done) == (8 if resume else 16)
    assert (list(layer.mags), _folders(layer)) == ([Mag(1), Mag(2)], ["1", "2"])


@pytest.mark.parametrize("coarsest_mag", [2, 4])
def test_a_death_after_the_properties_were_written(layer: Layer, coarsest_mag: int) -> None:
    """What is left to do is done by whoever comes next, whichever mags are asked for."""
    layer.downsample(coarsest_mag=2, sampling_mode="isotropic")
    expected = snapshot(layer.path)
    partial = layer.path / ".2.partial"
    (partial / "done").mkdir(parents=True)
    (partial / "lock").touch()
    if layer.data_format == "zarr3":
        (layer.path / "zarr.json").write_text('{"zarr_format": 3, "node_type": "group", "attributes": {}}')
    layer.downsample(coarsest_mag=coarsest_mag, sampling_mode="isotropic", resume=True)
    if coarsest_mag == 4:
        layer.delete_mag(4)
    assert snapshot(layer.path) == expected


def test_other_work_is_not_taken_up(layer: Layer, fills: Fills) -> None:
    fills.cut_after(5, lambda: layer.downsample_mag(1, 2, resume=True))
    with pytest.raises(InvalidArgumentError, match="is other work"):
        layer.downsample_mag(1, 2, "max", resume=True)
    layer.get_mag(1).write(np.ones((32, 32, 32), np.uint8), absolute_offset=(0, 0, 0))
    with pytest.raises(InvalidArgumentError, match="is other work"):
        layer.downsample_mag(1, 2, resume=True)


def test_folders_of_others_are_no_place_for_a_mag(layer: Layer) -> None:
    (layer.path / "2").mkdir()
    (layer.path / "2" / "thesis.txt").touch()
    with pytest.raises(AlreadyExistsError, match="is there already"):
        layer.downsample_mag(1, 2)
    assert (layer.path / "2" / "thesis.txt").exists()


def test_upsampling_is_taken_up_too(layer: Layer, fills: Fills) -> None:
    _isotropic(layer)
    expected = layer.get_mag(2).read().repeat(2, 1).repeat(2, 2).repeat(2, 3)
    layer.delete_mag(1)
    fills.cut_after(9, lambda: layer.upsample(2, resume=True))
    assert _folders(layer) == [".1.partial", "2", "4"]
    layer.upsample(2, resume=True)
    assert len(fills.done) == 64 - 9
    assert_array_equal(layer.get_mag(1).read(), expected)


@pytest.mark.parametrize("resume", [True, False])
def test_voxels_are_on_disk_before_they_are_recorded(
    layer: Layer, monkeypatch: pytest.MonkeyPatch, resume: bool
) -> None:
    """Only who takes work up again believes the record, so only then it has to be true after a power cut."""
    write, durably = MagArray.write, list[bool]()

    def spy(array: MagArray, box: Any, made: Any, *, durable: bool = False) -> None:
        durably.append(durable)
        write(array, box, made, durable=durable)

    monkeypatch.setattr(MagArray, "write", spy)
    _isotropic(layer, from_mag=1, resume=resume)
    layer.delete_mag(1)
    layer.upsample(2, resume=resume)
    assert durably == [resume] * (8 + 1 + 64)
