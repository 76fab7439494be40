"""What the tests of Slurm do in a process of its own: ``cluster_tools`` takes over signals and exits."""

from __future__ import annotations

import os
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import voxbrick
from support import chunk_functions
from voxbrick import Dataset, MagView, View
from voxbrick.utils import named_partial
from voxbrick.work.fan_out import outcomes


def on_slurm(environment: dict[str, str], folder: Path) -> tuple[MagView, Any]:
    os.environ.update(environment)
    sys.argv[0] = __file__  # cluster_tools wants a script there; workers of pytest-xdist have none
    mag = Dataset.open(folder / "dataset").get_layer("color").get_mag(1)
    return mag, voxbrick.get_executor("slurm", cfut_dir=str(folder / "jobs"))


def all_calls(environment: dict[str, str], folder: Path) -> tuple[list[Any], list[bool]]:
    """Sums of the chunks, and whether the mag was equal to what it was made to be, and to another one."""
    mag, slurm = on_slurm(environment, folder)
    other = mag.layer.dataset.get_layer("other").get_mag(1)
    with slurm as executor:
        sums = mag.map_chunk(chunk_functions.sum_of, 32, executor)
        mag.for_each_chunk(chunk_functions.add_one, 32, executor)
        mag.for_zipped_chunks(chunk_functions.halve, mag.layer.get_mag(2), 32, 32, executor)
        equal = [mag.content_is_equal(view, executor=executor) for view in (other, mag)]
    return sums, equal


def want_only_the_first(environment: dict[str, str], folder: Path) -> bool:
    """Whether the executor can still be used after its work was called off."""
    mag, slurm = on_slurm(environment, folder)
    with slurm as executor:
        with closing(outcomes(partial(take_long_but_for_the_first, folder), range(9), executor)) as every:
            next(every)
        (folder / "called off").touch()
        return mag.content_is_equal(mag, executor=executor)


def take_long_but_for_the_first(folder: Path, number: int) -> None:
    (folder / f"{number} begins").touch()
    while number and not (folder / "called off").exists():
        time.sleep(0.1)


def fail_early(environment: dict[str, str], folder: Path) -> None:
    mag, slurm = on_slurm(environment, folder)
    with slurm as executor:
        mag.for_each_chunk(named_partial(fail_or_finish_late, folder=folder), executor=executor)


def fail_or_finish_late(args: tuple[View, int], folder: Path) -> None:
    if args[1] == 1:
        raise ZeroDivisionError("on purpose")
    time.sleep(300)
    (folder / "finished").touch()
