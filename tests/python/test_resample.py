"""Kernels against a slow reference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import resample as slow
from support.strategies import MEMORY_LAYOUTS, with_memory_layout
from voxbrick import resample
from voxbrick.errors import InvalidArgumentError, UnsupportedError

DTYPES = [f"{kind}{bits}" for kind in ("uint", "int") for bits in (8, 16, 32, 64)] + ["float32", "float64"]


def voxels(dtype: str, shape: tuple[int, ...], kind: str, seed: int) -> np.ndarray:
    """A few labels, or anything up to the limits of the type; floats whose sums are exact."""
    random = np.random.default_rng(seed)
    if kind == "labels":
        return random.integers(0, 3, shape).astype(dtype)
    if np.dtype(dtype).kind == "f":
        likely = [0.0, -0.0, 0.25, -1.5, 100.0] * 8
        return random.choice([*likely, np.inf, np.nan], shape).astype(dtype)
    limits = np.iinfo(dtype)
    edges = np.array([limits.min, limits.min + 1, limits.max - 1, limits.max], dtype)
    anything = random.integers(limits.min, limits.max, shape, dtype, endpoint=True)
    return np.where(random.random(shape) < 0.5, random.choice(edges, shape), anything)


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, list[int], list[int]]:
    """An array in any layout, long enough for vectors along one axis; factors and an offset."""
    rank = draw(st.integers(1, 4))
    shape = [draw(st.integers(1, 5)) for _ in range(rank)]
    shape[draw(st.integers(0, rank - 1))] = draw(st.integers(1, 140))
    kind = draw(st.sampled_from(["labels", "anything"]))
    array = voxels(draw(st.sampled_from(DTYPES)), tuple(shape), kind, draw(st.integers(0, 999)))
    factors = [draw(st.sampled_from([1, 2, 2, 2, 3, 4, 7])) for _ in range(rank)]
    offset = [draw(st.integers(-5, 9)) for _ in range(rank)]
    return with_memory_layout(array, draw(MEMORY_LAYOUTS)), factors, offset


@pytest.mark.parametrize("mode", slow.MODES)
@settings(max_examples=150, deadline=None)
@given(case=cases())
def test_every_cell_is_what_the_reference_says(mode: str, case: Any) -> None:
    array, factors, offset = case
    before = array.copy()
    with np.errstate(invalid="ignore"):
        expected = slow.downsample(array, factors, mode, offset)
    found = resample.downsample(array, factors, mode, offset=offset)
    assert found.dtype == array.dtype
    np.testing.assert_array_equal(found, expected)
    if mode in ("mode", "nearest"):
        assert found.tobytes() == expected.tobytes()
    assert before.tobytes() == array.tobytes()


@settings(max_examples=40, deadline=None)
@given(case=cases(), more=st.lists(st.sampled_from([1, 2, 3]), min_size=1, max_size=3))
def test_a_pyramid_is_one_step_after_the_other(case: Any, more: list[int]) -> None:
    array, factors, offset = case
    steps: list[Any] = [factors, *more]
    expected, place = array, offset
    for step, found in zip(steps, resample.pyramid(array, steps, "max", offset=offset), strict=True):
        expected = resample.downsample(expected, step, "max", offset=place)
        per_axis = [step] * array.ndim if isinstance(step, int) else step
        place = [begin // factor for begin, factor in zip(place, per_axis, strict=True)]
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("mode", slow.MODES)
def test_parts_give_what_the_whole_gives(mode: str, order: Any) -> None:
    """The whole is worked on in many tiles, by several threads."""
    volume = np.asarray(voxels("uint16", (1100, 61, 37), "labels", 1), order=order)
    steps = [(2, 2, 1), (2, 2, 2)]
    whole = resample.pyramid(volume, steps, mode, offset=(3, 1, 0))
    for begin in range(-3, 1100, 400):
        cut = slice(max(begin, 0), begin + 400)
        parts = resample.pyramid(volume[cut], steps, mode, offset=(max(begin, 0) + 3, 1, 0))
        for part, level, factor in zip(parts, whole, (2, 4), strict=True):
            first = (max(begin, 0) + 3) // factor - 3 // factor
            np.testing.assert_array_equal(part, level[first : first + len(part)])


@settings(max_examples=150, deadline=None)
@given(case=cases(), data=st.data())
def test_upsampling_repeats_voxels(case: Any, data: st.DataObject) -> None:
    cells, factors, _ = case
    whole = slow.upsample(cells, factors)
    first = [data.draw(st.integers(0, factor - 1)) for factor in factors]
    cut = [data.draw(st.integers(0, factor - 1)) for factor in factors]
    shape = [max(n - a - b, 0) for n, a, b in zip(whole.shape, first, cut, strict=True)]
    expected = whole[tuple(slice(a, a + n) for a, n in zip(first, shape, strict=True))]
    if 0 not in shape:
        found = resample.upsample(cells, factors, offset=first, shape=shape)
        assert found.tobytes() == expected.tobytes()
    assert resample.upsample(cells, factors).tobytes() == whole.tobytes()


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_volume_of_many_tiles_is_upsampled(order: Any) -> None:
    cells = np.asarray(voxels("uint32", (130, 60, 40), "anything", 2), order=order)
    found = resample.upsample(cells, (3, 2, 1))
    assert found.flags[f"{order}_CONTIGUOUS"]
    np.testing.assert_array_equal(found, slow.upsample(cells, (3, 2, 1)))


def test_numbers_stand_for_all_axes_and_lists_are_arrays() -> None:
    assert resample.downsample([[1, 1], [2, 1]], 2, "mode").tolist() == [[1]]
    assert resample.upsample([[1, 2]], 2).tolist() == [[1, 1, 2, 2]] * 2


def test_arrays_without_voxels_or_axes() -> None:
    assert resample.downsample(np.zeros((0, 5), np.uint8), 2, "mean").shape == (0, 3)
    assert resample.downsample(np.uint8(7), [], "median") == 7


def test_voxels_that_are_not_aligned() -> None:
    bytes_ = np.arange(1, 8 * 33 + 2, dtype=np.uint8)
    array = bytes_[1:].view(np.uint64)
    expected = slow.downsample(array.copy(), [2], "max", [0])
    np.testing.assert_array_equal(resample.downsample(array, 2, "max"), expected)


@pytest.mark.parametrize(
    ("array", "factors", "mode", "error"),
    [
        (np.zeros((4, 4), np.uint8), (2, 2), "cubic", InvalidArgumentError),
        (np.zeros((4, 4), np.uint8), (2, 0), "mode", InvalidArgumentError),
        (np.zeros((4, 4), np.uint8), (2, -2), "mode", InvalidArgumentError),
        (np.zeros((4, 4), np.uint8), (2, 2, 2), "mode", InvalidArgumentError),
        (np.zeros((4, 4), np.uint8), (2, 1.5), "mode", InvalidArgumentError),
        (np.zeros((4, 4), np.uint8), (2, 2**62), "mode", InvalidArgumentError),
        (np.broadcast_to(np.uint8(1), (2**20, 2**20)), 2**20, "mean", InvalidArgumentError),
        (np.zeros((4, 4), bool), 2, "mode", UnsupportedError),
        (np.zeros((4, 4), np.float16), 2, "mode", UnsupportedError),
        (np.zeros((4, 4), complex), 2, "mode", UnsupportedError),
        (np.zeros((4, 4), ">u2"), 2, "mode", UnsupportedError),
    ],
)
def test_what_makes_no_sense_is_refused(array: Any, factors: Any, mode: str, error: Any) -> None:
    with pytest.raises(error):
        resample.downsample(array, factors, mode)


def test_huge_factors_make_one_cell() -> None:
    assert resample.downsample(np.array([3, 1, 2], np.int8), 2**40, "median").tolist() == [2]
    assert resample.upsample(np.array([3], np.int8), 2**40, offset=[5], shape=[2]).tolist() == [3, 3]


def test_pyramids_whose_factors_overflow_are_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="too large"):
        resample.pyramid(np.zeros(4, np.uint8), [2**40, 2**40], "mode")


@pytest.mark.parametrize(
    ("shape", "factors", "offset"), [((3,), 2, [0]), ((2,), 2, [3]), ((4,), 0, [0]), ((4,), 2, [0, 0])]
)
def test_upsampling_refuses_shapes_that_do_not_fit(shape: Any, factors: int, offset: list[int]) -> None:
    with pytest.raises(InvalidArgumentError):
        resample.upsample(np.zeros(shape, np.uint8), factors, offset=offset, shape=[4])
