"""Who does the work of a command."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from voxbrick.cli._errors import last_line
from voxbrick.cli._options import Workers
from voxbrick.errors import UnsupportedError
from voxbrick.work.executors import get_executor

PROGRAM_BYTES = 256 << 20
"""What a task on a cluster needs beside voxels: the interpreter with its packages."""
LARGE_BYTES = 1 << 20
"""From where on freed memory goes back to the system at once."""
M_MMAP_THRESHOLD = -3
PATIENCE = 30
"""Seconds in which Slurm has to answer."""


def tasks_here(workers: Workers, jobs: int) -> int:
    """How many tasks share the memory: on a cluster each has its own."""
    return 1 if workers is Workers.SLURM else jobs


@contextmanager
def executor_for(workers: Workers, jobs: int, memory: int) -> Iterator[Any]:
    """An executor that runs so many jobs at once."""
    _give_back_large_blocks()
    options: dict[str, Any] = {}
    if workers is Workers.SLURM:
        mem = f"{(memory + PROGRAM_BYTES) >> 20}M"
        _check_slurm(mem)
        options["job_resources"] = {"mem": mem}
    with get_executor(workers.value, jobs, **options) as executor:
        yield executor


@contextmanager
def executor_or_crew(workers: Workers, jobs: int, memory: int) -> Iterator[Any]:
    """The same, but None for threads: conversions have their own."""
    if workers is Workers.THREADS:
        yield None
        return
    with executor_for(workers, jobs, memory) as executor:
        yield executor


def _give_back_large_blocks() -> None:
    """Here, and in processes that are started from now on.

    The allocator of glibc keeps freed blocks of up to 32 MiB, and where others do not fit into them
    it takes new ones: some chunks of 16 MiB then need more than 100. Other allocators do not care.
    """
    os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", str(LARGE_BYTES))
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)


def _check_slurm(mem: str) -> None:
    """Tries a job that is not run: one that Slurm refuses later would be waited for in vain."""
    if shutil.which("sbatch") is None:
        raise UnsupportedError("there is no Slurm here: the program sbatch is not installed")
    try:
        answer = subprocess.run(
            ["sbatch", "--test-only", f"--mem={mem}", "--wrap=true"],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnsupportedError(f"Slurm does not answer: sbatch took more than {PATIENCE} s") from error
    if answer.returncode != 0:
        raise UnsupportedError(f"Slurm takes no jobs of {mem} of memory: {last_line(answer.stderr)}")
