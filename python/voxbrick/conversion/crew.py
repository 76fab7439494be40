"""Threads that share a list of work, of which none is at work any more when it is over."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from threading import Condition
from types import TracebackType
from typing import TypeVar

from voxbrick.array import num_threads

T = TypeVar("T")
R = TypeVar("R")


class Crew:
    """Some threads, as a context: leaving it waits for what has begun and drops the rest.

    An executor alone does not keep that promise. If Ctrl-C arrives while it starts a thread, it
    forgets the thread, which goes on. So the work itself says when it begins and ends.
    """

    def __init__(self, size: int) -> None:
        self._pool = ThreadPoolExecutor(size)
        self._changed = Condition()
        self._working = 0
        self._dismissed = False

    def each(self, work: Callable[[T], None], items: Iterable[T]) -> Iterator[T]:
        """Works on all items, and gives each when it is done. The first error ends it."""
        futures = {self._pool.submit(self._do, work, item): item for item in items}
        for future in as_completed(futures):
            future.result()
            yield futures[future]

    def _do(self, work: Callable[[T], None], item: T) -> None:
        self._begin()
        try:
            work(item)
        finally:
            self._end()

    def _begin(self) -> None:
        with self._changed:
            if self._dismissed:
                raise CancelledError
            self._working += 1

    def _end(self) -> None:
        with self._changed:
            self._working -= 1
            self._changed.notify_all()

    def __enter__(self) -> "Crew":
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._changed:
            self._dismissed = True
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._changed.wait_for(lambda: self._working == 0)


def in_parallel(function: Callable[[T], R], items: Sequence[T], workers: int | None = None) -> list[R]:
    """The results of a function for all items, in their order; the first error ends it."""
    workers = min(workers or num_threads(), len(items))
    if workers < 2:
        return [function(item) for item in items]
    results: dict[int, R] = {}

    def work(number: int) -> None:
        results[number] = function(items[number])

    with Crew(workers) as crew:
        for _ in crew.each(work, range(len(items))):
            pass
    return [results[number] for number in range(len(items))]
