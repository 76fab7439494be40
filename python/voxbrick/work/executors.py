"""Executors by name, with as many workers as this process has threads to give away."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from importlib import import_module
from itertools import count
from multiprocessing import get_context, parent_process
from operator import index
from threading import RLock, Thread
from typing import Any
from weakref import finalize

from voxbrick.array import num_threads, set_num_threads
from voxbrick.errors import InvalidArgumentError, UnsupportedError

_GLANCE = 0.1
"""Seconds between two looks at what may have died."""


class ClusterCalls(Executor):
    """What an executor of ``cluster_tools`` offers beyond that of the standard library."""

    as_completed = staticmethod(as_completed)

    def map_to_futures(self, fn: Callable[[Any], Any], args: Iterable[Any]) -> list[Future[Any]]:
        """One future per argument, in their order."""
        return [self.submit(fn, arg) for arg in args]

    def map_unordered(self, fn: Callable[[Any], Any], args: Iterable[Any]) -> Iterator[Any]:
        """The results as they come."""
        return (future.result() for future in as_completed(self.map_to_futures(fn, args)))


class SequentialExecutor(ClusterCalls):
    """Runs everything at once and here, in the order of submission."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class _EngineThreads:
    """How many threads the engine has beside pools of threads; as before when the last of them ends."""

    def __init__(self) -> None:
        self._lock = RLock()  # pools may be collected as garbage at any moment
        self._pools: dict[int, int] = {}
        self._before = 0

    def lend(self, pool: int, engine_threads: int) -> None:
        with self._lock:
            if not self._pools:
                self._before = num_threads()
            self._pools[pool] = engine_threads
            set_num_threads(min(self._pools.values()))

    def give_back(self, pool: int) -> None:
        with self._lock:
            if self._pools.pop(pool, None) is not None:
                set_num_threads(min(self._pools.values(), default=self._before))


_engine_threads = _EngineThreads()


class ThreadsExecutor(ClusterCalls, ThreadPoolExecutor):
    """A pool of threads, which take over from those of the engine until it is shut down."""

    _numbers = count()

    def __init__(self, workers: int, engine_threads: int) -> None:
        super().__init__(workers)
        number = next(self._numbers)
        _engine_threads.lend(number, engine_threads)
        self._give_back = finalize(self, _engine_threads.give_back, number)
        self._give_back.atexit = False

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait, cancel_futures=cancel_futures)
        self._give_back()


class MultiprocessingExecutor(ClusterCalls, ProcessPoolExecutor):
    """A pool of processes, whose end is not waited for in vain if one of them is killed.

    1. All are started with the first job. The pool of the standard library starts them as jobs come,
       and loses sight of one that it starts while it ends the others.
    2. One that dies while it takes work keeps the lock of all, and the others wait for it for ever. The
       pool of the standard library sees that as long as there is work to do, but not at its end.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._safe_to_dynamically_spawn_children = False

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        manager: Any = self._executor_manager_thread
        processes = self._processes or {}
        super().shutdown(wait=False, cancel_futures=cancel_futures)
        while wait and manager is not None:
            manager.join(_GLANCE)
            workers = list(processes.values())
            if any(worker.exitcode not in (None, 0) for worker in workers):
                for worker in workers:
                    worker.kill()
            if not manager.is_alive():
                return


def workers_of(executor: Any) -> int:
    """How many tasks run at once where memory is shared; 1 where each has a machine of its own."""
    if hasattr(executor, "nthreads"):  # a client of Dask
        return max(int(sum(executor.nthreads().values())), 1)
    return getattr(executor, "_max_workers", None) or 1


def get_executor(kind: str, workers: int | None = None, **options: Any) -> Any:
    """A new executor, to be used in a ``with`` statement.

    However many workers there are, workers times the engine's threads in each are not more than
    `num_threads` here: by default, one worker per core with one thread each.

    Args:
        kind: ``"sequential"``: here, one after the other;
            ``"threads"``: in this process, good for work in numpy and in this package;
            ``"processes"``, also ``"multiprocessing"``: on this machine, good for work in Python;
            ``"dask"``: a client of a new cluster of processes on this machine;
            ``"slurm"`` and what else ``cluster_tools`` knows: an executor of that package.
        workers: how many; clusters know it themselves.
        options: for processes ``start_method``, ``"spawn"`` by default; else what the packages
            ``distributed`` (of a ``LocalCluster``) and ``cluster_tools`` take.

    Raises:
        UnsupportedError: there is no such kind, or the package for it is not installed.
        InvalidArgumentError: ``workers`` is not a whole number from 1 on.
    """
    number = num_threads() if workers is None else _checked(workers)
    make = _MAKERS.get(kind)
    if make is None:
        return _cluster(kind, **options)
    return make(number, max(num_threads() // number, 1), **options)


def _checked(workers: int) -> int:
    try:
        number = index(workers)
    except TypeError:
        number = 0
    if number < 1:
        raise InvalidArgumentError(
            f"an executor has a whole number of workers, at least one, got {workers!r}"
        )
    return number


def _sequential(workers: int, engine_threads: int) -> SequentialExecutor:
    return SequentialExecutor()


def _processes(workers: int, engine_threads: int, start_method: str = "spawn") -> MultiprocessingExecutor:
    return MultiprocessingExecutor(workers, get_context(start_method), _begin_worker, (engine_threads,))


def _begin_worker(engine_threads: int) -> None:
    """Workers end with the process that started them, even if it is killed."""
    set_num_threads(engine_threads)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _dask(workers: int, engine_threads: int, **options: Any) -> Any:
    distributed = _package("distributed", "dask")
    env = {"VOXBRICK_NUM_THREADS": str(engine_threads), **options.pop("env", {})}
    # Without an address its port is 8787, which another cluster on this machine may have.
    defaults = {"threads_per_worker": 1, "dashboard_address": "127.0.0.1:0"}
    return distributed.Client(n_workers=workers, env=env, **{**defaults, **options})


def _cluster(kind: str, **options: Any) -> Any:
    if kind not in _CLUSTERS:
        known = ", ".join(map(repr, (*_MAKERS, *_CLUSTERS)))
        raise UnsupportedError(f"no executor of the kind {kind!r}, there are {known}")
    return _package("cluster_tools", "cluster").get_executor(kind, **options)


def _package(name: str, extra: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise UnsupportedError(
            f"this needs the package {name}, which is not installed: pip install voxbrick[{extra}]"
        ) from error


_MAKERS: dict[str, Callable[..., Any]] = {
    "sequential": _sequential,
    "threads": ThreadsExecutor,
    "processes": _processes,
    "multiprocessing": _processes,
    "dask": _dask,
}
_CLUSTERS = ("slurm", "pbs", "kubernetes")
