"""Arrays of any strides cross the border unharmed, in both directions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided
from numpy.testing import assert_array_equal

import voxbrick

SHAPE = (2, 12, 10, 9)
OFFSET = (0, 5, 3, 2)


def _unaligned() -> np.ndarray:
    bytes_per_voxel = np.prod(SHAPE) * 2
    return np.zeros(bytes_per_voxel + 1, np.uint8)[1:].view(np.uint16).reshape(SHAPE)


MEMORY: dict[str, Callable[[], np.ndarray]] = {
    "c order": lambda: np.zeros(SHAPE, np.uint16),
    "f order": lambda: np.zeros(SHAPE, np.uint16, order="F"),
    "other order": lambda: np.zeros((10, 2, 9, 12), np.uint16).transpose(1, 3, 0, 2),
    "every second": lambda: np.zeros((4, 24, 30, 9), np.uint16)[::2, ::2, ::3],
    "backwards": lambda: np.zeros(SHAPE, np.uint16)[::-1, ::-1, :, ::-1],
    "one field of many": lambda: np.zeros(SHAPE, "u1,u2,u4")["f1"],
    "unaligned": _unaligned,
}


@pytest.fixture(params=MEMORY)
def memory(request: pytest.FixtureRequest) -> np.ndarray:
    return MEMORY[request.param]()


def _box(volume: np.ndarray) -> np.ndarray:
    return volume[:, 5:17, 3:13, 2:11]


def test_reading_into_any_strides(filled, volume, memory) -> None:
    assert filled.read(OFFSET, SHAPE, out=memory) is memory
    assert_array_equal(memory, _box(volume))


def test_reading_leaves_the_gaps_alone(filled, volume) -> None:
    around = np.full((2, 24, 10, 9), 7, np.uint16)
    filled.read(OFFSET, SHAPE, out=around[:, ::2])
    assert_array_equal(around[:, ::2], _box(volume))
    assert_array_equal(around[:, 1::2], 7)


@pytest.mark.parametrize("order", ["C", "F"])
def test_large_results_begin_with_a_cache_line(tmp_path, order: str) -> None:
    shape = (1, 128, 96, 90)
    volume = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    layout = {"data_format": "zarr3", "dtype": "uint8", "chunk_shape": 32}
    with voxbrick.create_array(tmp_path / "array", shape=shape, **layout) as array:
        array.write((0,) * 4, volume)
        result = array.read((0,) * 4, shape, order=order)
    assert result.ctypes.data % 64 == 0
    assert result.flags[f"{order}_CONTIGUOUS"]
    assert result.flags.writeable
    assert_array_equal(result, volume)


def test_empty_results_take_no_memory(filled) -> None:
    shape = (2, 0, 2**24, 2**24)
    assert filled.read((0,) * 4, shape).shape == shape


def test_writing_from_any_strides(create, volume, memory) -> None:
    memory[...] = _box(volume)
    array = create()
    array.write(OFFSET, memory)
    assert_array_equal(array.read(OFFSET, SHAPE), memory)


def test_writing_one_voxel_everywhere(create) -> None:
    array = create()
    array.write(OFFSET, as_strided(np.uint16([5]), SHAPE, (0, 0, 0, 0)))
    assert_array_equal(array.read(OFFSET, SHAPE), 5)


@pytest.mark.parametrize(
    ("out", "found"),
    [
        (np.zeros((2, 12, 10, 8), np.uint16), r"\(2, 12, 10, 8\).*\(2, 12, 10, 9\)"),
        (np.zeros(SHAPE[1:], np.uint16), r"\(12, 10, 9\)"),
        (np.zeros(SHAPE, np.int16), "int16.*uint16"),
        (np.zeros(SHAPE, ">u2"), ">u2.*uint16"),
    ],
)
def test_an_out_that_does_not_fit_is_refused(filled, out: np.ndarray, found: str) -> None:
    with pytest.raises(voxbrick.InvalidArgumentError, match=found):
        filled.read(OFFSET, SHAPE, out=out)


def test_a_read_only_out_is_refused(filled) -> None:
    out = np.zeros(SHAPE, np.uint16)
    out.flags.writeable = False
    with pytest.raises(voxbrick.ReadOnlyError, match="out"):
        filled.read(OFFSET, SHAPE, out=out)


def test_an_out_that_is_no_array_is_refused(filled) -> None:
    with pytest.raises(TypeError):
        filled.read(OFFSET, SHAPE, out=[0])


@pytest.mark.parametrize(
    ("offset", "shape"),
    [
        ((0, 0, 0), (1, 1, 1, 1)),
        ((0, 0, 0, 0), (1, 1, 1)),
        ((0, 0, 0, 0), (1, -1, 1, 1)),
        ((0.0, 0, 0, 0), (1, 1, 1, 1)),
        ((0, 0, 0, 0), "1111"),
        (5, (1, 1, 1, 1)),
        ((0, 0, 0, 2**63), (1, 1, 1, 1)),
        ((0,) * 9, (1,) * 9),
        (None, None),
    ],
)
def test_boxes_that_make_no_sense_are_refused(filled, offset: object, shape: object) -> None:
    with pytest.raises(voxbrick.InvalidArgumentError):
        filled.read(offset, shape)


def test_negative_offsets_are_out_of_bounds(filled) -> None:
    with pytest.raises(voxbrick.BoundsError):
        filled.read((0, -1, 0, 0), (1, 1, 1, 1))


def test_absurd_requests_are_refused_before_memory_is_taken(filled) -> None:
    with pytest.raises((MemoryError, ValueError)):
        filled.read((0, 0, 0, 0), (2, 2**40, 2**20, 2**3))
