"""How jobs travel to workers: once to each, however many chunks there are."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

import voxbrick
from support import chunk_functions
from support.datasets import noise, small_mag
from voxbrick import Dataset, InvalidArgumentError, MagView
from voxbrick.utils import named_partial

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning", "ignore:.*fork")

SIZE = 10_000_000


@pytest.fixture
def mag(dataset: Dataset) -> MagView:
    mag = small_mag(dataset.add_layer("color", "color"), 1)
    mag.write(noise(40, 24, 20))
    return mag


class Recording(ProcessPoolExecutor):
    """A pool that remembers how large what it was given is."""

    def __init__(self, method: str) -> None:
        super().__init__(2, get_context(method))
        self.sizes: list[int] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.sizes.append(len(pickle.dumps((fn, args, kwargs))))
        return super().submit(fn, *args, **kwargs)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_what_is_bound_is_sent_once_to_each_process(mag: MagView, tmp_path: Path, method: str) -> None:
    log = tmp_path / "log"
    work = named_partial(chunk_functions.use_object, sent=chunk_functions.SentObject(log, SIZE))
    with Recording(method) as executor:
        for _ in range(2):
            mag.for_each_chunk(work, chunk_shape=(16, 16, 16), executor=executor)
            unpickled = log.read_text().split()
            assert 1 <= len(unpickled) == len(set(unpickled)) <= 2
            log.unlink()
    assert len(executor.sizes) > 4
    assert max(executor.sizes) <= 1024


def test_what_is_bound_is_sent_once_to_each_worker_of_dask(mag: MagView, tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="the package distributed is not installed")
    log = tmp_path / "log"
    work = named_partial(chunk_functions.use_object, sent=chunk_functions.SentObject(log, 1_000_000))
    with voxbrick.get_executor("dask", 2) as client:
        mag.for_each_chunk(work, chunk_shape=(16, 16, 16), executor=client)
        names = mag.map_chunk(chunk_functions.name_of_task, executor=client)
    unpickled = log.read_text().split()
    assert 1 <= len(unpickled) == len(set(unpickled)) <= 2
    assert all("name_of_task" in name for name in names), names  # in the dashboard


def test_the_files_of_jobs_are_removed(mag: MagView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(tmp_path.iterdir())
    with ProcessPoolExecutor(1, get_context("fork")) as executor:
        mag.map_chunk(chunk_functions.sum_of, executor=executor)
        with pytest.raises(ZeroDivisionError):
            mag.for_each_chunk(chunk_functions.fail_at_two, executor=executor)
        with pytest.raises(InvalidArgumentError, match="lambda"):
            mag.for_each_chunk(lambda args: None, executor=executor)
    assert set(tmp_path.iterdir()) == before
