"""Threads that share a list of work, of which none is at work any more when it is over."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from threading import Condition
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")


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
