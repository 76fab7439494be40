"""How far a long job is: a bar on a terminal, a line now and then in a log."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

LINE_EVERY = 10.0
"""Seconds between two lines in a log."""


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """Gives a function to call with the bytes that were done since its last call."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(label, total).advance
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TransferSpeedColumn(), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.advance(task, done)


class _Lines:
    """Prints a plain line every few seconds, and one at the end."""

    def __init__(self, label: str, total: int) -> None:
        self._label = label
        self._total = total
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
        typer.echo(
            f"{self._label}: {decimal(self._done)} of {decimal(self._total)} "
            f"({100 * self._done // self._total} %), {decimal(int(rate))}/s, "
            f"{(self._total - self._done) / rate:.0f} s left",
            err=True,
        )
