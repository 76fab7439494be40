"""Errors as one readable line, and what they leave as exit code."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import typer

from voxbrick.errors import VoxbrickError

FAILED = 1
INTERRUPTED = 130

P = ParamSpec("P")


def reports_errors(command: Callable[P, None]) -> Callable[P, None]:
    """A command that says in one line what went wrong. Mistakes of ours keep their traceback."""

    @wraps(command)
    def reporting(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (VoxbrickError, OSError, MemoryError) as error:
            message = " ".join(str(error).split()) or type(error).__name__
            typer.echo(f"voxbrick: {message}", err=True)
            raise typer.Exit(FAILED) from error
        except KeyboardInterrupt as error:
            kept = "what is done was kept for --resume" if kwargs.get("resume") else "nothing was kept"
            typer.echo(f"voxbrick: interrupted, {kept}", err=True)
            raise typer.Exit(INTERRUPTED) from error

    return reporting
