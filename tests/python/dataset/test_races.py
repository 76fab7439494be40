"""Processes that add, take and delete the same things at the same time."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.datasets import small_mag
from voxbrick import AlreadyExistsError, Dataset, DatasetExistsError, Layer, NameTakenError
from voxbrick.dataset import dataset as dataset_module
from voxbrick.operations import layers, mags

WORKERS = 8
ROUNDS = 4
FORK = multiprocessing.get_context("fork")


@pytest.fixture(scope="module")
def crew() -> Iterator[Callable[..., list[Any]]]:
    """Lets a function run in all workers at once; an error is a result like any other."""
    barrier = FORK.Barrier(WORKERS)
    with ProcessPoolExecutor(WORKERS, FORK, initializer=_wait_at, initargs=(barrier,)) as executor:
        yield lambda function, *arguments: list(
            executor.map(_together, [(function, arguments, worker) for worker in range(WORKERS)])
        )


_barrier: Any = None


def _wait_at(barrier: Any) -> None:
    global _barrier
    _barrier = barrier


def _together(job: tuple[Callable[..., Any], tuple[Any, ...], int]) -> Any:
    function, arguments, worker = job
    _barrier.wait(60)
    try:
        return function(*arguments, worker)
    except Exception as error:
        return error


def add_mag(path: Path, worker: int) -> int:
    mag = small_mag(Dataset.open(path).get_layer("color"), 1)
    mag.write(np.full((3, 3, 3), worker + 1, np.uint8))
    return worker + 1


def test_who_loses_leaves_the_mag_of_the_winner(crew: Callable[..., list[Any]], tmp_path: Path) -> None:
    for attempt in range(ROUNDS):
        dataset = Dataset(tmp_path / str(attempt), (1, 1, 1))
        dataset.add_layer("color", "color")
        results = crew(add_mag, dataset.path)
        [winner] = [result for result in results if isinstance(result, int)]
        assert sum(isinstance(result, NameTakenError) for result in results) == WORKERS - 1
        assert (Dataset.open(dataset.path).get_layer("color").get_mag(1).read() == winner).all()


def test_who_loses_late_leaves_the_mag_of_the_winner(layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Dataset.open(layer.dataset.path).get_layer("color")
    change = layer._change

    def late(*arguments: Any) -> None:
        small_mag(other, 1).write(np.ones((3, 3, 3), np.uint8))
        change(*arguments)

    monkeypatch.setattr(layer, "_change", late)
    with pytest.raises(NameTakenError):
        small_mag(layer, 1)
    assert other.get_mag(1).read().all()


def add_layer(path: Path, worker: int) -> int:
    small_mag(Dataset.open(path).add_layer("color", "color"), 1).write(np.ones((3, 3, 3), np.uint8))
    return worker


def test_who_loses_leaves_the_layer_of_the_winner(crew: Callable[..., list[Any]], dataset: Dataset) -> None:
    results = crew(add_layer, dataset.path)
    assert sum(isinstance(result, NameTakenError) for result in results) == WORKERS - 1
    assert Dataset.open(dataset.path).get_layer("color").get_mag(1).read().all()


def get_or_add(path: Path, worker: int) -> str:
    layer = Dataset.open(path).get_or_add_layer("color", "color")
    mag = layer.get_or_add_mag(1, 8, 2)
    mag.write(np.full((16, 16, 16), worker + 1, np.uint8), absolute_offset=(16 * worker, 0, 0))
    return mag.name


def test_get_or_add_is_for_all(crew: Callable[..., list[Any]], dataset: Dataset) -> None:
    assert crew(get_or_add, dataset.path) == ["1"] * WORKERS
    found = Dataset.open(dataset.path).get_layer("color").get_mag(1).read()
    assert found[0, ::16, 0, 0].tolist() == list(range(1, WORKERS + 1))


def test_get_or_add_with_an_object_that_knows_nothing_of_it(dataset: Dataset) -> None:
    other = Dataset.open(dataset.path)
    layer = dataset.add_layer("color", "color")
    found = other.get_or_add_layer("color", "color")
    assert found.name == "color"
    layer.add_mag(1)
    assert found.get_or_add_mag(1).name == "1"


def create(path: Path, worker: int) -> str:
    return Dataset(path, (1, 1, 1), "brain", exist_ok=True).name


def test_one_makes_the_dataset_and_all_get_it(crew: Callable[..., list[Any]], tmp_path: Path) -> None:
    for attempt in range(ROUNDS):
        assert crew(create, tmp_path / str(attempt)) == ["brain"] * WORKERS


def test_a_dataset_that_others_make_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "dataset"
    path.mkdir()
    (path / ".datasource-properties.json.tmp").touch()
    Dataset(path, (1, 1, 1), "brain")
    monkeypatch.setattr(dataset_module, "is_new", lambda path: True)
    assert Dataset(path, (1, 1, 1), exist_ok=True).name == "brain"
    with pytest.raises(DatasetExistsError, match="exist_ok=True opens it"):
        Dataset(path, (1, 1, 1))


def test_a_layer_that_others_add_while_it_is_deleted(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_mag(dataset.add_layer("color", "color"), 1)
    (dataset.path / ".color.01234567.deleted").mkdir()

    def late(path: Path) -> None:
        mag = small_mag(Dataset.open(dataset.path).add_layer("color", "color"), 1)
        mag.write(np.ones((3, 3, 3), np.uint8))
        delete(path)

    delete = layers.delete_put_away
    monkeypatch.setattr(layers, "delete_put_away", late)
    dataset.delete_layer("color")
    assert Dataset.open(dataset.path).get_layer("color").get_mag(1).read().all()
    assert not [path for path in dataset.path.iterdir() if path.name.endswith(".deleted")]


def test_a_mag_that_others_add_while_it_is_deleted(layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    small_mag(layer, 1)

    def late(path: Path) -> None:
        mag = small_mag(Dataset.open(layer.dataset.path).get_layer("color"), 1)
        mag.write(np.ones((3, 3, 3), np.uint8))
        delete(path)

    delete = mags.delete_put_away
    monkeypatch.setattr(mags, "delete_put_away", late)
    layer.delete_mag(1)
    assert Dataset.open(layer.dataset.path).get_layer("color").get_mag(1).read().all()
    assert not [path for path in layer.path.iterdir() if path.name.endswith(".deleted")]


class TestRenaming:
    @pytest.fixture
    def homeless(self, layer: Layer) -> Layer:
        layer.path.rename(layer.path.with_name("elsewhere"))
        return layer

    def test_a_refused_name_moves_no_folder_of_others(self, homeless: Layer) -> None:
        stranger = homeless.dataset.path / "stranger"
        stranger.mkdir()
        with pytest.raises(AlreadyExistsError, match="stranger"):
            homeless.name = "stranger"
        assert stranger.is_dir()
        assert not homeless.path.exists()
        assert Dataset.open(homeless.dataset.path).get_layer("color")

    def test_without_a_folder(self, homeless: Layer) -> None:
        homeless.name = "other"
        assert list(Dataset.open(homeless.dataset.path).layers) == ["other"]
        homeless.dataset.delete_layer("other")
        assert (homeless.dataset.path / "elsewhere").is_dir()

    def test_to_the_same_name(self, layer: Layer) -> None:
        layer.name = "color"
        assert layer.path.is_dir()

    def test_is_taken_back_if_it_cannot_be_saved(self, layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: Any) -> None:
            raise OSError("disk full")

        monkeypatch.setattr("voxbrick.metadata.properties_file.replace_text", fail)
        for change in (lambda: setattr(layer, "name", "other"), lambda: layer.dataset.delete_layer("color")):
            with pytest.raises(OSError, match="disk full"):
                change()
            assert layer.name == "color"
            assert layer.path.is_dir()
