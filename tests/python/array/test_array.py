"""The low-level face: open, create, read, write, resize, list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import voxbrick

ORIGIN = (0, 0, 0, 0)
DTYPES = ["uint8", "int16", "uint32", "int64", "uint64", "float32", "float64"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_written_voxels_are_read_again(create, dtype: str) -> None:
    voxels = np.random.default_rng(0).integers(0, 100, (2, 11, 9, 7)).astype(dtype)
    array = create(dtype)
    array.write((0, 3, 5, 2), voxels)
    assert_array_equal(array.read((0, 3, 5, 2), voxels.shape), voxels)
    assert_array_equal(array.read(ORIGIN, (2, 3, 5, 2)), 0)


def test_opened_again_it_holds_the_same(filled, volume) -> None:
    with voxbrick.open_array(filled.path) as array:
        assert array.info == filled.info
        assert_array_equal(array.read(ORIGIN, volume.shape), volume)


def test_beyond_the_data_voxels_are_zero(filled, volume) -> None:
    assert_array_equal(
        filled.read((0, 30, 20, 10), (2, 100, 30, 40)),
        np.pad(volume[:, 30:, 20:, 10:], [(0, 0), (0, 90), (0, 26), (0, 30)]),
    )


@pytest.mark.parametrize("offset", [ORIGIN, (1, 3, 7, 2), (0, 30, 20, 10)])
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (1, 5, 8, 16), (1, 40, 24, 20)])
def test_the_largest_voxel(filled, offset: Any, shape: Any) -> None:
    assert filled.largest(offset, shape) == filled.read(offset, shape).max()


@pytest.mark.parametrize("order", ["F", "C"])
def test_new_arrays_have_the_order_asked_for(filled, volume, order: str) -> None:
    voxels = filled.read((0, 1, 2, 3), (2, 30, 20, 10), order=order)
    assert voxels.flags[f"{order}_CONTIGUOUS"]
    assert voxels.flags.writeable
    assert voxels.flags.owndata
    assert_array_equal(voxels, volume[:, 1:31, 2:22, 3:13])


@pytest.mark.parametrize("ints", [tuple, list, np.array, iter, lambda ints: map(np.uint8, ints)])
def test_boxes_may_be_given_as_any_integers(filled, volume, ints: Callable[..., Any]) -> None:
    found = filled.read(ints([1, 2, 3, 4]), ints([1, 4, 3, 2]))
    assert_array_equal(found, volume[1:, 2:6, 3:6, 4:6])


def test_a_box_of_no_extent_is_an_empty_array(filled) -> None:
    assert filled.read(ORIGIN, (2, 0, 5, 5)).shape == (2, 0, 5, 5)


@pytest.mark.parametrize("given", [np.uint8, np.bool_, ">u2", ">u1", "<u2"])
def test_types_that_fit_are_cast(create, given: Any) -> None:
    voxels = np.arange(16).astype(given).reshape(2, 2, 2, 2)
    array = create(np.uint16)
    array.write(ORIGIN, voxels)
    assert_array_equal(array.read(ORIGIN, voxels.shape), voxels.astype(np.uint16))


@pytest.mark.parametrize("given", ["int16", "uint32", "float32", "complex64", "U1"])
def test_types_that_may_lose_values_are_refused(create, given: str) -> None:
    array = create(np.uint16)
    with pytest.raises(TypeError, match=r"(?s)<?" + given[0] + r".*uint16") as caught:
        array.write(ORIGIN, np.zeros((2, 1, 1, 1), given))
    assert isinstance(caught.value, voxbrick.InvalidArgumentError)


def test_nested_lists_are_arrays_too(create) -> None:
    array = create(np.int64)
    array.write(ORIGIN, [[[[1, -2]]], [[[3, 4]]]])
    assert array.read(ORIGIN, (2, 1, 1, 2)).tolist() == [[[[1, -2]]], [[[3, 4]]]]


def test_durable_writes_write(create, volume) -> None:
    array = create()
    array.write(ORIGIN, volume, durable=True)
    assert_array_equal(array.read(ORIGIN, volume.shape), volume)


def test_stored_shards_are_listed(create, array_layout) -> None:
    array = create()
    assert array.list_shards() == []
    side = array.info.shard_shape[1]
    array.write((0, 0, 0, 0), np.ones((2, 1, 1, 1), np.uint16))
    array.write((0, side, 0, 0), np.ones((2, 1, 1, 1), np.uint16))
    assert array.list_shards() == [(0, 0, 0, 0), (0, 1, 0, 0)]


def test_a_closed_array_says_so(filled) -> None:
    with filled:
        pass
    filled.close()
    with pytest.raises(ValueError, match="closed"):
        filled.read(ORIGIN, (1, 1, 1, 1))


def test_read_only_arrays_refuse_to_write(filled) -> None:
    array = voxbrick.open_array(filled.path)
    with pytest.raises(voxbrick.ReadOnlyError):
        array.write(ORIGIN, np.ones((2, 1, 1, 1), np.uint16))


def test_wkw_info(tmp_path: Path) -> None:
    array = voxbrick.create_array(
        tmp_path, dtype="uint8", num_channels=3, chunk_shape=(16, 16, 16), shard_shape=64
    )
    info = array.info
    assert (info.data_format, info.dtype, info.axes) == ("wkw", np.uint8, ("c", "x", "y", "z"))
    assert (info.shape, info.num_channels, info.rank) == (None, 3, 4)
    assert (info.chunk_shape, info.shard_shape) == ((3, 16, 16, 16), (3, 64, 64, 64))
    assert (info.compressed, info.fill_value) == (True, 0)


def test_zarr_info(tmp_path: Path) -> None:
    codecs = [
        {"name": "bytes", "configuration": {"endian": "big"}},
        {"name": "gzip", "configuration": {"level": 1}},
    ]
    array = voxbrick.create_array(
        tmp_path,
        data_format="zarr3",
        dtype=np.float32,
        shape=(30, 20),
        axes=("y", "x"),
        chunk_shape=8,
        codecs=codecs,
        fill_value=np.nan,
        chunk_key_encoding={"name": "v2", "configuration": {"separator": "."}},
        attributes={"who": ["me", {"äöü": None}]},
    )
    info = array.info
    assert (info.data_format, info.dtype, info.axes) == ("zarr3", np.float32, ("y", "x"))
    assert (info.shape, info.chunk_shape, info.num_channels) == ((30, 20), (8, 8), 1)
    assert info.codecs == codecs
    assert info.attributes == {"who": ["me", {"äöü": None}]}
    assert np.isnan(info.fill_value)
    assert np.isnan(array.read((0, 0), (30, 20))).all()
    array.write((0, 0), np.ones((8, 8), np.float32))
    assert (tmp_path / "0.0").is_file()


@pytest.mark.parametrize(
    ("dtype", "fill_value"),
    [
        ("bool", True),
        ("uint64", 2**64 - 1),
        ("int64", -(2**63)),
        ("float32", -0.0),
        ("float64", np.inf),
        ("float64", -np.inf),
        ("float64", np.uint64(0x7FF8_0000_0000_1234).view(np.float64)),
        ("float16", np.float16(0.1)),
        ("float32", "NaN"),
    ],
)
def test_fill_values_survive_to_the_last_bit(tmp_path: Path, dtype: str, fill_value: Any) -> None:
    keywords = {"dtype": dtype, "shape": (3,), "chunk_shape": (2,), "fill_value": fill_value}
    array = voxbrick.create_array(tmp_path, data_format="zarr3", **keywords)
    expected = np.full(3, fill_value, dtype)
    assert array.read((0,), (3,)).tobytes() == expected.tobytes()
    assert voxbrick.open_array(tmp_path).info.fill_value.tobytes() == expected[0].tobytes()


def test_the_metadata_of_an_array_makes_another_like_it(filled, tmp_path: Path) -> None:
    other = voxbrick.create_array(tmp_path / "other", filled.info.metadata)
    assert other.info == filled.info


def test_the_shapes_of_an_array_make_another_like_it(filled, array_layout, tmp_path: Path) -> None:
    info = filled.info
    shapes = {"chunk_shape": info.chunk_shape, "shard_shape": info.shard_shape}
    other = voxbrick.create_array(tmp_path / "other", dtype=info.dtype, **array_layout | shapes)
    assert other.info == info


@pytest.mark.parametrize("data_format", ["zarr", "zarr2"])
def test_zarr2_info(tmp_path: Path, data_format: str) -> None:
    array = voxbrick.create_array(
        tmp_path,
        data_format=data_format,
        dtype=np.uint16,
        shape=(30, 20),
        axes=("y", "x"),
        chunk_shape=8,
        codecs=[{"id": "zlib", "level": 1}],
        attributes={"who": "äöü"},
    )
    info = array.info
    assert (info.data_format, info.dtype, info.axes) == ("zarr", np.uint16, ("y", "x"))
    assert info.chunk_shape == info.shard_shape == (8, 8)
    assert [codec["name"] for codec in info.codecs] == ["transpose", "bytes", "zlib"]
    assert info.attributes == {"who": "äöü", "_ARRAY_DIMENSIONS": ["y", "x"]}
    array.write((8, 0), np.ones((8, 8), np.uint16))
    assert {path.name for path in tmp_path.iterdir()} == {".zarray", ".zattrs", "1.0"}


def test_zarr_arrays_can_be_resized(tmp_path: Path) -> None:
    array = voxbrick.create_array(tmp_path, data_format="zarr3", dtype="uint8", shape=(8, 8), chunk_shape=4)
    array.write((0, 0), np.ones((8, 8), np.uint8))
    array.resize((5, 12))
    assert array.info.shape == (5, 12)
    array.resize((8, 8))
    expected = np.zeros((8, 8), np.uint8)
    expected[:5] = 1
    assert_array_equal(voxbrick.open_array(tmp_path).read((0, 0), (8, 8)), expected)


def test_wkw_arrays_have_no_shape(tmp_path: Path) -> None:
    array = voxbrick.create_array(tmp_path, dtype="uint8")
    with pytest.raises(voxbrick.UnsupportedError):
        array.resize((1, 2, 3, 4))


def test_paths_need_not_be_unicode(tmp_path: Path) -> None:
    path = tmp_path / b"n\xffme \xc3\xa4".decode("utf-8", "surrogateescape")
    voxbrick.create_array(path, dtype="uint8").write(ORIGIN, np.ones((1, 1, 1, 1), np.uint8))
    assert voxbrick.open_array(path).read(ORIGIN, (1, 1, 1, 1)).item() == 1
    with pytest.raises(voxbrick.AlreadyExistsError):
        voxbrick.create_array(path, dtype="uint8")


def test_the_number_of_threads_can_be_set() -> None:
    before = voxbrick.num_threads()
    voxbrick.set_num_threads(3)
    assert voxbrick.num_threads() == 3
    voxbrick.set_num_threads(0)
    assert voxbrick.num_threads() == before
    with pytest.raises(voxbrick.InvalidArgumentError):
        voxbrick.set_num_threads(-1)
