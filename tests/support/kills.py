"""Commands of voxbrick in processes of their own, which are killed at any moment."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from random import Random
from typing import Literal

import psutil

from support.limits import TIMEOUT

Whom = Literal["driver", "worker"]


def start(*command: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "voxbrick", *map(str, command)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def finish(*command: object) -> float:
    """The seconds that a command takes, which has to succeed."""
    begin = time.monotonic()
    assert start(*command).wait(TIMEOUT) == 0
    return time.monotonic() - begin


def kill_sometime(random: Random, seconds: float, whom: Whom, *command: object) -> None:
    """Starts a command that takes about so long, and kills it or one of its workers on the way.

    It may have ended by itself before, or may not have begun.
    """
    process = start(*command)
    time.sleep(random.uniform(0.3, 1) * seconds)
    victims = _workers(process) if whom == "worker" else []
    with suppress(psutil.Error):  # it may have ended by itself
        (random.choice(victims) if victims else psutil.Process(process.pid)).kill()
    process.wait(TIMEOUT)


def _workers(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The processes of the pool; none if the work is done already, or not begun."""
    workers = []
    with suppress(psutil.Error):
        for child in psutil.Process(process.pid).children(recursive=True):
            if "spawn_main" in " ".join(child.cmdline()):
                workers.append(child)
    return workers
