"""What was interrupted is taken up by the same work, and by nothing else."""

from __future__ import annotations

import pickle
import threading
import time
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

import voxbrick
from support.image_files import save_slices, voxels
from support.limits import TIMEOUT
from support.tree import snapshot
from voxbrick import AlreadyExistsError, Dataset, InvalidArgumentError, VoxbrickError
from voxbrick.conversion import plan_conversion
from voxbrick.files.staging import staged


def test_only_what_is_missing_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slices = tmp_path / "slices"
    save_slices(slices, voxels((1, 64, 64, 64)))
    options = {"chunk_shape": 16, "chunks_per_shard": 1, "resume": True, "jobs": 1}
    done: list[int] = []

    def copy_some(self: object, number: int) -> None:
        if len(done) == 2:
            raise VoxbrickError("the power is cut")
        done.append(number)
        original(self, number)

    from voxbrick.conversion.transfer import CopyCell

    original = CopyCell.__call__
    monkeypatch.setattr(CopyCell, "__call__", copy_some)
    with pytest.raises(VoxbrickError, match="power"):
        Dataset.from_images(slices, tmp_path / "out", (1, 1, 1), **options)
    assert not (tmp_path / "out").exists()
    monkeypatch.setattr(
        CopyCell, "__call__", lambda self, number: (done.append(number), original(self, number))
    )
    layer = Dataset.from_images(slices, tmp_path / "out", (1, 1, 1), **options).get_layer("slices")
    assert sorted(done) == list(range(4))
    assert layer.get_mag(1).read().all()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "slices"]


def _interrupt(source: Path, out: Path, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("voxbrick.conversion.transfer.Filling.copy", lambda self, progress: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            plan_conversion(source, out, chunk_shape=(chunk,), resume=True).run()


def test_other_work_is_not_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_slices(tmp_path / "slices", voxels((1, 64, 64, 8)))
    _interrupt(tmp_path / "slices", tmp_path / "out", 8, monkeypatch)
    with pytest.raises(InvalidArgumentError, match="other work"):
        plan_conversion(tmp_path / "slices", tmp_path / "out", chunk_shape=(16,), resume=True).run()


def test_without_resume_everything_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_slices(tmp_path / "slices", voxels((1, 64, 64, 8)))
    _interrupt(tmp_path / "slices", tmp_path / "out", 8, monkeypatch)
    plan_conversion(tmp_path / "slices", tmp_path / "out", chunk_shape=(16,)).run().close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "slices"]


def test_two_at_once_are_one_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voxbrick.files.locking.PATIENCE", 0.1)
    with (
        staged(tmp_path / "out", {}),
        pytest.raises(VoxbrickError, match="another process"),
        staged(tmp_path / "out", {}),
    ):
        pass


def _array(path: Path, value: int) -> None:
    path.mkdir()
    shape = {"shape": (64, 64, 64), "chunk_shape": 32}
    with voxbrick.create_array(path / "array", data_format="zarr3", dtype="uint8", **shape) as array:
        array.write((0, 0, 0), np.full((64, 64, 64), value, np.uint8))


def _rewrite_array(path: Path) -> None:
    with voxbrick.open_array(path / "array", "r+") as array:
        array.write((0, 0, 0), np.full((64, 64, 64), 2, np.uint8))


def _slices(path: Path, seed: int) -> None:
    save_slices(path, voxels((1, 64, 64, 8), seed=seed))


@pytest.mark.parametrize(
    ("make", "name", "change"),
    [
        (lambda path: _slices(path, 1), "", lambda path: _slices(path, 2)),
        (lambda path: _save_npy(path, 1), "v.npy", lambda path: _save_npy(path, 2)),
        (lambda path: _array(path, 1), "array", _rewrite_array),
    ],
    ids=["slices", "file", "array"],
)
def test_a_source_that_was_changed_is_not_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Any, name: str, change: Any
) -> None:
    source = tmp_path / "source"
    make(source)
    _interrupt(source / name, tmp_path / "out", 8, monkeypatch)
    change(source)
    with pytest.raises(InvalidArgumentError, match="other work"):
        plan_conversion(source / name, tmp_path / "out", chunk_shape=(8,), resume=True).run()


def _save_npy(path: Path, value: int) -> None:
    path.mkdir(exist_ok=True)
    np.save(path / "v.npy", np.full((64, 64, 64), value, np.uint8))


def test_work_that_is_done_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_slices(tmp_path / "slices", voxels((1, 64, 64, 8)))

    def make(value: int = 8) -> None:
        plan_conversion(tmp_path / "slices", tmp_path / "array", chunk_shape=(value,), resume=True).run()
        Dataset.from_images(
            tmp_path / "slices", tmp_path / "dataset", (1, 1, 1), chunk_shape=value, resume=True
        )

    make()
    expected = snapshot(tmp_path)
    monkeypatch.setattr("voxbrick.conversion.transfer.Filling.copy", lambda self, progress: 1 / 0)
    make()
    assert snapshot(tmp_path) == expected
    with pytest.raises(AlreadyExistsError):
        make(16)
    assert snapshot(tmp_path) == expected


def test_what_other_work_left_behind_is_not_taken_for_this(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who wrote the destination died before all else was gone."""
    for value in (1, 2):
        np.save(tmp_path / f"{value}.npy", np.full((8, 8, 8), value, np.uint8))
    with monkeypatch.context() as patched:
        patched.setattr("voxbrick.files.staging.clear", lambda destination: None)
        plan_conversion(tmp_path / "1.npy", tmp_path / "out", resume=True).run().close()
    with pytest.raises(AlreadyExistsError):
        plan_conversion(tmp_path / "2.npy", tmp_path / "out", resume=True).run()
    plan = plan_conversion(tmp_path / "2.npy", tmp_path / "out", resume=True, overwrite=True)
    with plan.run() as array:
        assert (array.read((0, 0, 0, 0), (1, 8, 8, 8)) == 2).all()


def test_a_destination_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    plans = []
    for value in (1, 2):
        np.save(tmp_path / f"{value}.npy", np.full((8, 8, 8), value, np.uint8))
        plans.append(plan_conversion(tmp_path / f"{value}.npy", tmp_path / "out"))
    plans[0].run().close()
    with pytest.raises(AlreadyExistsError):
        plans[1].run()
    with voxbrick.open_array(tmp_path / "out") as array:
        assert (array.read((0, 0, 0, 0), (1, 8, 8, 8)) == 1).all()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.npy", "2.npy", "out"]


def test_who_waited_for_a_lock_looks_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first removes the folder with the lock for which the second waits."""
    monkeypatch.setattr("voxbrick.files.locking.PATIENCE", 2)
    waiting = threading.Event()
    seen: list[bool] = []

    def second() -> None:
        waiting.set()
        with staged(tmp_path / "out", {}):
            seen.append((tmp_path / "out").exists())
            with pytest.raises(AlreadyExistsError), staged(tmp_path / "out", {}):
                pass

    thread = threading.Thread(target=second)
    with staged(tmp_path / "out", {}) as stage:
        thread.start()
        assert waiting.wait(TIMEOUT)
        time.sleep(0.2)
        stage.data.mkdir()
        stage.finish()
    thread.join(TIMEOUT)
    assert seen == [True]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_several_layers_of_one_image_are_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    data = voxels((40, 2, 64, 64))
    tifffile.imwrite(tmp_path / "v.ome.tif", data, metadata={"axes": "ZCYX"}, photometric="minisblack")
    dataset = Dataset(tmp_path / "ds", (1, 1, 1))

    def add() -> None:
        dataset.add_layer_from_images(
            tmp_path / "v.ome.tif",
            "x",
            allow_multiple_layers=True,
            chunk_shape=32,
            chunks_per_shard=1,
            jobs=1,
            resume=True,
        )

    done: list[int] = []
    from voxbrick.conversion.transfer import CopyCell

    original = CopyCell.__call__

    def copy_some(self: Any, number: int) -> None:
        if len(done) == limit:
            raise VoxbrickError("the power is cut")
        done.append(number)
        original(self, number)

    with monkeypatch.context() as patched:
        patched.setattr(CopyCell, "__call__", copy_some)
        with pytest.raises(VoxbrickError, match="power"):
            add()
    add()
    assert list(dataset.layers) == ["x__channel0", "x__channel1"]
    for channel, layer in enumerate(dataset.layers.values()):
        np.testing.assert_array_equal(layer.get_mag(1).read()[0], data[:, channel].T)


def test_jobs_are_sent_once(tmp_path: Path) -> None:
    """Tasks are small, however many slices there are."""
    slices = tmp_path / "slices"
    save_slices(slices, voxels((1, 16, 16, 40)))
    sizes: list[int] = []

    class Measuring(Executor):
        def submit(self, function: Any, /, *args: Any, **keywords: Any) -> Future[Any]:
            sizes.append(len(pickle.dumps((function, args, keywords))))
            future: Future[Any] = Future()
            future.set_result(function(*args, **keywords))
            return future

    plan_conversion(slices, tmp_path / "out", chunk_shape=(8,)).run(executor=Measuring()).close()
    assert max(sizes) < 500
    assert [path.name for path in (tmp_path / "out").iterdir() if path.suffix == ".pickle"] == []
