"""What no array can be: refused by a typed error, before a folder is made."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voxbrick
from support import children
from voxbrick import errors

ZARR3: dict[str, Any] = {"data_format": "zarr3", "dtype": "uint8", "shape": (10,), "chunk_shape": (10,)}
ZARR2 = ZARR3 | {"data_format": "zarr"}
WKW: dict[str, Any] = {"data_format": "wkw", "dtype": "uint8"}
DOCUMENT = {"version": 1, "block_len": 32, "file_len": 32, "block_type": "raw", "voxel_type": "uint8"}
REFUSED = (errors.InvalidArgumentError, errors.UnsupportedError)

REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    **{
        f"codecs that are {codecs!r}, {keywords['data_format']}": (keywords | {"codecs": codecs}, "codec")
        for codecs in ["zstd", 5, True, {"name": "bytes"}, {1, 2}]
        for keywords in [ZARR3, ZARR2, WKW]
    },
    "attributes with NaN": (ZARR3 | {"attributes": {"a": math.nan}}, "attributes"),
    "attributes with a set": (ZARR3 | {"attributes": {"a": {1}}}, "attributes"),
    "attributes that are a list": (ZARR3 | {"attributes": [1]}, "attributes"),
    **{
        f"attributes that are {attributes!r}, beside axes": (
            ZARR2 | {"attributes": attributes, "axes": ["x"]},
            "attributes",
        )
        for attributes in [[1], "a", 5]
    },
    **{f"axes that are {axes!r}": (ZARR3 | {"axes": axes}, "axes") for axes in [[None], 5, True, "\ud800"]},
    "a dtype of half a character": (ZARR3 | {"dtype": "\ud800"}, "dtype"),
    "a dtype of fields": (ZARR3 | {"dtype": {"name": "u1"}}, "dtype"),
    "a format of half a character": (ZARR3 | {"data_format": "\ud800"}, "data_format"),
    "metadata of half a format": ({"metadata": {"zarr_format": "\ud800"}}, "data_format"),
    "channels beyond 64 bits": (WKW | {"num_channels": 2**64}, "num_channels"),
    "an extent beyond 64 bits": (ZARR3 | {"shape": [2**64]}, "18446744073709551616"),
    "metadata that are an array": ({"metadata": np.array([1, 2])}, "object"),
    "float fill beyond float32": (ZARR3 | {"dtype": "float32", "fill_value": 1e300}, "1e\\+300"),
    "float fill just beyond float32": (ZARR3 | {"dtype": "float32", "fill_value": 1e39}, "1e\\+39"),
    "float fill beyond float16": (ZARR3 | {"dtype": "float16", "fill_value": 1e6}, "fill_value"),
    "integer fill beyond all floats": (ZARR3 | {"dtype": "float64", "fill_value": 10**400}, "fill_value"),
    "bool fill 2": (ZARR3 | {"dtype": "bool", "fill_value": 2}, "fill_value 2"),
    "NaN for integers": (ZARR3 | {"fill_value": math.nan}, "fill_value nan"),
    "infinity for integers": (ZARR3 | {"fill_value": -math.inf}, "fill_value"),
    "no fill": (ZARR3 | {"fill_value": None}, "fill_value None"),
    "fill of two": (ZARR3 | {"fill_value": [3, 4]}, "fill_value"),
    "complex fill": (ZARR3 | {"fill_value": 1j}, "fill_value"),
    "fill of another range": (ZARR3 | {"fill_value": 300}, "fill_value"),
    "no chunk_shape": (ZARR3 | {"chunk_shape": None}, "chunk_shape="),
    "no shape": (ZARR3 | {"shape": None}, "shape="),
    "no dtype": (ZARR3 | {"dtype": None}, "dtype="),
    "a dtype of nobody": (ZARR3 | {"dtype": "nope"}, "nope"),
    "channels that are no integer": (WKW | {"num_channels": 1.0}, "num_channels"),
    "a format of nobody": ({"data_format": "hdf5", "dtype": "uint8"}, "hdf5.*there are wkw"),
    "no format": ({"data_format": None, "dtype": "uint8"}, "data_format"),
    "metadata and a dtype": ({"metadata": DOCUMENT, "dtype": "uint16"}, "leave out dtype"),
    "metadata and chunks": ({"metadata": DOCUMENT, "chunk_shape": 64, "compress": False}, "chunk_shape"),
    "metadata of another format": ({"metadata": {"zarr_format": 2}, "data_format": "zarr3"}, "data_format"),
    "metadata that are a list": ({"metadata": [1]}, "object"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refused_and_nothing_made(name: str, tmp_path: Path) -> None:
    keywords, words = REFUSALS[name]
    with pytest.raises(REFUSED, match=words):
        voxbrick.create_array(tmp_path / "deep/array", **keywords)
    assert not list(tmp_path.iterdir())


def test_the_empty_path_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.InvalidArgumentError, match="empty"):
        voxbrick.create_array("", **WKW)
    with pytest.raises(errors.InvalidArgumentError, match="empty"):
        voxbrick.open_array("")
    assert not list(tmp_path.iterdir())


def test_folders_of_what_could_not_be_created_are_gone(tmp_path: Path) -> None:
    (tmp_path / "was").mkdir()
    with pytest.raises(errors.StorageError):
        children.run(children.create_on_a_full_disk, tmp_path / "was/deep/array")
    assert [path.name for path in tmp_path.rglob("*")] == ["was"]


def test_numbers_of_numpy_are_numbers(tmp_path: Path) -> None:
    attributes = {"a": np.int64(3), "b": np.arange(2), "c": np.float32(0.5)}
    with voxbrick.create_array(tmp_path / "a", attributes=attributes, **ZARR3) as array:
        assert array.info.attributes == {"a": 3, "b": [0, 1], "c": 0.5}


def test_infinity_may_be_asked_for(tmp_path: Path) -> None:
    keywords = ZARR3 | {"dtype": "float32", "fill_value": math.inf}
    with voxbrick.create_array(tmp_path / "a", **keywords) as array:
        assert array.info.fill_value == np.inf


def test_shapes_may_be_arrays_of_numpy(tmp_path: Path) -> None:
    keywords = ZARR3 | {
        "shape": np.array([4, 6]),
        "chunk_shape": np.array([2, 3]),
        "axes": np.array(["y", "x"]),
    }
    with voxbrick.create_array(tmp_path / "array", **keywords) as array:
        assert (array.info.shape, array.info.chunk_shape, array.info.axes) == ((4, 6), (2, 3), ("y", "x"))
