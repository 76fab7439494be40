"""How far a long job is: a bar on a terminal, a line now and then in a log."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from rich.console import Console
from rich.filesize import pick_unit_and_suffix
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

LINE_EVERY = 10.0
"""Seconds between two lines in a log."""


@contextmanager
def progress(
    label: str, total: int, unit: str = " voxels", unit_bytes: int | None = None
) -> Iterator[Callable[[int], None]]:
    """Gives a function to call with the units that were done since its last call.

    With the bytes of a unit, the speed is told in bytes.
    """
    console = Console(stderr=True)
    shown = _Shown(total, unit, unit_bytes)
    if not console.is_terminal:
        lines = _Lines(label, shown)
        yield lines.advance
        lines.finish()
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        _Amounts(shown),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.advance(task, done)


class _Shown(NamedTuple):
    """What is counted, and how it is written."""

    total: int
    unit: str
    unit_bytes: int | None

    def text(self, done: float, rate: float) -> str:
        """What is done, of how much, and how fast."""
        speed = _amount(rate, self.unit) if self.unit_bytes is None else _amount(rate * self.unit_bytes, "B")
        part = 100 * int(done) // max(self.total, 1)
        return f"{_amount(done, self.unit)} of {_amount(self.total, self.unit)} ({part} %), {speed}/s"


def _amount(number: float, unit: str) -> str:
    """As people write it: "1.5 GB"."""
    factor, prefix = pick_unit_and_suffix(int(number), ["", "k", "M", "G", "T", "P", "E"], 1000)
    return f"{number / factor:,.{0 if factor == 1 else 1}f} {prefix}{unit}"


class _Amounts(ProgressColumn):
    def __init__(self, shown: _Shown) -> None:
        super().__init__()
        self._shown = shown

    def render(self, task: Task) -> Text:
        return Text(self._shown.text(task.completed, task.speed or 0))


class _Lines:
    """Prints a plain line every few seconds, and one at the end."""

    def __init__(self, label: str, shown: _Shown) -> None:
        self._label = label
        self._shown = shown
        self._done = 0
        self._shown_done = 0
        self._begin = self._last = time.monotonic()

    def advance(self, done: int) -> None:
        self._done += done
        if self._done == self._shown.total or time.monotonic() - self._last >= LINE_EVERY:
            self._print()

    def finish(self) -> None:
        """Sizes that are rounded may add up to less than the total."""
        if self._done != self._shown_done:
            self._print()

    def _print(self) -> None:
        self._last = time.monotonic()
        self._shown_done = self._done
        rate = self._done / max(self._last - self._begin, 1e-9)
        left = (self._shown.total - self._done) / max(rate, 1e-9)
        line = f"{self._label}: {self._shown.text(self._done, rate)}, {left:.0f} s left"
        print(line, file=sys.stderr, flush=True)


def get_rich_progress() -> Progress:
    """A bar with percentage, elapsed and remaining time."""
    return Progress(
        "[progress.description]{task.description}",
        BarColumn(),
        "[progress.percentage]{task.percentage:>3.0f}%",
        TimeElapsedColumn(),
        "|",
        TimeRemainingColumn(),
    )
