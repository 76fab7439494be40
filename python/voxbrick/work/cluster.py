"""Executors of clusters: they take all jobs at once, and only they can wait for them.

Their futures cannot be cancelled: the job goes on, and its end finds a future that does not expect it.
Who takes jobs off the cluster behind their back lets them wait for ever for those that never began.
So jobs look for a file before they begin, and return at once if it is there; only after an error
the executor is shut down, which takes all its jobs off the cluster, and itself out of use.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

import attr

from voxbrick.errors import WorkerError
from voxbrick.work.dask import is_future, stop_futures
from voxbrick.work.pools import Outcomes, is_broken, outcome_of
from voxbrick.work.shipping import RemoteJob, unpicklable


def mapped(executor: Any, job: RemoteJob, numbers: Sequence[int]) -> Outcomes:
    job = attr.evolve(job, called_off=_sign_of(executor))
    futures = _futures(executor, job, numbers)
    if len(futures) != len(numbers):
        raise WorkerError(f"the executor took {len(numbers)} chunks, and gave {len(futures)} futures")
    running = dict(zip(futures, numbers, strict=True))
    try:
        for future in executor.as_completed(list(running)):
            yield outcome_of(running[future], future.result)
            del running[future]
    finally:
        if running and _is_cluster(executor):
            _call_off(executor, job)
        elif running:
            _stop(executor, list(running))


def cancel_cluster_jobs(executor: Any) -> None:
    """Takes all jobs of an executor off the cluster, also those that have begun."""
    if _is_cluster(executor):
        executor.shutdown(wait=False, cancel_futures=True)


def _sign_of(executor: Any) -> Path | None:
    """The file that calls off what has not begun, in the folder through which jobs are sent."""
    folder = getattr(executor, "cfut_dir", None)
    return None if folder is None else Path(folder).absolute() / f"called-off.{token_hex(8)}"


def _call_off(executor: Any, job: RemoteJob) -> None:
    if job.called_off is None:
        return
    with suppress(OSError):  # then it is not known, and what nobody wants is done
        job.called_off.touch()
    getattr(executor, "files_to_clean_up", []).append(str(job.called_off))


def _is_cluster(executor: Any) -> bool:
    tools = sys.modules.get("cluster_tools")
    return tools is not None and isinstance(executor, tools.ClusterExecutor)


def _futures(executor: Any, job: RemoteJob, numbers: Sequence[int]) -> list[Any]:
    """The job is pickled by the executor, which has its own ways with the main script."""
    try:
        futures = list(executor.map_to_futures(job, numbers))
    except Exception as error:
        _check_picklable(job, error)
        raise
    return futures


def _check_picklable(job: RemoteJob, error: Exception) -> None:
    try:
        pickle.dumps(job)
    except Exception:
        raise unpicklable(job.job, error) from error


def _stop(executor: Any, futures: list[Any]) -> None:
    """Cancels what has not begun, and waits for the rest."""
    if is_future(futures[0]):
        stop_futures(futures)
        return
    broken = any(map(is_broken, futures))
    rest = [future for future in futures if not future.done() and (broken or not future.cancel())]
    for _ in executor.as_completed(rest):
        pass
