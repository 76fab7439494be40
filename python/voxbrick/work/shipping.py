"""What workers are sent, and what they send back.

All that passes between processes is pickled, and a pool of processes breaks when it cannot unpickle
something. So jobs, results and errors travel as bytes, which are made and opened where a failure
still has a chunk, a function and a name. A job is sent to a process once; what goes along with each
number is only where the job is.
"""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from collections.abc import Callable
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any, TypeAlias

import attr

from voxbrick.errors import InvalidArgumentError, WorkerError

Job: TypeAlias = Callable[[int], Any]

_TOKEN = token_hex(8)

HOW_TO_MEND = (
    "define the function at the top of a module that workers can import, and give it parameters "
    "with named_partial(), not with lambda"
)

_JOBS_KEPT = 4
"""Jobs that a process keeps loaded: some may be worked on in turn."""


class RemoteError(Exception):
    """What a traceback looked like in the process that the error came from."""

    def __str__(self) -> str:
        return f'\n"""\n{self.args[0]}"""'


def _this_process() -> tuple[str, int]:
    """Differs between machines, and between a process and its forks."""
    return _TOKEN, os.getpid()


@attr.frozen
class RemoteJob:
    """A job for a worker; what it returns is for `opened`.

    In this process results are returned as they are, other processes return a `RemoteResult`.
    """

    job: Job
    called_off: Path | None = None
    """A file that appears when the rest is cancelled: jobs of a cluster look for it before they begin."""
    origin: tuple[str, int] = attr.field(factory=_this_process)

    def __call__(self, number: int) -> Any:
        if self.called_off is not None and self.called_off.exists():
            return None
        if self.origin == _this_process():
            return self._done(number)
        try:
            result = self._done(number)
        except KeyboardInterrupt:  # of the whole program, which hears of it by itself
            raise
        except BaseException as error:  # also what is no Exception ends a pool if it cannot be unpickled
            return _remote_error(error)
        return _remote_result(result)

    def _done(self, number: int) -> Any:
        try:
            return self.job(number)
        except SystemExit as error:
            raise WorkerError(
                f"the function called sys.exit({error.code!r}), which ends no process but the main one; "
                "let it raise an error, or return"
            ) from error


@attr.frozen
class PickledJob:
    """A job as bytes, which each process unpickles once."""

    data: bytes = attr.field(eq=False, repr=False)
    function: str
    token: str = attr.field(factory=lambda: token_hex(8))

    @classmethod
    def of(cls, job: Job, dumps: Callable[[Any], bytes]) -> PickledJob:
        """Raises InvalidArgumentError if the job cannot be pickled."""
        return cls(_dumped(job, dumps), name_of(job))

    def __call__(self, number: int) -> Any:
        return _unpickled(self)(number)


@lru_cache(maxsize=_JOBS_KEPT)
def _unpickled(pickled: PickledJob) -> Job:
    return _load(pickled.data, pickled.function)


@attr.frozen
class SpilledJob:
    """A job in a file, which each process loads once."""

    path: Path
    digest: str
    function: str

    @classmethod
    def of(cls, job: Job, folder: Path) -> SpilledJob:
        """Puts a job into a folder that all workers see, in the place of one that was there.

        Raises:
            InvalidArgumentError: it cannot be pickled.
        """
        data = _dumped(job, pickle.dumps)
        path = folder.absolute() / f"{type(job).__name__}.pickle"
        temporary = path.with_name(f".{path.name}.{token_hex(8)}.tmp")
        temporary.write_bytes(data)
        os.replace(temporary, path)  # noqa: PTH105
        return cls(path, sha256(data).hexdigest(), name_of(job))

    def __call__(self, number: int) -> Any:
        return _loaded(self)(number)


@lru_cache(maxsize=_JOBS_KEPT)
def _loaded(spilled: SpilledJob) -> Job:
    return _load(spilled.path.read_bytes(), spilled.function)


def _dumped(job: Job, dumps: Callable[[Any], bytes]) -> bytes:
    try:
        return dumps(job)
    except Exception as error:
        raise unpicklable(job, error) from error


def _load(data: bytes, function: str) -> Job:
    try:
        job: Job = pickle.loads(data)
    except Exception as error:
        raise InvalidArgumentError(
            f"{function} cannot be loaded by a worker ({error}); {HOW_TO_MEND}"
        ) from error
    return job


def unpicklable(job: Job, error: Exception) -> InvalidArgumentError:
    return InvalidArgumentError(f"{name_of(job)} cannot be sent to another process ({error}); {HOW_TO_MEND}")


def name_of(job: Job) -> str:
    """The function that a script gave, without what is bound to it."""
    function: Any = getattr(job, "func", job)
    while isinstance(function, partial):
        function = function.func
    if not hasattr(function, "__qualname__"):
        function = type(function)
    return f"{function.__module__}.{function.__qualname__}"


@attr.frozen
class RemoteResult:
    """The result of another process, or its error with the traceback."""

    data: bytes | None
    """None if it is an error that cannot be pickled."""
    traceback: str | None = None

    def open(self) -> Any:
        if self.traceback is None:
            return self._unpickled("result")
        error = self._unpickled("error")
        if not isinstance(error, BaseException):
            raise WorkerError(f"an error of a worker became {error!r} on its way\n{self.traceback}")
        error.__cause__ = RemoteError(self.traceback)
        raise error

    def _unpickled(self, what: str) -> Any:
        if self.data is None:
            raise WorkerError(f"an error that cannot be pickled was raised in a worker\n{self.traceback}")
        try:
            return pickle.loads(self.data)
        except Exception as error:
            told = "" if self.traceback is None else f"\n{self.traceback}"
            raise WorkerError(
                f"the {what} of a worker cannot be unpickled here: {type(error).__name__}: {error}{told}"
            ) from error


def opened(returned: Any) -> Any:
    """What a `RemoteJob` returned; raises what it raised in another process."""
    return returned.open() if isinstance(returned, RemoteResult) else returned


def _remote_result(result: Any) -> RemoteResult:
    try:
        return RemoteResult(_pickled(result))
    except Exception as error:
        kind = type(result).__name__
        return _remote_error(WorkerError(f"a result of the type {kind} cannot be pickled: {error}"))


def _remote_error(error: BaseException) -> RemoteResult:
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    try:
        return RemoteResult(_pickled(error), text)
    except Exception:
        return RemoteResult(None, text)


def _pickled(value: Any) -> bytes:
    try:
        return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    except Exception:
        cloudpickle = sys.modules.get("cloudpickle")  # where Dask is, classes of scripts come back too
        if cloudpickle is None:
            raise
        data: bytes = cloudpickle.dumps(value)
        return data
