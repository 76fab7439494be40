"""What the tests do with chunks; processes import it by name."""

from __future__ import annotations

import os
from pathlib import Path

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
    """Writes the number into the chunk and a file; the worker is killed first where that is asked."""
    view, number = args
    if number == die_at:
        os._exit(9)
    view.write(np.full_like(view.read(), number + 1))
    with (folder / str(number)).open("a") as mark:
        mark.write("done\n")
