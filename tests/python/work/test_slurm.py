"""Chunks on a Slurm cluster, which the tests start themselves where Slurm is installed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from support import children, chunk_functions, slurm_functions
from support.datasets import noise, small_mag
from support.slurm import jobs_that_stay
from voxbrick import Dataset, MagView

pytest.importorskip("cluster_tools", reason="the package cluster_tools is not installed")

DATA = noise(40, 24, 20)


@pytest.fixture
def mag(tmp_path: Path) -> MagView:
    layer = Dataset(tmp_path / "dataset", (1, 1, 1)).add_layer("color", "color")
    mag = small_mag(layer, 1, compress=True)
    mag.write(DATA)
    small_mag(layer, 2)
    other = small_mag(layer.dataset.add_layer("other", "color"), 1)
    other.write(DATA)
    return mag


def test_all_calls_give_what_they_give_here(slurm: dict[str, str], mag: MagView, tmp_path: Path) -> None:
    expected = mag.map_chunk(chunk_functions.sum_of, 32)
    sums, equal = children.run(slurm_functions.all_calls, slurm, tmp_path)
    assert sums == expected
    assert equal == [False, True]
    np.testing.assert_array_equal(mag.read()[0], DATA + 1)
    np.testing.assert_array_equal(mag.layer.get_mag(2).read()[0], DATA[::2, ::2, ::2] + 1)


def test_an_error_names_the_chunk_and_cancels_the_rest(
    slurm: dict[str, str], mag: MagView, tmp_path: Path
) -> None:
    with pytest.raises(ZeroDivisionError, match="on purpose") as caught:
        children.run(slurm_functions.fail_early, slurm, tmp_path)
    assert any(note.startswith("in chunk 1 of 12") for note in caught.value.__notes__)
    assert jobs_that_stay(slurm) == []
    assert not (tmp_path / "finished").exists()


def test_what_nobody_wants_any_more_does_not_begin(
    slurm: dict[str, str], mag: MagView, tmp_path: Path
) -> None:
    """Two run at a time, so when the first one is known, at most two more have begun."""
    assert children.run(slurm_functions.want_only_the_first, slurm, tmp_path)
    assert len(list(tmp_path.glob("* begins"))) <= 3
    assert list((tmp_path / "jobs").glob("called-off.*")) == []
