"""A writer that dies leaves the old shard or the new one, and nothing that stands in the way."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import voxbrick
from support import children
from support.arrays import FORMATS, SHAPE, create
from support.compare import assert_same_bits
from support.limits import TIMEOUT, SharedNumber, wait_until
from support.torture import SEED, rounds
from support.tree import files

ROUNDS = rounds(40, 2000)


@pytest.mark.torture
@pytest.mark.parametrize("data_format", FORMATS)
def test_killed_writers_leave_the_old_or_the_new_shard(
    data_format: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property("kills", ROUNDS)
    path = tmp_path / "array"
    voxels = children.round_voxels(0, (0,), SHAPE, np.dtype("uint16"))
    with create(path, data_format) as array:
        array.write((0, 0, 0, 0), voxels)
        names = files(path)
        version = 0
        for _ in range(ROUNDS):
            old, version = version, kill_while_writing(path, voxels, version)
            assert version > old
            array.write((0, 0, 0, 0), voxels[:, :1, :1, :1] ^ np.uint16(version))
            assert files(path) == names


def kill_while_writing(path: Path, voxels: np.ndarray, version: int) -> int:
    """Kills a writer that began after `version`; returns the version that it left."""
    finished = SharedNumber(path.with_name("finished"))
    finished.value = version
    writer = children.start(children.overwrite_for_ever, path, voxels, version + 1, finished)
    wait_until(lambda: finished.value != version or not writer.is_alive())
    assert writer.is_alive()
    time.sleep(np.random.default_rng([SEED, version]).uniform(0, 0.01))
    writer.kill()
    writer.join(TIMEOUT)
    assert writer.exitcode == -signal.SIGKILL
    with voxbrick.open_array(path) as array:
        stored = np.unique(array.read((0, 0, 0, 0), SHAPE) ^ voxels)
    assert len(stored) == 1, "a mixture of versions"
    assert stored[0] in (finished.value, finished.value + 1)
    return int(stored[0])


STALE = ["x0.wkw_tmp", "x0.wkw.tmp", ".x0.wkw.1234.tmp", "0.tmp", ".0.tmp", "0.__lock", "notes.txt"]


@pytest.mark.parametrize("data_format", FORMATS)
def test_stale_files_are_ignored(data_format: str, tmp_path: Path) -> None:
    voxels = np.full(SHAPE, 7, np.uint16)
    with create(tmp_path / "array", data_format) as array:
        array.write((0, 0, 0, 0), voxels)
        shards = array.list_shards()
        folder = next((tmp_path / "array").rglob("*0.wkw" if data_format == "wkw" else "c/0/0/0/0")).parent
        for name in STALE:
            (folder / name).write_bytes(b"left over")
        assert array.list_shards() == shards
        array.write((0, 5, 5, 5), voxels[:, :9, :9, :9] + 1)
        voxels[:, 5:14, 5:14, 5:14] += 1
        assert_same_bits(array.read((0, 0, 0, 0), SHAPE), voxels)
        assert array.list_shards() == shards


@pytest.mark.parametrize("data_format", FORMATS)
def test_a_stale_lock_holder_blocks_nobody(data_format: str, tmp_path: Path) -> None:
    """A writer that is stopped, then killed, takes its locks with it."""
    path = tmp_path / "array"
    voxels = children.round_voxels(0, (0,), SHAPE, np.dtype("uint16"))
    create(path, data_format).close()
    finished = SharedNumber(tmp_path / "finished")
    writer = children.start(children.overwrite_for_ever, path, voxels, 1, finished)
    wait_until(lambda: finished.value)
    os.kill(writer.pid, signal.SIGSTOP)
    writer.kill()
    writer.join(TIMEOUT)
    children.run(children.write_box, path, (0, 0, 0, 0), np.ones((1, 3, 3, 3), np.uint16))
    with voxbrick.open_array(path) as array:
        assert np.all(array.read((0, 0, 0, 0), (1, 3, 3, 3)) == 1)
