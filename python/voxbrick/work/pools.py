"""Executors that are handed numbers as their workers get free."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Future,
    ThreadPoolExecutor,
    as_completed,
    wait,
)
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from threading import Condition
from types import TracebackType
from typing import Any, NamedTuple, TypeAlias, TypeVar
from weakref import finalize

from voxbrick._support import add_note
from voxbrick.array import num_threads
from voxbrick.errors import InvalidArgumentError
from voxbrick.work.shipping import Job, RemoteJob, SpilledJob, opened


class Outcome(NamedTuple):
    """What became of the job with a number: a result, unless there is an error."""

    number: int
    result: Any
    error: Exception | None


Outcomes: TypeAlias = Generator[Outcome, None, None]


def outcome_of(number: int, result: Callable[[], Any]) -> Outcome:
    try:
        return Outcome(number, opened(result()), None)
    except Exception as error:
        return Outcome(number, None, error)


class Pool:
    """An executor and how it is dealt with: here one of threads, or of an unknown kind."""

    ahead = 4
    """Jobs per worker that are begun or wait, so that none is ever idle."""

    def __init__(self, executor: Any, job: Job) -> None:
        self.executor = executor
        self.job = job

    def room(self) -> int:
        """How many jobs are handed out at a time."""
        return self.ahead * (getattr(self.executor, "_max_workers", None) or _most_workers())

    def submit(self, number: int) -> Future[Any]:
        """The future of a job; one that has failed already if the workers are gone."""
        try:
            future: Future[Any] = self.executor.submit(self.job, number)
        except BrokenExecutor as error:
            future = Future()
            future.set_exception(error)
        return future

    def stop(self, futures: list[Future[Any]]) -> None:
        """Cancels what has not begun, and waits for the rest."""
        if any(map(is_broken, futures)):
            wait(futures)  # the pool itself ends them, and would stumble over what others cancel
        else:
            wait([future for future in futures if not future.cancel()])

    def hint(self) -> str:
        """What else may have happened if not even the first job came to its end."""
        return ""


class ProcessPool(Pool):
    """A pool of processes.

    Half of its jobs are in the pipe to the workers, beyond recall. To cancel the others is
    dangerous: the thread that manages the pool dies of it if a worker dies at the same time, and
    then the program never ends. So no others are handed out, and none is cancelled.
    """

    ahead = 2

    def __init__(self, executor: Any, job: Job) -> None:
        folder = Path(tempfile.mkdtemp(prefix="voxbrick-job-"))
        self._remove = finalize(self, _remove_folder, folder, os.getpid())
        super().__init__(executor, RemoteJob(SpilledJob.of(job, folder)))
        context = getattr(executor, "_mp_context", None)
        self._runs_main = context is not None and context.get_start_method() != "fork"
        if self._runs_main:
            _check_main()

    def stop(self, futures: list[Future[Any]]) -> None:
        wait(futures)
        self._remove()

    def hint(self) -> str:
        if not self._runs_main:
            return ""
        return (
            ", or could not begin: it runs the main script again, which has to start its work under "
            "`if __name__ == '__main__':`"
        )


def _remove_folder(folder: Path, process: int) -> None:
    if os.getpid() == process:  # and not in a worker that was forked meanwhile
        shutil.rmtree(folder, ignore_errors=True)


def _check_main() -> None:
    main = sys.modules["__main__"]
    file = getattr(main, "__file__", None)
    if getattr(main, "__spec__", None) is None and file is not None and not Path(file).exists():
        raise InvalidArgumentError(
            f"worker processes run the main script again, and there is no file {file}; put the script "
            "into a file, or use get_executor('threads')"
        )


def _most_workers() -> int:
    """For executors that keep it to themselves."""
    return max(32, 4 * (os.cpu_count() or 1))


def streamed(pool: Pool, numbers: Sequence[int]) -> Outcomes:
    waiting = iter(numbers)
    running: dict[Future[Any], int] = {}
    done: SimpleQueue[Future[Any]] = SimpleQueue()
    hint = pool.hint()
    try:
        while True:
            for number in islice(waiting, max(pool.room() - len(running), 0)):
                future = pool.submit(number)
                running[future] = number
                future.add_done_callback(done.put)
            if not running:
                return
            future = done.get()
            outcome = outcome_of(running[future], future.result)
            _name_lost(outcome.error, running.values(), hint)
            if not isinstance(outcome.error, BrokenExecutor):
                hint = ""
            yield outcome
            del running[future]
    finally:
        pool.stop(list(running))


def is_broken(future: Future[Any]) -> bool:
    """Whether a future failed because all workers of the pool are gone."""
    return future.done() and not future.cancelled() and isinstance(future.exception(), BrokenExecutor)


def _name_lost(error: Exception | None, numbers: Iterable[int], hint: str) -> None:
    if isinstance(error, BrokenExecutor):
        cause = f"a worker died, maybe for lack of memory{hint}"
        add_note(error, f"{cause}; chunks not finished: {listed(numbers)}")


def listed(numbers: Iterable[int]) -> str:
    """Some of the numbers, in their order."""
    ordered = sorted(numbers)
    return ", ".join(map(str, ordered[:20])) + (" ..." if len(ordered) > 20 else "")


# -- threads ---------------------------------------------------------------------------------------
#
# Threads that share a list of work, of which none is at work any more when it is over.

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

    def __enter__(self) -> Crew:
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
