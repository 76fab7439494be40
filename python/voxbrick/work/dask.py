"""Numbers for the workers of a Dask cluster, which come and go, and cannot be interrupted."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from importlib import import_module
from threading import Lock
from typing import Any

from voxbrick._support import caller_level
from voxbrick.errors import InvalidArgumentError
from voxbrick.work.pools import Pool
from voxbrick.work.shipping import Job, PickledJob, RemoteJob

_SECONDS_BETWEEN_COUNTS = 1.0
"""Asking the scheduler takes longer than to submit a job."""


def is_client(executor: Any) -> bool:
    """Whether it is a client of Dask; that package is not imported to find out."""
    dask = sys.modules.get("distributed")
    return dask is not None and isinstance(executor, dask.Client)


def is_future(future: Any) -> bool:
    """Whether it is a future of Dask, as those of ``cluster_tools.DaskExecutor`` are."""
    dask = sys.modules.get("distributed")
    return dask is not None and isinstance(future, dask.Future)


def stop_futures(futures: list[Any]) -> None:
    """Cancels what no worker has yet, and waits for the rest, which would go on behind a cancelled future."""
    client = futures[0].client
    with suppress(Exception):  # a cluster that does not answer is not waited for
        begun = {key for keys in client.processing().values() for key in keys}
        client.cancel([future for future in futures if future.key not in begun])
        import_module("distributed").wait([future for future in futures if future.key in begun])


class DaskPool(Pool):
    """A client of a Dask cluster."""

    def __init__(self, client: Any, job: Job) -> None:
        _check_usable(client)
        self._client = client
        pickled = PickledJob.of(job, import_module("cloudpickle").dumps)
        self._token = pickled.token
        self._name = f"{pickled.function}-{self._token}"
        # A task of its own, so that it is sent to a worker once, and again to others if that one dies.
        self._job = client.submit(_itself, RemoteJob(pickled), key=f"send-{self._name}")
        self._counted_at = -_SECONDS_BETWEEN_COUNTS
        self._threads = 0
        super().__init__(client.get_executor(pure=False), job)

    def room(self) -> int:
        """Follows the workers; jobs that are handed out while there are none wait for the first."""
        now = time.monotonic()
        if now - self._counted_at >= _SECONDS_BETWEEN_COUNTS:
            self._counted_at = now
            self._threads = sum(self._client.nthreads().values())
            if not self._threads:
                self._warn()
        return self.ahead * max(self._threads, 1)

    def submit(self, number: int) -> Future[Any]:
        """The future of a job; its name in the dashboard is that of the function."""
        future: Future[Any] = self.executor.submit(
            _run_counted, self._job, self._token, number, key=(self._name, number)
        )
        return future

    def stop(self, futures: list[Future[Any]]) -> None:
        """Cancelled jobs are forgotten, but go on where they have begun: that is waited for."""
        if not futures:
            return
        with suppress(Exception):  # a cluster that does not answer is not waited for
            self._running()
            for future in futures:
                future.cancel()
            _wait_until(lambda: not self._running())

    def _running(self) -> int:
        """How many jobs go on, after no more can begin."""
        return sum(self._client.run(_call_off, self._token, on_error="ignore").values())

    def _warn(self) -> None:
        warnings.warn(
            f"{self._client} has no workers at this moment; chunks wait until there is one",
            stacklevel=caller_level(),
        )


def _check_usable(client: Any) -> None:
    if client.asynchronous:
        raise InvalidArgumentError(
            f"the executor is {client}, which is asynchronous; give a client whose calls need no await"
        )
    if client.status in ("closing", "closed"):
        raise InvalidArgumentError(f"the executor is {client}, which is {client.status}; make a new client")


def _wait_until(condition: Callable[[], bool]) -> None:
    pause = 0.01
    while not condition():
        time.sleep(pause)
        pause = min(2 * pause, 1.0)


# -- in the workers --------------------------------------------------------------------------------

_lock = Lock()
_begun: dict[str, int] = {}
_unwanted: set[str] = set()
"""Tokens of work that is cancelled: its tasks may be with a worker already."""


def _itself(job: RemoteJob) -> RemoteJob:
    return job


def _run_counted(job: RemoteJob, token: str, number: int) -> Any:
    with _lock:
        if token in _unwanted:
            return None
        _begun[token] = _begun.get(token, 0) + 1
    try:
        return job(number)
    finally:
        with _lock:
            _begun[token] -= 1
            if not _begun[token]:
                del _begun[token]


def _call_off(token: str) -> int:
    """Lets no task of some work begin any more in this process; tells how many are still running."""
    with _lock:
        _unwanted.add(token)
        return _begun.get(token, 0)
