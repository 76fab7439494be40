"""Work chunk by chunk."""

from __future__ import annotations

import pickle
import re
import time
import traceback
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest

from support import chunk_functions
from support.datasets import noise, small_mag
from voxbrick import BoundingBox, Dataset, InvalidArgumentError, MagView, MisalignedError, NDBoundingBox, View
from voxbrick.geometry.grid import ChunkGrid
from voxbrick.utils import named_partial

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

DATA = noise(40, 24, 20)
"""Three by two by two files."""


@pytest.fixture
def mag(dataset: Dataset) -> MagView:
    mag = small_mag(dataset.add_layer("color", "color"), 1)
    mag.write(DATA)
    return mag


def boxes_of(view: View, chunk_shape: Any = None) -> list[NDBoundingBox]:
    return view.map_chunk(lambda chunk: chunk.bounding_box, chunk_shape)


# -- the grid --------------------------------------------------------------------------------------


def test_chunks_are_files_with_the_last_axis_fastest(mag: MagView) -> None:
    boxes = boxes_of(mag)
    assert boxes == list(mag.bounding_box.chunk((16, 16, 16), (16, 16, 16)))
    assert [box.topleft for box in boxes[:3]] == [(0, 0, 0), (0, 0, 16), (0, 16, 0)]


def test_borders_are_absolute_and_clipped(mag: MagView) -> None:
    view = mag.get_view(absolute_offset=(10, 0, 0), size=(30, 8, 8))
    assert [(box.topleft.x, box.size.x) for box in boxes_of(view)] == [(10, 6), (16, 16), (32, 8)]


@pytest.mark.parametrize("axes", [("x", "y", "z"), ("t", "x", "y", "z")])
def test_a_grid_is_what_chunk_lists(axes: tuple[str, ...]) -> None:
    rank = len(axes)
    box = NDBoundingBox((5, 0, 7, 3)[:rank], (9, 4, 1, 12)[:rank], axes, range(1, rank + 1))
    shape = (4, 3, 5, 6)[:rank]
    grid = ChunkGrid(box, box.with_size(shape).size)
    assert [grid[number] for number in range(len(grid))] == list(box.chunk(shape, shape))
    for number in (-1, len(grid)):
        with pytest.raises(IndexError):
            grid[number]


def test_a_grid_of_a_million_is_small() -> None:
    box = BoundingBox((1, 2, 3), (10**5, 10**5, 10**5))
    grid = ChunkGrid(box, box.with_size((1000, 1000, 1000)).size)
    assert len(grid) == 101**3
    assert len(pickle.dumps(grid)) < 1024
    assert grid[len(grid) - 1].bottomright == box.bottomright


@pytest.mark.parametrize(
    ("chunk_shape", "read_only", "message"),
    [
        ((8, 16, 16), False, r"chunk_shape \(8, 16, 16\) has to be a multiple of \(16, 16, 16\)"),
        ((8, 16, 12), True, r"multiple of \(8, 8, 8\).*for example \(8, 16, 16\)"),
        ((16, 16, 0), False, r"cannot have the shape \(16, 16, 0\)"),
        ((16, 16, -16), True, r"cannot have the shape \(16, 16, -16\)"),
        ((16, 16), True, r"do not fit the axes"),
    ],
)
def test_shapes_that_do_not_fit(mag: MagView, chunk_shape: Any, read_only: bool, message: str) -> None:
    view = mag.get_view(read_only=read_only)
    with pytest.raises((MisalignedError, InvalidArgumentError), match=message):
        boxes_of(view, chunk_shape)
    with pytest.raises(AssertionError):
        view.for_each_chunk(print, chunk_shape)


def test_shapes_that_fit(mag: MagView) -> None:
    assert len(boxes_of(mag, 32)) == 2
    assert len(boxes_of(mag, (48, 16, 32))) == 2
    assert len(boxes_of(mag.get_view(read_only=True), (40, 24, 8))) == 3


def test_coarse_mags_chunk_their_rounded_box(mag: MagView) -> None:
    mag.layer.bounding_box = BoundingBox((1, 0, 3), (38, 24, 16))
    mag2 = small_mag(mag.layer, 2)
    boxes = boxes_of(mag2)
    assert [(box.topleft, box.size) for box in boxes] == [
        ((0, 0, 2), (32, 24, 18)),
        ((32, 0, 2), (8, 24, 18)),
    ]
    mag2.for_each_chunk(chunk_functions.add_one)
    assert (mag2.read() == 1).all()


def test_further_axes_are_cut_into_files(dataset: Dataset) -> None:
    box = NDBoundingBox((0, 0, 0, 0), (3, 20, 8, 8), ("t", "x", "y", "z"), (1, 2, 3, 4))
    layer = dataset.add_layer("movie", "color", data_format="zarr3", bounding_box=box)
    mag = layer.add_mag(1, 4, 4)
    assert [chunk.topleft[:2] for chunk in boxes_of(mag)] == [(t, x) for t in range(3) for x in (0, 16)]
    assert len(boxes_of(mag, (3, 16, 16, 16))) == 2
    mag.for_each_chunk(chunk_functions.add_one, (32, 16, 16))
    assert (mag.read() == 1).all()


# -- the calls -------------------------------------------------------------------------------------


def test_each_chunk_is_seen_once_and_in_order(mag: MagView) -> None:
    seen: list[tuple[View, int]] = []
    assert mag.for_each_chunk(seen.append) is None  # type: ignore[func-returns-value]
    assert [number for _, number in seen] == list(range(12))
    assert all(type(view) is View and not view.read_only for view, _ in seen)
    mag.for_each_chunk(chunk_functions.add_one)
    np.testing.assert_array_equal(mag.read()[0], DATA + 1)


def test_chunks_inherit_read_only(mag: MagView) -> None:
    assert all(mag.get_view(read_only=True).map_chunk(lambda view: view.read_only))


def test_nothing_to_do(dataset: Dataset) -> None:
    empty = dataset.add_layer("empty", "color").add_mag(1)
    empty.for_each_chunk(pytest.fail, progress_desc="nothing")
    assert empty.map_chunk(pytest.fail) == []
    empty.for_zipped_chunks(pytest.fail, empty)
    assert list(empty.chunk((8, 8, 8))) == []


def test_view_chunk(mag: MagView) -> None:
    views = list(mag.chunk(16, 16, read_only=True))
    assert [view.bounding_box for view in views] == boxes_of(mag)
    assert [view.bounding_box for view in mag.chunk(np.int64(16), np.int64(16))] == boxes_of(mag)
    assert views[0].read_only
    cut_from_topleft = mag.get_view(absolute_offset=(10, 0, 0), size=(20, 8, 8), read_only=True).chunk(
        (16, 8, 8)
    )
    assert [view.bounding_box.topleft.x for view in cut_from_topleft] == [10, 26]


def test_old_names(mag: MagView) -> None:
    with pytest.warns(DeprecationWarning, match="chunk_shape"):
        mag.for_each_chunk(chunk_functions.add_one, chunk_size=(32, 32, 32))
    with pytest.raises(InvalidArgumentError, match="only chunk_shape"):
        mag.for_each_chunk(print, (32, 32, 32), chunk_size=(32, 32, 32))
    with pytest.warns(DeprecationWarning, match="_chunk_shape"):
        mag.for_zipped_chunks(
            chunk_functions.copy, mag, source_chunk_size=(32, 32, 32), target_chunk_size=(32, 32, 32)
        )


# -- errors ----------------------------------------------------------------------------------------


def test_an_error_names_its_chunk_and_keeps_its_traceback(mag: MagView) -> None:
    with pytest.raises(ZeroDivisionError, match="on purpose") as caught:
        mag.for_each_chunk(chunk_functions.fail_at_two)
    text = "".join(traceback.format_exception(caught.value))
    assert "fail_at_two" in text
    assert f"in chunk 2 of 12, {boxes_of(mag)[2]}" in caught.value.__notes__[0]
    assert len(caught.value.__notes__) == 1
    after_it = mag.read()[0] - DATA
    assert after_it[:16, :16].all()
    assert not after_it[:, 16:].any()


def test_the_rest_can_be_finished(mag: MagView) -> None:
    def fail_twice(args: tuple[View, int]) -> None:
        chunk_functions.fail_at_two(args)
        if args[1] == 5:
            raise KeyError("later")

    with pytest.raises(ZeroDivisionError) as caught:
        mag.for_each_chunk(fail_twice, on_error="finish")
    assert "2 of 12 chunks failed, with the numbers 2, 5" in caught.value.__notes__[1]
    changed = mag.map_chunk(lambda view: bool((view.read()[0] != view.bounding_box.slice_array(DATA)).all()))
    assert [number for number, is_new in enumerate(changed) if not is_new] == [2]


def test_other_ways_to_go_on_are_refused(mag: MagView) -> None:
    with pytest.raises(InvalidArgumentError, match="'cancel' or 'finish'"):
        mag.map_chunk(print, on_error="ignore")  # type: ignore[arg-type]


async def wait_for(args: Any) -> None:
    pytest.fail("nobody waits for it")


def give_later(args: Any) -> Iterator[int]:
    yield 1


@pytest.mark.parametrize("func", [wait_for, give_later, named_partial(give_later)])
def test_functions_that_only_make_something_are_refused(mag: MagView, func: Any) -> None:
    """All chunks would look done, also to a checkpoint."""
    for call in (mag.for_each_chunk, partial(mag.for_zipped_chunks, target_view=mag)):
        with pytest.raises(
            InvalidArgumentError, match=r"(wait_for|give_later) is a generator or a coroutine"
        ):
            call(func)
    assert len(mag.map_chunk(give_later)) == 12


@pytest.mark.parametrize("func", [None, "sum_of", 3])
def test_what_is_no_function(mag: MagView, func: Any) -> None:
    for call in (mag.for_each_chunk, mag.map_chunk, partial(mag.for_zipped_chunks, target_view=mag)):
        with pytest.raises(InvalidArgumentError, match=r"func_per_chunk is .*; give a function"):
            call(func)


# -- progress --------------------------------------------------------------------------------------


def test_progress_in_a_log(mag: MagView, capsys: pytest.CaptureFixture[str]) -> None:
    mag.map_chunk(chunk_functions.sum_of, progress_desc="adding")
    assert capsys.readouterr().err.startswith("adding: 19.2 k voxels of 19.2 k voxels (100 %)")
    mag.map_chunk(chunk_functions.sum_of)
    assert capsys.readouterr().err == ""


def test_a_log_has_a_line_every_ten_seconds(
    mag: MagView, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)

    def take_four_seconds(view: View) -> None:
        nonlocal now
        now += 4

    mag.map_chunk(take_four_seconds, progress_desc="waiting")
    percents = re.findall(r"waiting: .*\((\d+) %\)", capsys.readouterr().err)
    assert percents == ["37", "66", "90", "100"]  # after 12, 24, 36 and 48 s


def test_progress_does_not_look_at_every_chunk(mag: MagView, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    original = ChunkGrid.__getitem__
    monkeypatch.setattr(ChunkGrid, "__getitem__", lambda grid, n: asked.append(n) or original(grid, n))

    def fail(view: View) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        mag.map_chunk(fail, progress_desc="failing")
    assert set(asked) == {0}


def test_progress_on_a_terminal(
    mag: MagView, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    mag.map_chunk(chunk_functions.sum_of, progress_desc="adding [all] of [/tmp]")
    assert "adding [all] of [/tmp]" in capsys.readouterr().err
    mag.map_chunk(chunk_functions.sum_of, progress_desc="adding")
    assert "19.2 k voxels of 19.2 k voxels" in capsys.readouterr().err
