"""Arrays cross process boundaries as path and mode."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import voxbrick


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_copy_reads_the_same(filled, volume, protocol: int) -> None:
    copy = pickle.loads(pickle.dumps(filled, protocol))
    assert (copy.path, copy.mode) == (filled.path, filled.mode)
    assert_array_equal(copy.read((0, 0, 0, 0), volume.shape), volume)


def test_a_copy_opens_when_it_is_used(filled) -> None:
    data = pickle.dumps(filled)
    hidden = Path(filled.path).with_name("hidden")
    Path(filled.path).rename(hidden)
    copy = pickle.loads(data)
    with pytest.raises(voxbrick.NotFoundError):
        copy.list_shards()
    hidden.rename(filled.path)
    assert copy.list_shards() == filled.list_shards()


def test_a_copy_may_write_as_the_original_may(filled) -> None:
    one = np.ones((2, 1, 1, 1), np.uint16)
    pickle.loads(pickle.dumps(filled)).write((0, 0, 0, 0), one)
    assert_array_equal(filled.read((0, 0, 0, 0), one.shape), one)
    reader = pickle.loads(pickle.dumps(voxbrick.open_array(filled.path)))
    with pytest.raises(voxbrick.ReadOnlyError):
        reader.write((0, 0, 0, 0), one)


def test_relative_paths_are_found_from_elsewhere(filled, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(filled.path)
    monkeypatch.chdir(path.parent)
    data = pickle.dumps(voxbrick.open_array(path.name))
    monkeypatch.chdir(os.sep)
    assert pickle.loads(data).info == filled.info


def test_pickles_are_small(filled) -> None:
    assert len(pickle.dumps(filled)) < 200 + len(filled.path)


def test_the_description_can_be_pickled_and_compared(filled) -> None:
    assert pickle.loads(pickle.dumps(filled.info)) == filled.info
    assert hash(filled.info) == hash(pickle.loads(pickle.dumps(filled.info)))
