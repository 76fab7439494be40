"""What workers are sent, and what they send back.

All that passes between processes is pickled, and a pool dies of what it cannot unpickle. So here it
travels as bytes, which are made and opened where a failure still has a chunk, a function and a name.
"""

from __future__ import annotations

import os
import pickle
import secrets
import sys
import traceback
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Any, TypeAlias

import attr
import attrs

from voxbrick.errors import InvalidArgumentError, WorkerError

Job: TypeAlias = Callable[[int], Any]

_TOKEN = token_hex(8)

_LITTLE = 1 << 16
"""Bytes that are deflated in no time; they consist of names."""

HOW_TO_MEND = (
    "define the function at the top of a module that workers can import, and give it parameters "
    "with named_partial(), not with lambda"
)


class RemoteError(Exception):
    """What a traceback looked like in the process that the error came from."""

    def __str__(self) -> str:
        return f'\n"""\n{self.args[0]}"""'


def _this_process() -> tuple[str, int]:
    """Differs between machines, and between a process and its forks."""
    return _TOKEN, os.getpid()


@attr.frozen
class Errand:
    """A job on its way to a worker; what it returns is for `opened`.

    Threads give results as they are, other processes give them sealed.
    """

    job: Job
    called_off: Path | None = None
    """A file that appears when nobody wants the rest any more: how jobs of a cluster hear of it."""
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
            return _sealed_error(error)
        return _sealed_result(result)

    def _done(self, number: int) -> Any:
        try:
            return self.job(number)
        except SystemExit as error:
            raise WorkerError(
                f"the function called sys.exit({error.code!r}), which ends no process but the main one; "
                "let it raise an error, or return"
            ) from error


@attr.frozen
class Packed:
    """An errand as bytes: a process that cannot import what is in it says so, and lives on."""

    data: bytes
    is_deflated: bool
    function: str
    token: str = attr.field(factory=lambda: token_hex(8))
    """The same for all numbers of one piece of work."""

    def __call__(self, number: int) -> Any:
        with _counted(self.token) as is_wanted:
            if not is_wanted:
                return None
            try:
                errand = pickle.loads(zlib.decompress(self.data) if self.is_deflated else self.data)
            except Exception as error:
                problem = f"{self.function} cannot be loaded by a worker ({error}); {HOW_TO_MEND}"
                return _sealed_error(InvalidArgumentError(problem))
            return errand(number)


def packed(errand: Errand, dumps: Callable[[Any], bytes] = pickle.dumps) -> Packed:
    """The errand as it is sent to another process.

    Raises:
        InvalidArgumentError: it cannot be pickled.
    """
    try:
        data = dumps(errand)
    except Exception as error:
        raise unpicklable(errand.job, error) from error
    is_little = len(data) < _LITTLE
    return Packed(zlib.compress(data) if is_little else data, is_little, name_of(errand.job))


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
class Sealed:
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
    """What an errand gave; raises what it raised in another process."""
    return returned.open() if isinstance(returned, Sealed) else returned


def _sealed_result(result: Any) -> Sealed:
    try:
        return Sealed(_pickled(result))
    except Exception as error:
        kind = type(result).__name__
        return _sealed_error(WorkerError(f"a result of the type {kind} cannot be pickled: {error}"))


def _sealed_error(error: BaseException) -> Sealed:
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    try:
        return Sealed(_pickled(error), text)
    except Exception:
        return Sealed(None, text)


def _pickled(value: Any) -> bytes:
    try:
        return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    except Exception:
        cloudpickle = sys.modules.get("cloudpickle")  # where Dask is, classes of scripts come back too
        if cloudpickle is None:
            raise
        data: bytes = cloudpickle.dumps(value)
        return data


# -- work that is not wanted any more --------------------------------------------------------------

_lock = Lock()
_begun: dict[str, int] = {}
_unwanted: set[str] = set()


@contextmanager
def _counted(token: str) -> Iterator[bool]:
    with _lock:
        is_wanted = token not in _unwanted
        _begun[token] = _begun.get(token, 0) + 1
    try:
        yield is_wanted
    finally:
        with _lock:
            _begun[token] -= 1
            if not _begun[token]:
                del _begun[token]


def call_off(token: str) -> int:
    """Lets nothing of a piece of work begin any more in this process; tells how much is still going on."""
    with _lock:
        _unwanted.add(token)
        return _begun.get(token, 0)


# -- jobs in files ---------------------------------------------------------------------------------
#
# Jobs that are sent to other processes once: what goes along with each number is only where the job lies.


@attrs.frozen
class Sent:
    """A job in a file, which each process loads once."""

    path: Path
    digest: str

    def __call__(self, number: int) -> Any:
        return _loaded(self.path, self.digest)(number)


def send(job: Job, folder: Path) -> Sent:
    """Puts a job into a folder that all processes see, in the place of one that was there."""
    content = pickle.dumps(job)
    path = folder.absolute() / f"{type(job).__name__}.pickle"
    neighbour = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    neighbour.write_bytes(content)
    os.replace(neighbour, path)  # noqa: PTH105
    return Sent(path, sha256(content).hexdigest())


@lru_cache(maxsize=1)
def _loaded(path: Path, digest: str) -> Job:
    job: Job = pickle.loads(path.read_bytes())
    return job
