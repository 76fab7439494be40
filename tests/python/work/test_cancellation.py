"""After an error, or a difference, nothing begins any more, and nothing goes on behind one's back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

import voxbrick
from support import chunk_functions
from support.datasets import noise, small_mag
from voxbrick import Dataset, MagView, View
from voxbrick.utils import named_partial

pytestmark = pytest.mark.filterwarnings(
    r"ignore:\[WARNING\]:UserWarning", "ignore:.*fork", "ignore:The Dask executor is deprecated"
)


class AllAtOnce:
    """An executor that takes all jobs at once, as those of clusters do, and keeps count of them."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(1)
        self.begun = 0

    def map_to_futures(self, function: Callable[[Any], Any], args: Any) -> list[Future[Any]]:
        def counted(arg: Any) -> Any:
            self.begun += 1
            time.sleep(0.05)  # so that who waits has a chance to call off what follows
            return function(arg)

        return [self._threads.submit(counted, arg) for arg in args]

    as_completed = staticmethod(as_completed)

    def __enter__(self) -> AllAtOnce:
        return self

    def __exit__(self, *error: object) -> None:
        self._threads.shutdown()


def dask_client() -> Any:
    pytest.importorskip("distributed", reason="the package distributed is not installed")
    return voxbrick.get_executor("dask", 2)


@contextmanager
def dask_of_cluster_tools() -> Iterator[Any]:
    """It starts a process for each job, which workers that are daemons may not do."""
    dask = pytest.importorskip("dask", reason="the package distributed is not installed")
    tools = pytest.importorskip("cluster_tools", reason="the package cluster_tools is not installed")
    with dask.config.set({"distributed.worker.daemon": False}), dask_client() as client:
        yield tools.DaskExecutor(client)


EXECUTORS: dict[str, Callable[[], Any]] = {
    "threads": lambda: ThreadPoolExecutor(2),
    "processes": lambda: ProcessPoolExecutor(2, get_context("fork")),
    "dask": dask_client,
    "dask_of_cluster_tools": dask_of_cluster_tools,
    "all_at_once": AllAtOnce,
}


@pytest.fixture
def view(dataset: Dataset) -> View:
    mag = small_mag(dataset.add_layer("color", "color"), 1)
    mag.write(noise(40, 24, 20))
    return mag.get_view(read_only=True)


def marks(folder: Path, what: str) -> set[str]:
    return {mark.name.removesuffix(what) for mark in folder.glob(f"*{what}")}


@pytest.mark.parametrize("kind", EXECUTORS)
def test_an_error_ends_the_work(view: View, kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "marks"
    folder.mkdir()
    work = named_partial(chunk_functions.fail_at_three_or_take_long, folder=folder)
    with EXECUTORS[kind]() as executor:
        with pytest.raises(ZeroDivisionError):
            view.for_each_chunk(work, 8, executor)
        begun, ended = marks(folder, " begins"), marks(folder, " ends")
        assert begun - ended == {"3"}
    assert marks(folder, " begins") == begun
    assert len(begun) < 12 < len(list(view.chunk(8, 8)))


def test_a_difference_ends_the_comparison(view: View, dataset: Dataset) -> None:
    zeros = small_mag(dataset.add_layer("zeros", "color", bounding_box=view.bounding_box), 1)
    with AllAtOnce() as executor:
        assert not view.content_is_equal(zeros, executor=executor)
        begun = executor.begun
    assert executor.begun == begun < 12


@pytest.fixture
def mag(dataset: Dataset) -> Iterator[MagView]:
    layer = dataset.add_layer("many", "color", bounding_box=voxbrick.BoundingBox((0, 0, 0), (1600,) * 3))
    return small_mag(layer, 1)


class Measured(ProcessPoolExecutor):
    """Knows how many bytes it was sent."""

    def __init__(self) -> None:
        super().__init__(1, get_context("fork"))
        self.sizes: list[int] = []

    def submit(self, *arguments: Any) -> Future[Any]:
        import pickle

        self.sizes.append(len(pickle.dumps(arguments)))
        return super().submit(*arguments)


def test_a_chunk_of_many_is_sent_as_few_bytes(mag: MagView) -> None:
    part = mag.get_view(absolute_offset=(0, 0, 0), size=(64, 16, 16))
    with Measured() as executor:
        part.for_each_chunk(named_partial(chunk_functions.add_one), executor=executor)
    assert len(executor.sizes) == 4
    assert max(executor.sizes) <= 1024
