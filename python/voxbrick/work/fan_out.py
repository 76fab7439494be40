"""Doing one job for many numbers, here or on an executor of any kind.

Numbers are handed out as workers get free, so nothing is as long as the list of all jobs but what
the executor itself keeps. Outcomes come as they are known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from threading import current_thread
from typing import Any, Literal, NoReturn, TypeAlias

from voxbrick._support import add_note
from voxbrick.errors import InvalidArgumentError, WorkerError
from voxbrick.work.cluster import cancel_cluster_jobs, mapped
from voxbrick.work.dask import DaskPool, is_client
from voxbrick.work.executors import ClusterCalls, SequentialExecutor
from voxbrick.work.pools import Outcomes, Pool, ProcessPool, listed, outcome_of, streamed
from voxbrick.work.shipping import Job, RemoteJob

OnError: TypeAlias = Literal["cancel", "finish"]


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
            elif on_error == "cancel":
                give_up(executor, every, error, note(number))
            else:
                add_note(error, note(number))
                errors[number] = error
    if errors:
        raise _first(errors, len(numbers))
    return results


def give_up(executor: Any, every: Outcomes, error: Exception, note: str) -> NoReturn:
    """Raises the error of one number, after the others have come to their end, on whatever executor."""
    add_note(error, note)
    every.close()
    cancel_cluster_jobs(executor)
    raise error


def _first(errors: dict[int, Exception], jobs: int) -> Exception:
    first = errors[min(errors)]
    if len(errors) > 1:
        add_note(first, f"{len(errors)} of {jobs} chunks failed, with the numbers {listed(errors)}")
    return first


def outcomes(job: Job, numbers: Sequence[int], executor: Any) -> Outcomes:
    """What becomes of each number.

    Closing the iterator cancels what has not begun, and waits for what has, so that nothing is
    written afterwards. (The jobs of a cluster that have begun go on: see `give_up`.)
    """
    return _complete(_outcomes(job, numbers, executor), len(numbers))


def _outcomes(job: Job, numbers: Sequence[int], executor: Any) -> Outcomes:
    if executor is None or isinstance(executor, SequentialExecutor) or _is_worker_of(executor):
        return _here(job, numbers)
    if not isinstance(executor, type):
        pool = pool_of(executor, job)
        if pool is not None:
            return streamed(pool, numbers)
        if hasattr(executor, "map_to_futures") and hasattr(executor, "as_completed"):
            return mapped(executor, RemoteJob(job), numbers)
    raise InvalidArgumentError(
        f"the executor is {executor!r}; give what get_executor() makes, an executor of "
        "concurrent.futures or cluster_tools, or a client of Dask"
    )


def _is_worker_of(executor: Any) -> bool:
    """Whether this is one of its own threads: if all of them waited for others, none would be left."""
    if not isinstance(executor, ThreadPoolExecutor):
        return False
    with executor._shutdown_lock:  # held until a thread that was started is listed
        return current_thread() in executor._threads


def _here(job: Job, numbers: Sequence[int]) -> Outcomes:
    for number in numbers:
        yield outcome_of(number, partial(job, number))


def _complete(every: Outcomes, jobs: int) -> Outcomes:
    """Takes no executor at its word that it is done: chunks that are left out look like success."""
    known = 0
    with closing(every):
        for outcome in every:
            known += 1
            yield outcome
    if known != jobs:
        raise WorkerError(f"the executor ended after {known} of {jobs} chunks, and lost the others")


def pool_of(executor: Any, job: Job) -> Pool | None:
    """None if the executor is not one that numbers can be handed to one by one."""
    if is_client(executor):
        return DaskPool(executor, job)
    if isinstance(executor, ProcessPoolExecutor):
        return ProcessPool(executor, job)
    if isinstance(executor, (ThreadPoolExecutor, ClusterCalls)):
        return Pool(executor, RemoteJob(job))
    # The futures of clusters can be waited for by nobody but their executors.
    if hasattr(executor, "map_to_futures") or not hasattr(executor, "submit"):
        return None
    return Pool(executor, RemoteJob(job))
