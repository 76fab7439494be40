"""Executors that understand both ``submit`` and the calls of a cluster's executor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from typing import Any

from voxbrick.errors import UnsupportedError


class ClusterCalls(Executor):
    """What an executor of ``cluster_tools`` offers beyond that of the standard library."""

    as_completed = staticmethod(as_completed)

    def map_to_futures(self, fn: Callable[[Any], Any], args: Iterable[Any]) -> list[Future[Any]]:
        """One future per argument, in their order."""
        return [self.submit(fn, arg) for arg in args]

    def map_unordered(self, fn: Callable[[Any], Any], args: Iterable[Any]) -> Iterator[Any]:
        """The results as they come."""
        return (future.result() for future in as_completed(self.map_to_futures(fn, args)))


class MultiprocessingExecutor(ClusterCalls, ProcessPoolExecutor):
    """A pool of processes."""


class SequentialExecutor(ClusterCalls):
    """Runs everything at once and here, in the order of submission."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def executor_for(strategy: str, jobs: int | None) -> ClusterCalls:
    """A new executor by the name of its strategy, with so many workers."""
    if strategy == "sequential":
        return SequentialExecutor()
    if strategy == "multiprocessing":
        return MultiprocessingExecutor(jobs)
    raise UnsupportedError(
        f"no executor for the strategy {strategy!r}, there are 'sequential' and 'multiprocessing'; "
        "for a cluster, pass its executor"
    )
