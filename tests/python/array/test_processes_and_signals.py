"""Threads, forked and spawned children, Ctrl-C, the end of the interpreter: nothing hangs or is lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from numpy.testing import assert_array_equal

from support.children import HEEDS_CTRL_C
from support.limits import TIMEOUT, killed_after_timeout
from support.small_arrays import SHAPE, check_all, copy_slab

START_METHODS = multiprocessing.get_all_start_methods()


def _slabs() -> list[tuple[int, int]]:
    """Parts along x that cut chunks and shards."""
    return [(begin, min(begin + 7, 40)) for begin in range(0, 40, 7)]


def test_threads_lose_nothing(filled, create, volume) -> None:
    target = create(name="target")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda slab: copy_slab(filled, target, *slab), _slabs()))
    assert_array_equal(target.read((0, 0, 0, 0), SHAPE), volume)


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.parametrize("method", START_METHODS)
def test_children_lose_nothing(filled, create, volume, method: str) -> None:
    target = create(name="target")
    filled.read((0, 0, 0, 0), SHAPE)
    with ProcessPoolExecutor(3, multiprocessing.get_context(method)) as pool:
        jobs = [pool.submit(copy_slab, filled, target, *slab) for slab in _slabs()]
        for job in jobs:
            job.result(TIMEOUT)
    assert_array_equal(target.read((0, 0, 0, 0), SHAPE), volume)


@pytest.mark.skipif("fork" not in START_METHODS, reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_uses_the_arrays_of_its_parent(filled, volume) -> None:
    before = filled.read((0, 0, 0, 0), SHAPE)
    child = multiprocessing.get_context("fork").Process(target=check_all, args=(filled, before))
    child.start()
    child.join(TIMEOUT)
    assert child.exitcode == 0
    assert_array_equal(before, volume)


def _script(text: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HEEDS_CTRL_C + textwrap.dedent(text), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _end_of(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    try:
        output, complaints = process.communicate(timeout=TIMEOUT)
    finally:
        process.kill()
    return process.returncode, output, complaints


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    with killed_after_timeout(process):
        assert process.stdout.readline() == "ready\n"


READING_FOR_EVER = """
    import sys, threading, time
    import voxbrick
    array = voxbrick.open_array(sys.argv[1])
    def read():
        while True:
            array.read((0, 0, 0, 0), (2, 40, 24, 20))
"""


def test_the_interpreter_may_end_while_threads_read(filled) -> None:
    code, _, complaints = _end_of(
        _script(
            READING_FOR_EVER
            + """
    for _ in range(4):
        threading.Thread(target=read, daemon=True).start()
    time.sleep(0.2)
    """,
            filled.path,
        )
    )
    assert (code, complaints) == (0, "")


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_ctrl_c_stops_a_loop_of_reads(filled) -> None:
    process = _script(READING_FOR_EVER + "\n    print('ready', flush=True)\n    read()", filled.path)
    _wait_until_ready(process)
    process.send_signal(signal.SIGINT)
    code, _, complaints = _end_of(process)
    assert code == -signal.SIGINT
    assert complaints.rstrip().endswith("KeyboardInterrupt")


LONG_WRITE = """
    import sys
    import numpy as np
    import voxbrick
    array = voxbrick.create_array(sys.argv[1], dtype=np.uint64, shard_shape=128)
    voxels = np.random.default_rng(0).integers(0, 2**64, (1, 64, 64, 64), np.uint64)
    everywhere = np.lib.stride_tricks.as_strided(voxels, (1, 4096, 4096, 64), (0, 0, 0, 8))
    print("ready", flush=True)
    array.write((0, 0, 0, 0), everywhere)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_ctrl_c_stops_one_long_write(tmp_path: Path) -> None:
    process = _script(LONG_WRITE, str(tmp_path / "array"))
    _wait_until_ready(process)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    code, _, complaints = _end_of(process)
    assert code == -signal.SIGINT
    assert complaints.rstrip().endswith("KeyboardInterrupt")
    left = [path for path in (tmp_path / "array").rglob("*") if path.is_file()]
    assert {path.suffix for path in left} == {".wkw"}


@pytest.mark.skipif("fork" not in START_METHODS, reason="signals of Unix")
def test_a_worker_that_dies_while_others_are_started_is_not_waited_for() -> None:
    """Whoever is at work by then is ended, and not only who was when it was noticed."""
    script = """
        import multiprocessing.context, os, signal, time
        from concurrent.futures import BrokenExecutor
        from voxbrick import get_executor

        started, start = [], multiprocessing.context.SpawnProcess.start

        def dying(process):
            if len(started) == 1:
                os.kill(started[0].pid, signal.SIGKILL)
                time.sleep(0.5)
            start(process)
            started.append(process)

        multiprocessing.context.SpawnProcess.start = dying
        with get_executor("processes", 3) as executor:
            try:
                jobs = [executor.submit(time.sleep, 0) for _ in range(3)]
                [job.result() for job in jobs]
            except BrokenExecutor:
                print("told")
        """
    assert _end_of(_script(script))[:2] == (0, "told\n")
