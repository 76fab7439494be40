"""Who does the work of a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from voxbrick._executors import get_executor
from voxbrick.cli._options import Workers


def tasks_here(workers: Workers, jobs: int) -> int:
    """How many tasks share the memory: on a cluster each has its own."""
    return 1 if workers is Workers.SLURM else jobs


@contextmanager
def executor_for(workers: Workers, jobs: int, memory: int) -> Iterator[Any]:
    """The executor, or None for threads."""
    if workers is Workers.THREADS:
        yield None
        return
    options: dict[str, Any] = {}
    if workers is Workers.SLURM:
        options["job_resources"] = {"mem": f"{memory >> 20}M"}
    with get_executor(workers.value, jobs, **options) as executor:
        yield executor
