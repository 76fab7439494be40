"""Small things that scripts import: partial functions with names, executors, progress, logging."""

from __future__ import annotations

import logging
import shutil
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial, update_wrapper
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from voxbrick._support import add_note as add_note
from voxbrick._support import caller_level as caller_level
from voxbrick._support import link_to as link_to
from voxbrick._support import snake_to_camel_case as snake_to_camel_case
from voxbrick._support import warn_deprecated as warn_deprecated

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from concurrent.futures import Executor, Future
    from contextlib import AbstractContextManager

    from voxbrick.work.executors import get_executor as get_executor
    from voxbrick.work.progress import get_rich_progress as get_rich_progress

_Key = TypeVar("_Key")
_Entry = TypeVar("_Entry")
_Value = TypeVar("_Value")
_Result = TypeVar("_Result")

_LATE = {"get_executor": "voxbrick.work.executors", "get_rich_progress": "voxbrick.work.progress"}

_starts: dict[str, float] = {}


def named_partial(func: Callable[..., _Result], *args: Any, **kwargs: Any) -> partial[_Result]:
    """A ``functools.partial`` that keeps the name and documentation of the function.

    It can be pickled whenever the function can, so it suits executors.
    """
    bound = partial(func, *args, **kwargs)
    update_wrapper(bound, func)
    return bound


def get_chunks(arr: list[_Value], chunk_size: int) -> Iterator[list[_Value]]:
    """The list in pieces of ``chunk_size``, the last one as long as what is left."""
    for start in range(0, len(arr), chunk_size):
        yield arr[start : start + chunk_size]


def time_since_epoch_in_ms() -> int:
    """The time as milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def time_start(identifier: str) -> None:
    """Begins to measure the time until `time_stop` with the same identifier."""
    _starts[identifier] = time.perf_counter()
    logging.debug("%s started", identifier)


def time_stop(identifier: str) -> None:
    """Logs how long it is since `time_start`."""
    seconds = time.perf_counter() - _starts.pop(identifier)
    logging.debug("%s took %.8fs", identifier, seconds)


def add_verbose_flag(parser: ArgumentParser) -> None:
    """Adds ``--verbose``, which `setup_logging` understands."""
    parser.add_argument("--verbose", action="store_true", help="Verbose output")


def setup_logging(args: Namespace) -> None:
    """Logs to stderr, in detail with ``--verbose``."""
    level = logging.DEBUG if args.verbose else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s")


def setup_warnings() -> None:
    """Shows deprecations, which Python hides outside of ``__main__``."""
    warnings.filterwarnings("default", category=DeprecationWarning, message=r"\[DEPRECATION\]")


def get_executor_for_args(
    args: Namespace | None, executor: Executor | None = None
) -> AbstractContextManager[Any]:
    """The executor that is given, else one as ``args.distribution_strategy`` and ``args.jobs`` say.

    Without ``args`` that is a pool with a process per core.
    """
    from contextlib import nullcontext

    from voxbrick.work.executors import get_executor

    if executor is not None:
        return nullcontext(executor)
    strategy = getattr(args, "distribution_strategy", "multiprocessing")
    made: AbstractContextManager[Any] = get_executor(strategy, getattr(args, "jobs", None))
    return made


def wait_and_ensure_success(
    futures: list[Future[_Result]],
    executor: Executor | None = None,
    progress_desc: str | None = None,
) -> list[_Result]:
    """The results in the order of the futures; the first failure is raised as soon as it is known.

    With ``progress_desc`` a bar with that text tells how far the work is.
    """
    done = _as_completed(executor)(futures)
    for future in done if progress_desc is None else _tracked(done, len(futures), progress_desc):
        future.result()
    return [future.result() for future in futures]


def _as_completed(executor: Any) -> Callable[[list[Future[_Result]]], Iterable[Future[_Result]]]:
    """What waits for the futures of an executor; those of a client of Dask are of a kind of their own."""
    from concurrent.futures import as_completed

    dask = sys.modules.get("distributed")
    if dask is not None and isinstance(executor, dask.Client):
        return cast("Callable[[list[Future[_Result]]], Iterable[Future[_Result]]]", dask.as_completed)
    return getattr(executor, "as_completed", as_completed)


def _tracked(items: Iterable[_Value], total: int, description: str) -> Iterator[_Value]:
    from rich.markup import escape

    from voxbrick.work.progress import get_rich_progress

    with get_rich_progress() as progress:
        yield from progress.track(items, total=total, description=escape(description))


def copy_directory_with_symlinks(
    src_path: Path, dst_path: Path, ignore: Iterable[str] = (), make_relative: bool = False
) -> None:
    """Links every entry of one folder into another, which is there already, but for ``ignore``."""
    ignored = set(ignore)
    for entry in src_path.iterdir():
        if entry.name not in ignored:
            link_to(entry, dst_path / entry.name, make_relative)


def copytree(in_path: Path, out_path: Path) -> None:
    """Copies a folder with all that is in it; files that are there already are replaced."""
    shutil.copytree(in_path, out_path, dirs_exist_ok=True)


def rmtree(path: Path) -> None:
    """Deletes a folder with all that is in it."""
    shutil.rmtree(path)


def is_fs_path(path: Path) -> bool:
    """Whether a path is one of the file system, not an address such as ``s3://…``."""
    return "://" not in str(path)


def strip_trailing_slash(path: Path) -> Path:
    """The same path without a slash at its end."""
    return type(path)(str(path).rstrip("/") or "/")


class NDArrayLike(Protocol):
    """What has a shape, a dtype and elements: arrays of numpy, of ``zarr`` and others."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    @property
    def ndim(self) -> int: ...

    @property
    def dtype(self) -> Any: ...

    def __getitem__(self, selection: Any) -> Any: ...


def __getattr__(name: str) -> Any:
    """Executors and progress bars are imported when they are first asked for."""
    if name in _LATE:
        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module 'voxbrick.utils' has no attribute {name!r}")


class LazyReadOnlyDict(Mapping[_Key, _Value]):
    """A mapping whose values are made from entries when they are asked for."""

    def __init__(self, entries: Mapping[_Key, _Entry], func: Callable[[_Entry], _Value]) -> None:
        self.entries = entries
        self.func = func

    def __getitem__(self, key: _Key) -> _Value:
        return self.func(self.entries[key])

    def __iter__(self) -> Iterator[_Key]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)
