"""Executors of clusters: they take all jobs at once, and only they can wait for them."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from voxbrick.dataset._errand import Errand, unpicklable
from voxbrick.dataset._streamed import Outcomes, is_broken, outcome_of


def mapped(executor: Any, errand: Errand, numbers: Sequence[int]) -> Outcomes:
    running = dict(zip(_futures(executor, errand, numbers), numbers, strict=True))
    try:
        for future in executor.as_completed(list(running)):
            yield outcome_of(running[future], future.result)
            del running[future]
    finally:
        if running and not _is_cluster(executor):
            _stop(executor, list(running))


def cancel_cluster_jobs(executor: Any) -> None:
    """Futures of jobs cannot be cancelled: only an executor that is shut down takes jobs off the cluster."""
    if _is_cluster(executor):
        executor.shutdown(wait=False, cancel_futures=True)


def _is_cluster(executor: Any) -> bool:
    tools = sys.modules.get("cluster_tools")
    return tools is not None and isinstance(executor, tools.ClusterExecutor)


def _futures(executor: Any, errand: Errand, numbers: Sequence[int]) -> Iterable[Any]:
    """The errand is pickled by the executor, which has its own ways with the main script."""
    try:
        futures: Iterable[Any] = executor.map_to_futures(errand, numbers)
    except Exception as error:
        _check_picklable(errand, error)
        raise
    return futures


def _check_picklable(errand: Errand, error: Exception) -> None:
    try:
        pickle.dumps(errand)
    except Exception:
        raise unpicklable(errand.job, error) from error


def _stop(executor: Any, futures: list[Any]) -> None:
    """Cancels what has not begun, and waits for the rest."""
    broken = any(map(is_broken, futures))
    rest = [future for future in futures if not future.done() and (broken or not future.cancel())]
    for _ in executor.as_completed(rest):
        pass
