"""Conversions that are killed at any moment go on where they were, and end byte for byte the same."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.image_files import save_slices, voxels
from support.kills import Whom, finish, kill_sometime, start
from support.limits import TIMEOUT
from support.torture import rounds, seeded
from support.tree import snapshot

KILLS = rounds(8, 400)
"""Of each command: a half of threads, and a quarter each of processes and those who started them."""

COMMANDS = {
    "from-images": ["--voxel-size", "4,4,40", "--chunk-shape", "16", "--shard-shape", "32"],
    "convert": ["--chunk-shape", "8", "--shard-shape", "32", "--memory", "1M"],
}


def _command(command: str, slices: Path, out: Path, executor: str) -> list[object]:
    return [command, slices, out, *COMMANDS[command], "--format", "zarr3", "--executor", executor, "--resume"]


@pytest.mark.torture
@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("executor", "whom", "kills"),
    [
        ("threads", "driver", KILLS // 2),
        ("processes", "driver", KILLS // 4),
        ("processes", "worker", KILLS // 4),
    ],
)
def test_killed_conversions_end_byte_for_byte_the_same(
    tmp_path: Path,
    command: str,
    executor: str,
    whom: Whom,
    kills: int,
    record_property: Callable[[str, object], None],
) -> None:
    slices = tmp_path / "slices"
    save_slices(slices, voxels((1, 160, 160, 96)))
    seconds = finish(*_command(command, slices, tmp_path / "whole" / "out", executor))
    expected = snapshot(tmp_path / "whole")
    assert len(expected) > 70
    place, attempts = tmp_path / "0", 0
    random = seeded(command, executor, whom)
    record_property("kills", kills)
    for kill in range(kills):
        kill_sometime(random, seconds, whom, *_command(command, slices, place / "out", executor))
        attempts += 1
        if (place / "out").exists() or attempts == 3 or kill == kills - 1:
            finish(*_command(command, slices, place / "out", executor))
            assert snapshot(place) == expected
            place, attempts = tmp_path / str(kill + 1), 0


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small disk")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_disk_that_fills_up_loses_nothing(tmp_path: Path, command: str) -> None:
    """The estimate takes voxels to be compressible, so that it is met in the middle of the work."""
    slices = tmp_path / "slices"
    save_slices(slices, voxels((1, 64, 64, 256)))
    finish(*_command(command, slices, tmp_path / "whole" / "out", "threads"))
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True, timeout=TIMEOUT).returncode != 0:
        pytest.skip("nothing can be mounted here")
    try:
        assert start(*_command(command, slices, disk / "out", "threads")).wait(TIMEOUT) == 1
        assert not (disk / "out").exists()
        recorded = list((disk / ".out.partial").rglob("done/**/0/*"))
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True, timeout=TIMEOUT)
        finish(*_command(command, slices, disk / "out", "threads"))
        assert snapshot(disk) == snapshot(tmp_path / "whole")
    finally:
        subprocess.run(["umount", str(disk)], check=True, timeout=TIMEOUT)
    assert recorded
