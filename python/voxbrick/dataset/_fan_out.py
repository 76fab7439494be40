"""Doing one job for many numbers, here or on an executor of any kind.

Numbers are handed out as workers get free, so nothing is as long as the list of all jobs but what
the executor itself keeps. Outcomes come as they are known.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from voxbrick.errors import InvalidArgumentError
from voxbrick.utils import add_note

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

Job: TypeAlias = Callable[[int], Any]
OnError: TypeAlias = Literal["cancel", "finish"]

_AHEAD = 4
"""Jobs that wait for each worker, so that none is ever idle."""


class Outcome(NamedTuple):
    """What became of the job with a number: a result, unless there is an error."""

    number: int
    result: Any
    error: Exception | None


Outcomes: TypeAlias = Generator[Outcome, None, None]


def fan_out(
    job: Job,
    numbers: Sequence[int],
    executor: Any,
    on_error: OnError = "cancel",
    note: Callable[[int], str] = str,
    finished: Callable[[int], None] = lambda number: None,
) -> dict[int, Any]:
    """The results of all jobs by number.

    The first error that is known is raised, and what has not begun is cancelled; or all jobs are
    finished and the error with the smallest number is raised. Errors carry the ``note`` of their
    number, and ``finished`` is told of every success.
    """
    if on_error not in ("cancel", "finish"):
        raise InvalidArgumentError(f"on_error is {on_error!r}; give 'cancel' or 'finish'")
    results: dict[int, Any] = {}
    errors: dict[int, Exception] = {}
    with closing(outcomes(job, numbers, executor)) as every:
        for number, result, error in every:
            if error is None:
                results[number] = result
                finished(number)
                continue
            add_note(error, note(number))
            if on_error == "cancel":
                _cancel_cluster_jobs(executor)
                raise error
            errors[number] = error
    if errors:
        raise _first(errors, len(numbers))
    return results


def _first(errors: dict[int, Exception], jobs: int) -> Exception:
    first = errors[min(errors)]
    if len(errors) > 1:
        add_note(first, f"{len(errors)} of {jobs} chunks failed, with the numbers {_listed(errors)}")
    return first


def _listed(numbers: dict[int, Any]) -> str:
    some = sorted(numbers)[:20]
    return ", ".join(map(str, some)) + (" ..." if len(some) < len(numbers) else "")


def outcomes(job: Job, numbers: Sequence[int], executor: Any) -> Outcomes:
    """What becomes of each number. Closing the iterator cancels what has not begun."""
    if executor is None:
        return _here(job, numbers)
    from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

    from voxbrick._executors import ClusterCalls, SequentialExecutor

    if isinstance(executor, SequentialExecutor):
        return _here(job, numbers)
    if isinstance(executor, ProcessPoolExecutor):
        _check_picklable(job)
    if _is_dask_client(executor):
        threads = sum(executor.nthreads().values())
        return _streamed(job, numbers, executor.get_executor(pure=False), threads)
    pools = (ProcessPoolExecutor, ThreadPoolExecutor, ClusterCalls)
    if hasattr(executor, "map_to_futures") and not isinstance(executor, pools):
        return _mapped(job, numbers, executor)
    return _streamed(job, numbers, executor, getattr(executor, "_max_workers", None) or 1)


def _is_dask_client(executor: Any) -> bool:
    dask = sys.modules.get("distributed")
    return dask is not None and isinstance(executor, dask.Client)


def _check_picklable(job: Job) -> None:
    """Says so before anything is begun; the pool would say it of every single chunk."""
    try:
        pickle.dumps(job)
    except Exception as error:
        raise InvalidArgumentError(
            f"{getattr(job, 'func', job)!r} cannot be sent to another process ({error}); define the "
            "function at the top of a module, and give it parameters with named_partial(), not with lambda"
        ) from error


def _here(job: Job, numbers: Sequence[int]) -> Outcomes:
    for number in numbers:
        yield _outcome(number, partial(job, number))


def _outcome(number: int, result: Callable[[], Any]) -> Outcome:
    try:
        return Outcome(number, result(), None)
    except Exception as error:
        return Outcome(number, None, error)


def _mapped(job: Job, numbers: Sequence[int], executor: Any) -> Outcomes:
    """For the executors of clusters, whose futures only they themselves can wait for."""
    futures = executor.map_to_futures(job, numbers)
    number_of = dict(zip(futures, numbers, strict=True))
    for future in executor.as_completed(futures):
        yield _outcome(number_of[future], future.result)


def _cancel_cluster_jobs(executor: Any) -> None:
    """Futures of jobs cannot be cancelled: only an executor that is shut down takes jobs off the cluster."""
    tools = sys.modules.get("cluster_tools")
    if tools is not None and isinstance(executor, tools.ClusterExecutor):
        executor.shutdown(wait=False, cancel_futures=True)


def _streamed(job: Job, numbers: Sequence[int], executor: Executor, workers: int) -> Outcomes:
    from queue import SimpleQueue

    waiting = iter(numbers)
    running: dict[Future[Any], int] = {}
    done: SimpleQueue[Future[Any]] = SimpleQueue()
    try:
        while True:
            for number in islice(waiting, _AHEAD * workers - len(running)):
                future = _submitted(executor, job, number)
                running[future] = number
                future.add_done_callback(done.put)
            if not running:
                return
            future = done.get()
            outcome = _outcome(running[future], future.result)
            _name_lost(outcome.error, running)
            del running[future]
            yield outcome
    finally:
        _stop(running)


def _submitted(executor: Executor, job: Job, number: int) -> Future[Any]:
    """The future of a job; one that has failed already if the workers are gone."""
    from concurrent.futures import BrokenExecutor, Future

    try:
        return executor.submit(job, number)
    except BrokenExecutor as error:
        future: Future[Any] = Future()
        future.set_exception(error)
        return future


def _name_lost(error: Exception | None, running: dict[Future[Any], int]) -> None:
    from concurrent.futures import BrokenExecutor

    if isinstance(error, BrokenExecutor):
        numbers = _listed(dict.fromkeys(running.values()))
        add_note(error, f"a worker died, maybe for lack of memory; chunks not finished: {numbers}")


def _stop(running: dict[Future[Any], int]) -> None:
    """Cancels what has not begun and waits for the rest, so that nothing is written afterwards."""
    from concurrent.futures import wait

    wait([future for future in running if not future.cancel()])
