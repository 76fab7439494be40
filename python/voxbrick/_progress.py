"""How far a long job is: a bar on a terminal, a line now and then in a log."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.filesize import pick_unit_and_suffix
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

LINE_EVERY = 10.0
"""Seconds between two lines in a log."""


@contextmanager
def progress(label: str, total: int, unit: str = "B") -> Iterator[Callable[[int], None]]:
    """Gives a function to call with the units, bytes by default, that were done since its last call."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(label, total, unit).advance
        return
    columns = (TextColumn("{task.description}"), BarColumn(), _Amounts(unit), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.advance(task, done)


def _amount(number: float, unit: str) -> str:
    """As people write it: "1.5 GB"."""
    factor, prefix = pick_unit_and_suffix(int(number), ["", "k", "M", "G", "T", "P", "E"], 1000)
    return f"{number / factor:,.{0 if factor == 1 else 1}f} {prefix}{unit}"


class _Amounts(ProgressColumn):
    """What is done, of how much, and how fast."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit

    def render(self, task: Task) -> Text:
        done, total, rate = (
            _amount(number or 0, self._unit) for number in (task.completed, task.total, task.speed)
        )
        return Text(f"{done} of {total}, {rate}/s")


class _Lines:
    """Prints a plain line every few seconds, and one at the end."""

    def __init__(self, label: str, total: int, unit: str) -> None:
        self._label = label
        self._total = total
        self._unit = unit
        self._done = 0
        self._begin = self._last = time.monotonic()

    def advance(self, done: int) -> None:
        self._done += done
        now = time.monotonic()
        if self._done == self._total or now - self._last >= LINE_EVERY:
            self._last = now
            self._print(now - self._begin)

    def _print(self, seconds: float) -> None:
        rate = self._done / max(seconds, 1e-9)
        done, total, speed = (_amount(number, self._unit) for number in (self._done, self._total, rate))
        print(
            f"{self._label}: {done} of {total} ({100 * self._done // self._total} %), {speed}/s, "
            f"{(self._total - self._done) / max(rate, 1e-9):.0f} s left",
            file=sys.stderr,
            flush=True,
        )
