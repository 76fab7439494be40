"""Whatever is written, in whatever order: the engine holds what a numpy array would hold, bit for bit."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import voxbrick
from reference import wkw, zarr3
from support.compare import assert_same_bits
from support.strategies import (
    MEMORY_LAYOUTS,
    Case,
    Shape,
    boxes,
    some_values,
    with_memory_layout,
    wkw_cases,
    zarr3_cases,
)

EXAMPLES = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def step_write(draw: st.DrawFn, case: Case, array: voxbrick.Array) -> None:
    offset, shape = boxes(draw, case.shape)
    values = some_values(draw, case, shape)
    array.write(offset, with_memory_layout(values, draw(MEMORY_LAYOUTS)))
    case.voxels[tuple(slice(a, a + n) for a, n in zip(offset, shape, strict=True))] = values


def step_read(draw: st.DrawFn, case: Case, array: voxbrick.Array) -> None:
    offset, shape = boxes(draw, case.shape, beyond=3)
    order = draw(st.sampled_from("FC"))
    assert_same_bits(array.read(offset, shape, order=order), case.expected(offset, shape))


def step_read_into(draw: st.DrawFn, case: Case, array: voxbrick.Array) -> None:
    """Into a given array: only its own elements change, none of those between them."""
    offset, shape = boxes(draw, case.shape, beyond=3)
    room = np.full([3 * n + 2 for n in shape], 1, case.voxels.dtype)
    steps = [draw(st.sampled_from([1, 2, -1, -2])) for _ in shape]
    corner = tuple(slice(0, 2 * n) for n in shape)
    out = room[corner][tuple(slice(None, None, step) for step in steps)][tuple(slice(0, n) for n in shape)]
    expected = room.copy()
    expected_out = np.ndarray(
        out.shape, out.dtype, expected, offset=address(out) - address(room), strides=out.strides
    )
    expected_out[...] = case.expected(offset, shape)
    assert array.read(offset, shape, out=out) is out
    assert_same_bits(room, expected)


def address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]


def step_resize(draw: st.DrawFn, case: Case, array: voxbrick.Array) -> None:
    if not case.unbounded:
        shape = tuple(max(1, length + draw(st.integers(-4, 3))) for length in case.shape)
        array.resize(shape)
        case.resize(shape)


STEPS = st.sampled_from([step_write, step_write, step_read, step_read_into, step_resize])


@given(st.data(), st.one_of(wkw_cases(), zarr3_cases()))
@EXAMPLES
def test_the_engine_behaves_like_a_numpy_array(data: st.DataObject, case: Case) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "array"
        with voxbrick.create_array(path, **case.keywords) as array:
            for step in data.draw(st.lists(STEPS, min_size=1, max_size=6)):
                step(data.draw, case, array)
            assert_same_bits(array.read((0,) * len(case.shape), case.shape), case.voxels)
        with voxbrick.open_array(path) as array:
            assert_same_bits(array.read((0,) * len(case.shape), case.shape, order="C"), case.voxels)
            check_stored_shards(case, array.list_shards())
        oracle = wkw.read if case.unbounded else zarr3.read
        assert_same_bits(oracle(path, (0,) * len(case.shape), case.shape), case.voxels)


def check_stored_shards(case: Case, stored: list[Shape]) -> None:
    """Zarr stores no shard of nothing but fill; WKW may keep files of zeros."""
    assert stored == sorted(set(stored))
    if case.unbounded:
        assert set(stored) >= set(case.shards_with_data())
    else:
        assert stored == case.shards_with_data()
