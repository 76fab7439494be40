"""Workers that die, that cannot be reached, or whose words cannot be understood."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

import voxbrick
from support import chunk_functions
from support.datasets import noise, small_mag
from support.limits import TIMEOUT
from support.tree import snapshot
from voxbrick import Dataset, InvalidArgumentError, MagView, WorkerError
from voxbrick.utils import named_partial

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning", "ignore:.*fork")

DATA = noise(40, 24, 20)
"""Three by two by two files."""


@pytest.fixture
def mag(dataset: Dataset) -> MagView:
    mag = small_mag(dataset.add_layer("color", "color"), 1, compress=True)
    mag.write(DATA)
    return mag


def pool(workers: int, method: str = "fork") -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, get_context(method))


# -- killed ----------------------------------------------------------------------------------------


class Interrupted:
    """Work that dies with its worker in the middle, and what undisturbed work leaves behind."""

    def __init__(self, mag: MagView, folder: Path) -> None:
        self.mag = mag
        self.folder = folder
        self.undisturbed = small_mag(mag.layer.dataset.add_layer("undisturbed", "color"), 1, compress=True)
        self.undisturbed.write(DATA)
        for name in ("marks", "other_marks"):
            (folder / name).mkdir()
        work = chunk_functions.leave_a_mark
        self.undisturbed.for_each_chunk(named_partial(work, folder=folder / "other_marks"))
        self.work = named_partial(work, folder=folder / "marks", die_at=5)

    def run(self, executor: Any) -> None:
        self.mag.for_each_chunk(self.work, executor=executor, checkpoint=self.folder / "progress")

    def resume(self, executor: Any) -> None:
        (self.folder / "healthy").touch()
        self.run(executor)
        assert snapshot(self.mag.path) == snapshot(self.undisturbed.path)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_killed_work_is_taken_up_again(mag: MagView, tmp_path: Path, method: str) -> None:
    work = Interrupted(mag, tmp_path)
    with pool(1, method) as executor, pytest.raises(BrokenProcessPool) as caught:
        work.run(executor)
    assert "a worker died" in (notes := " ".join(caught.value.__notes__))
    assert " 5, 6" in notes
    with pool(1, method) as executor:
        work.resume(executor)
    assert snapshot(tmp_path / "marks") == snapshot(tmp_path / "other_marks")  # every chunk was done once


@pytest.mark.parametrize("kind", ["fork", "cluster_tools"])
def test_work_of_several_is_taken_up_again(mag: MagView, tmp_path: Path, kind: str) -> None:
    def executor() -> Any:
        if kind == "fork":
            return pool(3)
        tools = pytest.importorskip("cluster_tools", reason="the package cluster_tools is not installed")
        return tools.get_executor("multiprocessing", max_workers=3, start_method="fork")

    work = Interrupted(mag, tmp_path)
    with executor() as workers, pytest.raises(BrokenProcessPool):
        work.run(workers)
    with executor() as workers:
        work.resume(workers)


def test_workers_of_dask_may_be_killed(mag: MagView, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="the package distributed is not installed")
    import dask

    work = Interrupted(mag, tmp_path)
    at_once = dask.config.set({"distributed.scheduler.allowed-failures": 0})
    with at_once, voxbrick.get_executor("dask", 2) as client:
        with pytest.raises(distributed.KilledWorker) as caught:
            work.run(client)
        assert caught.value.__notes__[0].startswith("in chunk ")
        work.resume(client)


def test_a_dead_pool_is_no_hang(mag: MagView, tmp_path: Path) -> None:
    die = named_partial(chunk_functions.leave_a_mark, folder=tmp_path / "marks", die_at=0)
    with pool(1) as executor:
        with pytest.raises(BrokenProcessPool):
            mag.for_each_chunk(die, executor=executor, on_error="finish")
        with pytest.raises(BrokenProcessPool) as caught:
            mag.map_chunk(chunk_functions.sum_of, executor=executor)
    assert any(note.startswith("in chunk 0 of 12") for note in caught.value.__notes__)


KILLED = """
import sys, threading, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from support.chunk_functions import leave_a_mark
from voxbrick import Dataset
from voxbrick.utils import named_partial

class Slow(ProcessPoolExecutor):
    '''A pool whose manager takes its time to tell that a worker died.'''
    def submit(self, *arguments):
        future = super().submit(*arguments)
        future.add_done_callback(lambda future: time.sleep(0.02))
        return future

def executor(kind):
    if kind == "pool":
        return Slow(3, get_context("fork"))
    import cluster_tools
    return cluster_tools.get_executor("multiprocessing", max_workers=2, start_method="fork")

if __name__ == "__main__":
    kind, path = sys.argv[1:]
    mag = Dataset.open(path).get_layer("color").get_mag(1)
    die = named_partial(leave_a_mark, folder=Path(path), die_at=3)
    for _ in range(3):
        try:
            with executor(kind) as workers:
                mag.for_each_chunk(die, 16, workers)
        except Exception as error:
            print(type(error).__name__)
"""


def run_python(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, input=stdin, env=environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )


@pytest.mark.parametrize("kind", ["pool", "cluster_tools"])
def test_the_program_ends_after_a_worker_was_killed(mag: MagView, tmp_path: Path, kind: str) -> None:
    """The manager of a pool must not stumble over cancelled futures: the exit would wait for it."""
    if kind == "cluster_tools":
        pytest.importorskip("cluster_tools", reason="the package cluster_tools is not installed")
    mag.layer.bounding_box = voxbrick.BoundingBox((0, 0, 0), (64, 64, 64))
    (tmp_path / "killed.py").write_text(KILLED)
    done = run_python(str(tmp_path / "killed.py"), kind, str(mag.layer.dataset.path))
    assert done.stdout.split() == ["BrokenProcessPool"] * 3
    assert "InvalidStateError" not in done.stderr
    assert done.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_pool_ends_whenever_a_worker_is_killed(method: str) -> None:
    begin = time.monotonic()
    with voxbrick.get_executor("processes", 2, start_method=method) as executor:
        list(executor.map(time.sleep, (0.5, 0.5)))  # both have started
        other = executor.submit(time.sleep, 1)
        executor.submit(chunk_functions.keep_the_lock_and_die_later).result(TIMEOUT)
        other.result(TIMEOUT)
    assert time.monotonic() - begin > 2


# -- not understood --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (chunk_functions.raise_what_cannot_be_unpickled, r"(?s)cannot be unpickled.*ZeroDivisionError"),
        (chunk_functions.raise_what_cannot_be_pickled, r"(?s)cannot be pickled.*ZeroDivisionError"),
        (chunk_functions.give_what_cannot_be_pickled, "of the type lock cannot be pickled"),
        (chunk_functions.give_what_cannot_be_unpickled, r"cannot be unpickled here: ValueError.*no number"),
        (chunk_functions.raise_what_is_no_exception, r"(?s)cannot be unpickled.*Abort"),
        (chunk_functions.leave, r"called sys.exit\(7\)"),
    ],
)
def test_the_pool_survives_what_cannot_be_passed_on(
    mag: MagView, function: Callable[..., Any], message: str
) -> None:
    with pool(2) as executor:
        with pytest.raises(WorkerError, match=message) as caught:
            mag.map_chunk(function, executor=executor)
        assert caught.value.__notes__[0].startswith("in chunk ")
        assert mag.map_chunk(chunk_functions.sum_of, executor=executor) == mag.map_chunk(
            chunk_functions.sum_of
        )


def test_threads_cannot_end_the_program_either(mag: MagView) -> None:
    with ThreadPoolExecutor(2) as executor, pytest.raises(WorkerError, match=r"sys.exit\(7\)") as caught:
        mag.map_chunk(chunk_functions.leave, executor=executor)
    assert caught.value.__notes__[0].startswith("in chunk ")


# -- not reached -----------------------------------------------------------------------------------


def test_what_cannot_be_sent_is_named_before_anything_begins(mag: MagView) -> None:
    with pool(1) as executor:
        with pytest.raises(InvalidArgumentError, match=r"lambda.*cannot be sent.*named_partial"):
            mag.map_chunk(lambda view: 1, executor=executor)
        assert not executor._processes


def test_executors_that_pickle_name_the_function_too(mag: MagView) -> None:
    tools = pytest.importorskip("cluster_tools", reason="the package cluster_tools is not installed")
    refusal = pytest.raises(InvalidArgumentError, match=r"lambda.*cannot be sent.*named_partial")
    with tools.get_executor("sequential_with_pickling") as executor, refusal:
        mag.map_chunk(lambda view: 1, executor=executor)


SCRIPT = """
import voxbrick
mag = voxbrick.Dataset.open({path!r}).get_layer("color").get_mag(1)
def function(view):
    return 1
try:
    with voxbrick.get_executor("processes", 1) as executor:
        mag.map_chunk(function, executor=executor)
except Exception as error:
    print(type(error).__name__, error, *getattr(error, "__notes__", []))
    raise
"""


def test_functions_of_a_command_cannot_be_imported(mag: MagView) -> None:
    said = run_python("-c", SCRIPT.format(path=str(mag.layer.dataset.path))).stdout
    assert said.startswith("InvalidArgumentError __main__.function cannot be loaded by a worker")
    assert "at the top of a module" in said


def test_a_script_from_a_pipe_cannot_be_run_again(mag: MagView) -> None:
    said = run_python("-", stdin=SCRIPT.format(path=str(mag.layer.dataset.path))).stdout
    assert "put the script into a file" in said


def test_a_script_that_starts_itself_again_is_told(mag: MagView, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT.format(path=str(mag.layer.dataset.path)))
    said = run_python(str(tmp_path / "script.py")).stdout
    assert "BrokenProcessPool" in said
    assert "if __name__ == '__main__'" in said


def test_work_waits_for_the_first_worker_of_dask(mag: MagView) -> None:
    distributed = pytest.importorskip("distributed", reason="the package distributed is not installed")
    zeros = small_mag(mag.layer.dataset.add_layer("zeros", "color", bounding_box=mag.bounding_box), 1)
    options = {"n_workers": 0, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0"}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        later = Timer(0.5, cluster.scale, (1,))
        later.start()
        with pytest.warns(UserWarning, match="no workers at this moment"):
            assert not mag.content_is_equal(zeros, executor=client)
        later.join(TIMEOUT)
        expected = mag.map_chunk(chunk_functions.sum_of)
        assert mag.map_chunk(chunk_functions.sum_of, executor=client) == expected
