"""Work that tests hand to other processes, and the processes themselves."""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import numpy as np

import voxbrick
from support.limits import TIMEOUT, SharedNumber

# A server that never ran a thread forks the children: quick, and safe whatever the test process has loaded.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["numpy", "voxbrick"])

HEEDS_CTRL_C = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
"""Scripts begin with it: children of a background job, as of some test runners, ignore Ctrl-C."""


def start(work: Callable[..., Any], *arguments: Any) -> BaseProcess:
    child = PROCESSES.Process(target=work, args=arguments, daemon=True)
    child.start()
    return child


def run(work: Callable[..., Any], *arguments: Any) -> Any:
    """What `work` returns in a process of its own; what it raises is raised here."""
    receiver, sender = PROCESSES.Pipe(duplex=False)
    child = start(_send_result, sender, work, arguments)
    sender.close()
    try:
        assert receiver.poll(TIMEOUT), "the child hangs"
        result = receiver.recv()
    except EOFError:
        child.join(TIMEOUT)
        raise AssertionError(f"the child died with exit code {child.exitcode}") from None
    finally:
        child.kill()
    if isinstance(result, BaseException):
        raise result
    return result


def _send_result(sender: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        sender.send(work(*arguments))
    except BaseException as error:  # whatever it was, the test is to see it
        sender.send(error)


def limit_memory(megabytes: int) -> None:
    """Bounds what this process may allocate from now on."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def write_quadrant_each_round(
    path: Path, offset: tuple[int, ...], shape: tuple[int, ...], barrier: Any
) -> None:
    """Writes its part of the array, once a round; the test looks at the array between two rounds."""
    with voxbrick.open_array(path, "r+") as array:
        for number in range(1, ROUNDS + 1):
            barrier.wait(TIMEOUT)
            array.write(offset, round_voxels(number, offset, shape, array.info.dtype))
            barrier.wait(TIMEOUT)


ROUNDS = 50


def round_voxels(
    number: int, offset: tuple[int, ...], shape: tuple[int, ...], dtype: np.dtype[Any]
) -> np.ndarray:
    """Different for every round, part and place."""
    random = np.random.default_rng([number, *offset])
    return random.integers(0, 200, shape).astype(dtype)


def overwrite_for_ever(path: Path, voxels: np.ndarray, first: int, finished: SharedNumber) -> None:
    """Stores one version after the other; a version is the voxels with its number mixed in."""
    with voxbrick.open_array(path, "r+") as array:
        for version in range(first, first + 10**6):
            array.write((0,) * voxels.ndim, voxels ^ voxels.dtype.type(version))
            finished.value = version


def create_on_a_full_disk(path: Path) -> None:
    """Creates an array where no file may have a byte."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    voxbrick.create_array(path, dtype=np.uint8)


def write_box(
    path: Path,
    offset: tuple[int, ...],
    voxels: np.ndarray,
    file_size_limit: int | None = None,
    memory_limit: int | None = None,
) -> None:
    """Writes a box; with a limit, files that grow beyond it fail as they do on a full disk."""
    if memory_limit is not None:
        limit_memory(memory_limit)
    if file_size_limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_size_limit, file_size_limit))
    with voxbrick.open_array(path, "r+") as array:
        array.write(offset, voxels)


def read_box(path: Path, offset: tuple[int, ...], shape: tuple[int, ...], memory_limit: int) -> np.ndarray:
    """Reads a box with only so many megabytes to spare."""
    limit_memory(memory_limit)
    with voxbrick.open_array(path) as array:
        return array.read(offset, shape)


def write_row(path: Path, row: int) -> None:
    """Writes a row of an array that others resize meanwhile; twelve voxels of it stay in it."""
    with voxbrick.open_array(path, "r+") as array:
        for _ in range(ROUNDS):
            array.write((row, 0), np.full((1, 12), row, np.uint8))


def resize_for_a_while(path: Path, shape: tuple[int, ...], other: tuple[int, ...]) -> None:
    """Gives an array one shape and the other in turn."""
    with voxbrick.open_array(path, "r+") as array:
        for _ in range(ROUNDS):
            array.resize(other)
            array.resize(shape)


def read_with_few_files(path: Path, threads: int, most_files: int) -> list[bytes]:
    """Reads a whole array twice in each of many threads."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    with voxbrick.open_array(path) as array, ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda _: array.read((0, 0, 0), array.info.shape).tobytes(), range(2 * threads)))
