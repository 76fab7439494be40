"""Chunks on executors of every kind."""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier, current_thread
from typing import Any

import numpy as np
import pytest

import voxbrick
from support import chunk_functions
from support.datasets import noise, small_mag
from voxbrick import Dataset, InvalidArgumentError, MagView, View, WorkerError
from voxbrick.utils import named_partial

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning", "ignore:.*fork")

DATA = noise(40, 24, 20)
"""Three by two by two files."""


def needs(package: str) -> Any:
    missing = importlib.util.find_spec(package) is None
    return pytest.mark.skipif(missing, reason=f"the package {package} is not installed")


def of_cluster_tools(kind: str) -> Any:
    import cluster_tools

    return cluster_tools.get_executor(kind)


def dask_client() -> Any:
    pytest.importorskip("distributed", reason="the package distributed is not installed")
    return voxbrick.get_executor("dask", 2)


class OnlyTheCalls:
    """An executor with nothing but what is relied on, that is done in its own order."""

    def map_to_futures(self, function: Callable[[Any], Any], args: Any) -> list[Future[Any]]:
        futures = []
        for arg in args:
            future: Future[Any] = Future()
            try:
                future.set_result(function(arg))
            except Exception as error:
                future.set_exception(error)
            futures.append(future)
        return futures

    @staticmethod
    def as_completed(futures: list[Future[Any]]) -> Iterator[Future[Any]]:
        return reversed(futures)

    def __enter__(self) -> OnlyTheCalls:
        return self

    def __exit__(self, *error: object) -> None:
        pass


EXECUTORS: dict[str, Callable[[], Any]] = {
    "sequential": lambda: voxbrick.get_executor("sequential"),
    "threads": lambda: voxbrick.get_executor("threads", 3),
    "spawn": lambda: voxbrick.get_executor("processes", 2),
    "fork": lambda: ProcessPoolExecutor(2, get_context("fork")),
    "threads_of_python": lambda: ThreadPoolExecutor(2),
    "only_the_calls": OnlyTheCalls,
    "dask": dask_client,
    "cluster_sequential": lambda: of_cluster_tools("sequential"),
    "cluster_pickling": lambda: of_cluster_tools("sequential_with_pickling"),
    "cluster_multiprocessing": lambda: of_cluster_tools("multiprocessing"),
}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=needs("cluster_tools") if name.startswith("cluster") else ())
        for name in EXECUTORS
    ],
)
def executor(request: pytest.FixtureRequest) -> Iterator[Any]:
    with EXECUTORS[request.param]() as made:
        yield made
    gc.collect()


@pytest.fixture
def mag(dataset: Dataset) -> MagView:
    mag = small_mag(dataset.add_layer("color", "color"), 1, compress=True)
    mag.write(DATA)
    return mag


def test_all_calls_give_what_they_give_here(mag: MagView, executor: Any) -> None:
    expected = mag.map_chunk(chunk_functions.sum_of)
    assert mag.map_chunk(chunk_functions.sum_of, executor=executor) == expected
    mag.for_each_chunk(chunk_functions.add_one, executor=executor)
    np.testing.assert_array_equal(mag.read()[0], DATA + 1)
    mag2 = small_mag(mag.layer, 2)
    mag.for_zipped_chunks(chunk_functions.halve, mag2, executor=executor)
    np.testing.assert_array_equal(mag2.read()[0], DATA[::2, ::2, ::2] + 1)
    other = small_mag(mag.layer.dataset.add_layer("other", "color"), 1)
    other.write(DATA + 1)
    assert mag.content_is_equal(other, executor=executor)
    other.write(np.zeros((1, 1, 1), np.uint8), absolute_offset=(39, 23, 19))
    assert not mag.content_is_equal(other, executor=executor)


def test_errors_name_the_chunk(mag: MagView, executor: Any) -> None:
    with pytest.raises(ZeroDivisionError, match="on purpose") as caught:
        mag.for_each_chunk(chunk_functions.fail_at_two, executor=executor, on_error="finish")
    assert any(note.startswith("in chunk 2 of 12, Bound") for note in caught.value.__notes__)


def test_checkpoints(mag: MagView, executor: Any, tmp_path: Path) -> None:
    (tmp_path / "marks").mkdir()
    work = named_partial(chunk_functions.leave_a_mark, folder=tmp_path / "marks")
    for _ in range(2):
        mag.for_each_chunk(work, executor=executor, checkpoint=tmp_path / "progress", progress_desc="marking")
    marks = {mark.name: mark.read_text() for mark in (tmp_path / "marks").iterdir()}
    assert marks == dict.fromkeys(map(str, range(12)), "done\n")


def test_a_chunk_may_have_chunks_on_the_same_threads(mag: MagView) -> None:
    """They are worked on by the thread that asks: if all waited for each other, none would work."""
    expected = sum(number for _, number in mag.map_chunk(chunk_functions.sum_of))
    with Patient(2) as executor:

        def sum_of_all(_: View) -> int:
            return sum(number for _, number in mag.map_chunk(chunk_functions.sum_of, executor=executor))

        assert mag.map_chunk(sum_of_all, executor=executor) == [expected] * 12


class Hesitant(set[Any]):
    """So that threads are at work before the pool knows them."""

    def add(self, element: Any) -> None:
        time.sleep(0.05)
        super().add(element)


class Patient(ThreadPoolExecutor):
    """Refuses what would be waited for in vain: a job that one of its own threads hands out."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self._threads = Hesitant()

    def submit(self, *arguments: Any, **keywords: Any) -> Future[Any]:
        with self._shutdown_lock:
            assert current_thread() not in self._threads
        return super().submit(*arguments, **keywords)


# -- what is left out ------------------------------------------------------------------------------


class Counting(ThreadPoolExecutor):
    """Knows how many jobs it was given."""

    def __init__(self) -> None:
        super().__init__(1)
        self.jobs = 0

    def submit(self, *arguments: Any, **keywords: Any) -> Future[Any]:
        self.jobs += 1
        return super().submit(*arguments, **keywords)


def test_an_error_or_a_difference_stops_the_rest(mag: MagView) -> None:
    view = mag.get_view(read_only=True)
    chunks = len(list(view.chunk(8, 8)))

    def fail_at_ten(args: Any) -> None:
        if args[1] == 10:
            raise ZeroDivisionError

    with Counting() as executor, pytest.raises(ZeroDivisionError):
        view.for_each_chunk(fail_at_ten, 8, executor)
    assert executor.jobs < 20 < chunks
    zeros = small_mag(mag.layer.dataset.add_layer("zeros", "color", bounding_box=mag.bounding_box), 1)
    with Counting() as executor:
        assert not mag.content_is_equal(zeros, executor=executor)
    assert executor.jobs < 12


# -- executors of unknown kinds --------------------------------------------------------------------


class Wrapped:
    """An executor that does not tell how many workers it has."""

    def __init__(self, workers: int) -> None:
        self._threads = ThreadPoolExecutor(workers)

    def submit(self, *arguments: Any) -> Future[Any]:
        return self._threads.submit(*arguments)


def test_workers_that_are_not_told_of_have_work_too(mag: MagView) -> None:
    everyone = Barrier(12)
    mag.for_each_chunk(lambda args: everyone.wait(timeout=60), executor=Wrapped(12))


class Lossy:
    """An executor that ends before all is done."""

    def map_to_futures(self, function: Callable[[Any], Any], args: Any) -> list[Future[Any]]:
        with ThreadPoolExecutor(1) as threads:
            return [threads.submit(function, arg) for arg in args]

    @staticmethod
    def as_completed(futures: list[Future[Any]]) -> Any:
        return iter(futures[:3])


def test_lost_chunks_are_no_success(mag: MagView) -> None:
    with pytest.raises(WorkerError, match="ended after 3 of 12 chunks"):
        mag.for_each_chunk(chunk_functions.add_one, executor=Lossy())
    with pytest.raises(WorkerError, match="ended after 3 of 12 chunks"):
        mag.content_is_equal(mag, executor=Lossy())


class Forgetful(OnlyTheCalls):
    def map_to_futures(self, function: Callable[[Any], Any], args: Any) -> list[Future[Any]]:
        return super().map_to_futures(function, args)[:3]


def test_futures_that_are_missing_are_no_success(mag: MagView) -> None:
    with pytest.raises(WorkerError, match="took 12 chunks, and gave 3 futures"):
        mag.map_chunk(chunk_functions.sum_of, executor=Forgetful())


def test_clients_of_dask_that_cannot_be_used(mag: MagView) -> None:
    distributed = pytest.importorskip("distributed", reason="the package distributed is not installed")
    here = {"n_workers": 1, "processes": False, "dashboard_address": "127.0.0.1:0"}

    async def use() -> None:
        async with distributed.Client(asynchronous=True, **here) as client:
            mag.map_chunk(chunk_functions.sum_of, executor=client)

    with pytest.raises(
        InvalidArgumentError, match="is asynchronous; give a client whose calls need no await"
    ):
        asyncio.run(use())
    with distributed.Client(**here) as client:
        pass
    with pytest.raises(InvalidArgumentError, match="which is closed; make a new client"):
        mag.map_chunk(chunk_functions.sum_of, executor=client)


@pytest.mark.parametrize("executor", [ThreadPoolExecutor, "threads", 5, object()])
def test_what_is_no_executor(mag: MagView, executor: Any) -> None:
    for call in (mag.for_each_chunk, mag.map_chunk):
        with pytest.raises(InvalidArgumentError, match=r"the executor is .*; give what get_executor\(\)"):
            call(pytest.fail, executor=executor)
    with pytest.raises(InvalidArgumentError, match="the executor is"):
        mag.content_is_equal(mag, executor=executor)
