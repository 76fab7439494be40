"""Processes that fork in the middle of everything: beside threads that read, and inside of a write."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import voxbrick
from support.limits import TIMEOUT
from support.small_arrays import SHAPE
from support.torture import rounds

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]

FORKS = rounds(50, 2000)
LARGE = (1, 512, 512, 256)
ORIGIN = (0, 0, 0, 0)


def _forked(action: Callable[[], None]) -> int:
    """The exit status of a child that does it: 0 unless it throws."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.alarm(int(TIMEOUT))
            action()
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


@contextmanager
def _read_all_the_time(array: voxbrick.Array) -> Iterator[None]:
    stop = Event()

    def read() -> None:
        while not stop.is_set():
            array.read(ORIGIN, (2, 8, 8, 8))

    threads = [Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(TIMEOUT)


@pytest.mark.torture
def test_children_of_a_process_that_reads_use_its_arrays(
    filled, volume, record_property: Callable[[str, object], None]
) -> None:
    record_property("forks", FORKS)

    def use() -> None:
        assert_array_equal(filled.read(ORIGIN, SHAPE), volume)
        filled.write((0, 16, 8, 8), volume[:, 16:, 8:, 8:])

    with _read_all_the_time(filled):
        assert [_forked(use) for _ in range(FORKS)] == [0] * FORKS
    assert_array_equal(filled.read(ORIGIN, SHAPE), volume)


def test_a_signal_handler_that_forks_leaves_the_write_to_the_parent(filled, volume, tmp_path: Path) -> None:
    array = voxbrick.create_array(
        tmp_path / "large",
        dtype=np.uint8,
        data_format="zarr3",
        shape=LARGE,
        chunk_shape=32,
        shard_shape=LARGE[1],
    )
    voxels = np.random.default_rng(0).integers(1, 9, LARGE, np.uint8)
    children: list[int] = []

    def fork(*_: object) -> None:
        if not children:
            children.append(os.fork())

    before = signal.signal(signal.SIGALRM, fork)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    code = 1
    try:
        while not children:
            array.write(ORIGIN, voxels)
    except voxbrick.CancelledError:
        if children == [0]:
            assert_array_equal(filled.read(ORIGIN, SHAPE), volume)
            code = 0
    finally:
        if children == [0]:
            os._exit(code)
        signal.signal(signal.SIGALRM, before)
    assert os.waitpid(children[0], 0)[1] == 0
    assert_array_equal(array.read(ORIGIN, LARGE), voxels)


def test_children_of_a_thread_heed_their_signals(tmp_path: Path) -> None:
    """The thread that forks is the main thread of the child."""
    array = voxbrick.create_array(
        tmp_path / "large",
        dtype=np.uint8,
        data_format="zarr3",
        shape=LARGE,
        chunk_shape=32,
        shard_shape=LARGE[1],
    )
    voxels = np.random.default_rng(0).integers(1, 9, LARGE, np.uint8)

    class InterruptedTestError(Exception):
        pass

    def interrupt(*_: object) -> None:
        raise InterruptedTestError

    def write_until_interrupted() -> None:
        signal.signal(signal.SIGALRM, interrupt)
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(InterruptedTestError):
            array.write(ORIGIN, voxels)

    codes: list[int] = []

    def fork() -> None:
        array.read(ORIGIN, (1, 8, 8, 8))
        codes.append(_forked(write_until_interrupted))

    thread = Thread(target=fork)
    thread.start()
    thread.join(TIMEOUT)
    assert codes == [0]
