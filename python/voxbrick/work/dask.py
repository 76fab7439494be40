"""Numbers for the workers of a Dask cluster, which come and go, and cannot be interrupted."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from importlib import import_module
from typing import Any

from voxbrick._support import caller_level
from voxbrick.errors import InvalidArgumentError
from voxbrick.work.pools import Pool
from voxbrick.work.shipping import Errand, call_off, packed

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

    def __init__(self, client: Any, errand: Errand) -> None:
        _check_usable(client)
        self._client = client
        self._packed = packed(errand, import_module("cloudpickle").dumps)
        self._counted_at = -_SECONDS_BETWEEN_COUNTS
        self._threads = 0
        super().__init__(client.get_executor(pure=False), self._packed)

    def room(self) -> int:
        """Follows the workers; jobs that are handed out while there are none wait for the first."""
        now = time.monotonic()
        if now - self._counted_at >= _SECONDS_BETWEEN_COUNTS:
            self._counted_at = now
            self._threads = sum(self._client.nthreads().values())
            if not self._threads:
                self._warn()
        return self.ahead * max(self._threads, 1)

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
        return sum(self._client.run(call_off, self._packed.token, on_error="ignore").values())

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
