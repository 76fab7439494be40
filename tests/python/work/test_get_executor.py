"""Executors by name: `voxbrick.get_executor`."""

from __future__ import annotations

import gc
from concurrent.futures import Executor
from typing import Any

import pytest

import voxbrick
from support.limits import TIMEOUT
from voxbrick import InvalidArgumentError, UnsupportedError

pytestmark = pytest.mark.filterwarnings("ignore:.*fork")


def threads_inside(_: int) -> int:
    return voxbrick.num_threads()


@pytest.mark.parametrize(("kind", "options"), [("threads", {}), ("processes", {"start_method": "fork"})])
@pytest.mark.parametrize(("workers", "each"), [(None, 1), (2, 4), (3, 2), (100, 1)])
def test_no_more_threads_than_cores(kind: str, options: dict[str, Any], workers: Any, each: int) -> None:
    before = voxbrick.num_threads()
    voxbrick.set_num_threads(8)
    try:
        with voxbrick.get_executor(kind, workers, **options) as executor:
            assert isinstance(executor, Executor)
            assert executor._max_workers == (workers or 8)
            assert executor.submit(threads_inside, 0).result(TIMEOUT) == each
        assert voxbrick.num_threads() == 8
    finally:
        voxbrick.set_num_threads(before)


@pytest.mark.parametrize("first_to_end", [0, 1])
def test_pools_of_threads_at_the_same_time(first_to_end: int) -> None:
    before = voxbrick.num_threads()
    voxbrick.set_num_threads(8)
    try:
        pools = [voxbrick.get_executor("threads", workers) for workers in (2, 3)]
        assert voxbrick.num_threads() == 1
        pools.pop(first_to_end).shutdown()
        assert voxbrick.num_threads() < 8
        pools[0].shutdown()
        pools[0].shutdown()
        assert voxbrick.num_threads() == 8
    finally:
        voxbrick.set_num_threads(before)


def test_a_pool_that_is_forgotten_gives_the_threads_back() -> None:
    before = voxbrick.num_threads()
    voxbrick.set_num_threads(8)
    try:
        voxbrick.get_executor("threads", 4).submit(threads_inside, 0).result(TIMEOUT)
        gc.collect()
        assert voxbrick.num_threads() == 8
    finally:
        voxbrick.set_num_threads(before)


def test_two_clusters_of_dask_on_one_machine() -> None:
    pytest.importorskip("distributed", reason="the package distributed is not installed")
    clusters = [voxbrick.get_executor("dask", 1) for _ in range(2)]
    with clusters[0] as one, clusters[1] as other:  # a port that is taken would be a warning
        assert one.dashboard_link != other.dashboard_link


def test_kinds_that_do_not_exist() -> None:
    with pytest.raises(UnsupportedError, match="'abacus', there are 'sequential', 'threads'"):
        voxbrick.get_executor("abacus")


@pytest.mark.parametrize("workers", [0, -1, "2", 2.5])
@pytest.mark.parametrize("kind", ["threads", "processes", "dask"])
def test_numbers_of_workers_that_make_no_sense(kind: str, workers: Any) -> None:
    with pytest.raises(InvalidArgumentError, match=f"at least one, got {workers!r}"):
        voxbrick.get_executor(kind, workers)


@pytest.mark.parametrize(("kind", "package"), [("slurm", "cluster_tools"), ("dask", "distributed")])
def test_packages_that_are_missing(kind: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(UnsupportedError, match=f"package {package}.*pip install voxbrick"):
        voxbrick.get_executor(kind)
