"""What the tests do with chunks; processes import it by name."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from threading import Lock, Timer
from typing import Any

import numpy as np

from voxbrick import View


def add_one(args: tuple[View, int]) -> str:
    view, _ = args
    view.write(view.read() + 1)
    return "dropped"


def sum_of(view: View) -> tuple[tuple[int, ...], int]:
    return tuple(view.bounding_box.topleft), int(view.read().sum(dtype=np.int64))


def halve(args: tuple[View, View, int]) -> None:
    source, target, _ = args
    assert source.read_only
    target.write(source.read()[:, ::2, ::2, ::2])


def copy(args: tuple[View, View, int]) -> None:
    source, target, _ = args
    target.write(source.read())


def fail_at_two(args: tuple[View, int]) -> None:
    view, number = args
    if number == 2:
        raise ZeroDivisionError("on purpose")
    view.write(view.read() + 1)


def leave_a_mark(args: tuple[View, int], folder: Path, die_at: int | None = None) -> None:
    """Writes the number into the chunk and a file.

    The worker is killed first where that is asked, unless there is a file ``healthy`` next to the folder.
    """
    view, number = args
    if number == die_at and not (folder.parent / "healthy").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    view.write(np.full_like(view.read(), number + 1))
    with (folder / str(number)).open("a") as mark:
        mark.write("done\n")


def fail_at_three_or_take_long(args: tuple[View, int], folder: Path) -> None:
    """Leaves a file when it begins, and one when it ends."""
    _, number = args
    (folder / f"{number} begins").touch()
    if number == 3:
        raise ZeroDivisionError("on purpose")
    time.sleep(0.2)
    (folder / f"{number} ends").touch()


def raise_what_cannot_be_pickled(view: View) -> None:
    raise ZeroDivisionError(Lock())


def give_what_cannot_be_pickled(view: View) -> Any:
    return Lock()


class NoNumber:
    def __reduce__(self) -> tuple[Any, ...]:
        return int, ("no number",)


def raise_what_cannot_be_unpickled(view: View) -> None:
    raise ZeroDivisionError(NoNumber())


def give_what_cannot_be_unpickled(view: View) -> Any:
    return NoNumber()


class Abort(BaseException):
    """No `Exception`."""


def raise_what_is_no_exception(view: View) -> None:
    raise Abort(NoNumber())


def leave(view: View) -> None:
    sys.exit(7)


def keep_the_lock_and_die_later() -> None:
    """As a worker that is killed while it takes its next work, at a moment when no other one takes some."""
    assert sys._getframe(1).f_locals["call_queue"]._rlock.acquire(timeout=10)
    Timer(2, os.kill, (os.getpid(), signal.SIGKILL)).start()


class SentObject:
    """Something large that is bound to a function; leaves a line whenever it is unpickled."""

    def __init__(self, log: Path, size: int) -> None:
        self.log = log
        self.data = bytes(size)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        with self.log.open("a") as log:
            log.write(f"{os.getpid()}\n")


def use_object(args: tuple[View, int], sent: SentObject) -> None:
    assert len(sent.data) > 0


def name_of_task(view: View) -> str:
    """The name of the task of Dask that this is called in."""
    from distributed import get_worker

    return str(get_worker().get_current_task())
