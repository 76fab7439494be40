"""Executors that are handed numbers as their workers get free."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeAlias

from voxbrick.dataset._errand import Errand, Job, opened, packed
from voxbrick.errors import InvalidArgumentError
from voxbrick.utils import add_note


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

    def __init__(self, executor: Any, errand: Errand) -> None:
        super().__init__(executor, packed(errand))
        context = getattr(executor, "_mp_context", None)
        self._runs_main = context is not None and context.get_start_method() != "fork"
        if self._runs_main:
            _check_main()

    def stop(self, futures: list[Future[Any]]) -> None:
        wait(futures)

    def hint(self) -> str:
        if not self._runs_main:
            return ""
        return (
            ", or could not begin: it runs the main script again, which has to start its work under "
            "`if __name__ == '__main__':`"
        )


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


def pool_of(executor: Any, errand: Errand) -> Pool | None:
    """None if the executor is not one that numbers can be handed to one by one."""
    from voxbrick._executors import ClusterCalls
    from voxbrick.dataset._on_dask import DaskPool, is_client

    if is_client(executor):
        return DaskPool(executor, errand)
    if isinstance(executor, ProcessPoolExecutor):
        return ProcessPool(executor, errand)
    if isinstance(executor, (ThreadPoolExecutor, ClusterCalls)):
        return Pool(executor, errand)
    # The futures of clusters can be waited for by nobody but their executors.
    if hasattr(executor, "map_to_futures") or not hasattr(executor, "submit"):
        return None
    return Pool(executor, errand)


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
