"""Waiting with a limit: a test that would wait for ever fails, and ends the processes that it started."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer

import numpy as np
import psutil

TIMEOUT = 120
"""Seconds after which a child counts as hanging; pyproject.toml allows a whole test more."""


def wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + TIMEOUT
    while not happened():
        assert time.monotonic() < end, f"waited {TIMEOUT} seconds in vain"
        time.sleep(0.001)


@contextmanager
def killed_after_timeout(process: subprocess.Popen[str]) -> Iterator[None]:
    """Reading what a process prints has no limit of its own; it ends when the process is killed."""
    timer = Timer(TIMEOUT, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class SharedNumber:
    """An integer that processes share through a mapped file.

    Setting and reading it take no lock, unlike those of `multiprocessing.Value`: a process that is killed
    while it holds a lock keeps it for ever.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(8))
        self._path = path
        self._mapped = np.memmap(path, np.int64, "r+", shape=(1,))

    def __reduce__(self) -> tuple[type[SharedNumber], tuple[Path]]:
        return SharedNumber, (self._path,)

    @property
    def value(self) -> int:
        return int(self._mapped[0])

    @value.setter
    def value(self, value: int) -> None:
        self._mapped[0] = value


def end_descendants() -> None:
    """Kills what this process and its children started.

    Forked children print their stacks first, since pytest enables `faulthandler`.
    """
    descendants = psutil.Process().children(recursive=True)
    for process in descendants:
        with suppress(psutil.Error):
            process.send_signal(
                signal.SIGABRT
            )  # forked children print their stacks: pytest enables `faulthandler`
    _, alive = psutil.wait_procs(descendants, timeout=2)
    for process in alive:
        with suppress(psutil.Error):
            process.kill()
