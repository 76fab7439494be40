"""Work that is taken up again, and work that is not the same."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pytest

from support import chunk_functions
from support.datasets import noise, small_mag
from support.limits import TIMEOUT
from support.mounts import mount, unmount
from voxbrick import BoundingBox, Dataset, InvalidArgumentError, MagView, StorageError, View
from voxbrick.utils import named_partial
from voxbrick.work.identity import function_marks

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

DATA = noise(40, 24, 20)
"""Three by two by two files."""


@pytest.fixture(params=["wkw", "zarr", "zarr3"])
def mag(dataset: Dataset, request: pytest.FixtureRequest) -> MagView:
    return made(dataset, request.param)


def made(dataset: Dataset, data_format: str) -> MagView:
    layer = dataset.add_layer("color", "color", data_format=data_format)
    mag = layer.add_mag(1, 16, 1) if data_format == "zarr" else small_mag(layer, 1)
    mag.write(DATA)
    return mag


def test_done_chunks_are_not_done_again(mag: MagView, tmp_path: Path) -> None:
    def work(args: tuple[View, int]) -> None:
        if args[1] == 2 and not (tmp_path / "healthy").exists():
            raise ZeroDivisionError
        args[0].write(args[0].read() + 1)
        with (tmp_path / "done").open("a") as done:
            done.write(f"{args[1]} ")

    with pytest.raises(ZeroDivisionError):
        mag.for_each_chunk(work, checkpoint=tmp_path / "progress")
    (tmp_path / "healthy").touch()
    for _ in range(2):
        mag.for_each_chunk(work, checkpoint=str(tmp_path / "progress"))
    assert (tmp_path / "done").read_text().split() == list(map(str, range(12)))


def test_growth_on_the_way_is_no_hindrance(dataset: Dataset, tmp_path: Path) -> None:
    mag = small_mag(dataset.add_layer("color", "color", data_format="zarr3"), 1)
    mag.layer.bounding_box = BoundingBox((0, 0, 0), (64, 16, 16))
    for _ in range(2):
        mag.for_each_chunk(chunk_functions.add_one, checkpoint=tmp_path / "progress")
    assert (mag.read() == 1).all()


def test_paths_may_be_relative(mag: MagView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mag.for_each_chunk(chunk_functions.add_one, checkpoint=tmp_path / "progress")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(mag.layer.dataset.path)
    for path in (mag.layer.dataset.path.relative_to(tmp_path), "link"):
        same = Dataset.open(path).get_layer("color").get_mag(1)
        same.for_each_chunk(chunk_functions.add_one, checkpoint="progress")
    np.testing.assert_array_equal(mag.read()[0], DATA + 1)


def test_zipped_chunks_have_checkpoints_too(mag: MagView, tmp_path: Path) -> None:
    for _ in range(2):
        mag.for_zipped_chunks(chunk_functions.copy, mag, checkpoint=tmp_path / "progress")


# -- other work ------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["function", "chunk_shape", "bounding_box", "array"])
def test_a_checkpoint_belongs_to_its_work(mag: MagView, tmp_path: Path, change: str) -> None:
    mag.for_each_chunk(chunk_functions.add_one, checkpoint=tmp_path / "progress")
    if change == "bounding_box":
        mag.layer.bounding_box = BoundingBox((0, 0, 0), (8, 8, 8))
    if change == "array":
        dataset, data_format = mag.layer.dataset, mag.info.data_format.value
        dataset.delete_layer("color")
        mag = made(dataset, data_format)
    func = chunk_functions.fail_at_two if change == "function" else chunk_functions.add_one
    with pytest.raises(InvalidArgumentError, match=f"belongs to other work.*{change}"):
        mag.for_each_chunk(func, 32 if change == "chunk_shape" else None, checkpoint=tmp_path / "progress")


def copy(args: Any) -> None:
    pass


def one_of(number: int) -> Callable[[Any], Any]:
    return lambda args: number


def takes_all(*args: Any, **keywords: Any) -> None:
    pass


class Work:
    def __init__(self, number: int) -> None:
        self.number = number
        self.lock = None

    def __call__(self, args: Any) -> None:
        pass

    def method(self, args: Any) -> None:
        pass


DIFFERENT: dict[str, tuple[Any, Any]] = {
    "functions": (chunk_functions.add_one, chunk_functions.copy),
    "modules": (chunk_functions.copy, copy),
    "lambdas": (lambda args: 1, lambda args: 2),
    "closures": (one_of(1), one_of(2)),
    "parameters": (named_partial(takes_all, a=1), named_partial(takes_all, a=2)),
    "types": (named_partial(takes_all, a=1), named_partial(takes_all, a="1")),
    "arrays": (partial(takes_all, np.arange(3)), partial(takes_all, np.arange(3)[::-1])),
    "inner": (partial(partial(takes_all, 1), 2), partial(partial(takes_all, 2), 2)),
    "objects": (Work(1), Work(2)),
    "methods": (Work(1).method, Work(2).method),
    "kinds": (Work(1), Work(1).method),
    "boxes": (
        partial(takes_all, BoundingBox((0, 0, 0), (1, 1, 1))),
        partial(takes_all, BoundingBox((0, 0, 0), (1, 1, 2))),
    ),
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_functions_that_differ(what: str) -> None:
    one, other = DIFFERENT[what]
    assert function_marks(one) != function_marks(other)
    assert function_marks(one) == function_marks(one)


def test_what_does_not_matter(mag: MagView) -> None:
    first = function_marks(named_partial(takes_all, mag, mag.layer, {"a": 1, "b": Lock()}))
    mag.layer.bounding_box = BoundingBox((0, 0, 0), (100, 100, 100))
    again = Dataset.open(mag.layer.dataset.path).get_layer("color").get_mag(1)
    assert function_marks(named_partial(takes_all, again, again.layer, {"b": Lock(), "a": 1})) == first


def test_what_contains_itself_has_an_end() -> None:
    nodes: list[Any] = []
    nodes += [Work(number) for number in range(50)]
    for node in nodes:
        node.number = nodes
    assert function_marks(partial(takes_all, nodes)) == function_marks(partial(takes_all, nodes))


IN_ANOTHER_RUN = """
import numpy as np
from pathlib import Path
from voxbrick.work.identity import function_marks
from voxbrick.utils import named_partial
def outer(factor):
    def work(args, *, kinds={"a", "b", "c"}):
        return factor if args in {"x", "y", "z"} else Path("a")
    return work
print(function_marks(named_partial(outer({"one", "two"}), np.arange(4), x={"p": 1.5, "q": (None, b"")})))
"""


def test_the_same_function_is_known_in_another_run() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", IN_ANOTHER_RUN],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=TIMEOUT,
        ).stdout
        for seed in "123"
    }
    assert len(said) == 1


# -- other folders ---------------------------------------------------------------------------------


def test_a_folder_of_other_things_is_refused(mag: MagView) -> None:
    """The folders in it may have names like those of records."""
    for folder in (mag.layer.dataset.path, mag.layer.path):
        with pytest.raises(InvalidArgumentError, match=r"is no checkpoint: there is .*, but no work.json"):
            mag.for_each_chunk(pytest.fail, checkpoint=folder)


@pytest.mark.parametrize("path", ["", ".", True, 3, b"bytes", "a\0b", "half \ud800"])
def test_what_is_no_path_of_a_folder(
    mag: MagView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidArgumentError, match=r"checkpoint is .*; give the path of a folder"):
        mag.for_each_chunk(pytest.fail, checkpoint=path)


def test_a_damaged_checkpoint_is_refused(mag: MagView, tmp_path: Path) -> None:
    (tmp_path / "work.json").write_text("{")
    with pytest.raises(InvalidArgumentError, match="damaged"):
        mag.for_each_chunk(chunk_functions.add_one, checkpoint=tmp_path)


def test_a_file_is_no_checkpoint(mag: MagView, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot keep the checkpoint") as caught:
        mag.for_each_chunk(pytest.fail, checkpoint=tmp_path / "file")
    assert caught.value.errno == errno.EEXIST


@pytest.fixture
def disk_of_few_files(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    mount(folder, "-t", "tmpfs", "-o", "nr_inodes=8", "tmpfs")
    yield folder
    unmount(folder)


def test_a_full_disk_ends_the_work_at_a_chunk(mag: MagView, disk_of_few_files: Path) -> None:
    seen: list[int] = []

    def work(args: tuple[View, int]) -> None:
        seen.append(args[1])

    with pytest.raises(StorageError, match="cannot keep the checkpoint: No space left") as caught:
        mag.for_each_chunk(work, checkpoint=disk_of_few_files / "progress")
    assert caught.value.errno == errno.ENOSPC
    assert caught.value.__notes__[0].startswith(f"in chunk {seen[-1]} of 12")
    assert 0 < seen[-1] < 11
