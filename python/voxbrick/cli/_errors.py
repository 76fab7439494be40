"""Errors and warnings as readable lines, and what errors leave as exit code."""

import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TextIO

import typer

from voxbrick.errors import Remedy, VoxbrickError

OPTIONS = {
    Remedy.REPLACE: "--overwrite replaces it",
    Remedy.COMPUTE_ANEW: "--overwrite with --from-mag computes it anew",
    Remedy.BEGIN_ANEW: "without --resume it begins anew",
    Remedy.GO_ON: "--resume goes on with it",
    Remedy.FORCE: "choose another --sampling-mode, or --from-mag",
    Remedy.ALIGN_WITH_NONE: "--no-align looks at no other layers",
    Remedy.ONE_TIME: "give --format zarr3, or choose one with --timepoint of from-images",
    Remedy.PUT_BACK: "run the command that was interrupted again, which puts it back",
}
"""What can be done about an error here."""
FAILED = 1
INTERRUPTED = 130

P = ParamSpec("P")


def reports_errors(
    failed: int = FAILED, interrupted: str = "nothing was kept"
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """A command that says in one line what went wrong. Mistakes of ours keep their traceback.

    Args:
        failed: the exit code of errors.
        interrupted: what Ctrl-C leaves behind, unless it is kept for ``--resume``.
    """

    def decorated(command: Callable[P, None]) -> Callable[P, None]:
        @wraps(command)
        def reporting(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                with _warnings_in_lines():
                    command(*args, **kwargs)
            except (VoxbrickError, OSError, MemoryError, BrokenExecutor, CancelledError) as error:
                _fail(_in_a_line(error), failed, error)
            except KeyboardInterrupt as error:
                left = "what is done was kept for --resume" if kwargs.get("resume") else interrupted
                _fail(f"interrupted, {left}", INTERRUPTED, error)
            except Exception as error:
                if not isinstance(error, _cluster_errors()):
                    raise
                _fail(f"a task failed: {last_line(str(error))}", failed, error)

        return reporting

    return decorated


@contextmanager
def _warnings_in_lines() -> Iterator[None]:
    """Without the place in the code, which is of no use to who calls a command."""
    with warnings.catch_warnings():
        warnings.simplefilter("default", UserWarning)
        shown = warnings.showwarning

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            if issubclass(category, UserWarning):
                typer.echo(f"voxbrick: {message}", err=True)
            else:
                shown(message, category, filename, lineno, file, line)

        warnings.showwarning = show
        yield


def _fail(message: str, code: int, error: BaseException) -> None:
    typer.echo(f"voxbrick: {message}", err=True)
    raise typer.Exit(code) from error


def _in_a_line(error: Exception) -> str:
    """The message; if it is only that a worker died, with what that was at work on."""
    notes = getattr(error, "__notes__", []) if isinstance(error, BrokenExecutor) else []
    return "; ".join(" ".join(part.split()) for part in (_in_options(error) or type(error).__name__, *notes))


def _in_options(error: Exception) -> str:
    """The message without words of Python."""
    remedy = getattr(error, "remedy", None)
    return str(error) if remedy is None else str(error).replace(remedy.value, OPTIONS[remedy])


def _cluster_errors() -> tuple[type[Exception], ...]:
    """Of Dask and Slurm, if they are in use: workers that died, and what their tasks raised."""
    names = (
        ("distributed.scheduler", "KilledWorker"),
        ("cluster_tools.schedulers.cluster_executor", "RemoteException"),
        ("cluster_tools._utils.call", "CommandError"),
    )
    return tuple(getattr(sys.modules[module], name) for module, name in names if module in sys.modules)


def last_line(text: str) -> str:
    """What programs and tracebacks end with is what went wrong."""
    return (text.strip().splitlines() or ["without a reason"])[-1].strip()
