"""Metadata as other programs write them, anew while we have the array open, and with Python's odd numbers."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr

import voxbrick
from support.zarr_metadata import LITTLE, ZSTD, Metadata, codec, sharding, transpose, zarr_metadata
from voxbrick import errors
from voxbrick.conversion import plan_conversion

ODD = '{"a": NaN, "b": [Infinity, -Infinity], "c": 1e999, "text": "NaN, \\" Infinity"}'


def stored(path: Path, metadata: Metadata | str, name: str = "zarr.json") -> Path:
    path.mkdir(exist_ok=True)
    (path / name).write_text(metadata if isinstance(metadata, str) else json.dumps(metadata))
    return path


def v2(**changes: Any) -> Metadata:
    plain = {"zarr_format": 2, "shape": [8], "chunks": [4], "dtype": "|u1", "compressor": None}
    return plain | {"fill_value": 0, "order": "C", "filters": None} | changes


def with_attributes(metadata: Metadata, text: str) -> str:
    return json.dumps(metadata | {"attributes": "X"}).replace('"X"', text)


@pytest.mark.parametrize("shard_shape", [None, (8, 8)])
def test_open_handles_outlive_zarr_python(shard_shape: tuple[int, ...] | None, tmp_path: Path) -> None:
    keywords: dict[str, Any] = {"shape": (8, 8), "chunk_shape": (4, 4), "dtype": "uint8"}
    path = tmp_path / "array"
    with voxbrick.create_array(path, data_format="zarr3", shard_shape=shard_shape, **keywords) as array:
        array.write((0, 0), np.full((8, 8), 7, np.uint8))
        zarr.open_array(path, mode="r+").attrs["added"] = 1
        assert (array.read((0, 0), (8, 8)) == 7).all()
        array.write((0, 0), np.ones((3, 3), np.uint8))
        assert array.info.attributes == {"added": 1}


SPELLINGS: list[tuple[list[Any], list[Any]]] = [
    ([LITTLE], ["bytes"]),
    ([LITTLE], [{"name": "bytes"}]),
    ([LITTLE], [codec("bytes", endian="big")]),
    ([LITTLE], [codec("endian", endian="little")]),
    ([transpose(1, 0), LITTLE], [codec("transpose", order="F"), LITTLE]),
    ([LITTLE, {"name": "crc32c"}], [LITTLE, codec("crc32c")]),
    ([LITTLE, ZSTD], [LITTLE, codec("zstd", level=1)]),
]


@pytest.mark.parametrize("sharded", [False, True])
@pytest.mark.parametrize(("before", "after"), SPELLINGS)
def test_codecs_are_compared_by_their_meaning(
    before: list[Any], after: list[Any], sharded: bool, tmp_path: Path
) -> None:
    def metadata(codecs: list[Any]) -> Metadata:
        return zarr_metadata("uint8", (8, 8), (4, 4), [sharding((2, 2), codecs)] if sharded else codecs)

    path = stored(tmp_path / "array", metadata(before))
    with voxbrick.open_array(path, "r+") as array:
        array.write((0, 0), np.full((8, 8), 7, np.uint8))
        stored(path, metadata(after))
        assert (array.read((0, 0), (8, 8)) == 7).all()


def test_codecs_of_another_meaning_are_another_array(tmp_path: Path) -> None:
    path = stored(tmp_path / "array", zarr_metadata("uint16", codecs=[LITTLE]))
    with voxbrick.open_array(path) as array:
        stored(path, zarr_metadata("uint16", codecs=[codec("bytes", endian="big")]))
        with pytest.raises(errors.InvalidMetadataError, match="replaced by another array"):
            array.read((0, 0), (1, 1))


def check_odd(attributes: dict[str, Any]) -> None:
    assert math.isnan(attributes["a"])
    assert attributes["b"] == [math.inf, -math.inf]
    assert attributes["text"] == 'NaN, " Infinity'


@pytest.mark.parametrize("data_format", ["zarr", "zarr3"])
def test_odd_numbers_in_attributes_are_kept(data_format: str, tmp_path: Path) -> None:
    path = tmp_path / "array"
    if data_format == "zarr3":
        stored(path, with_attributes(zarr_metadata("uint8", (8,), (4,)), ODD))
    else:
        stored(stored(path, v2(), ".zarray"), ODD, ".zattrs")
    with voxbrick.open_array(path, "r+") as array:
        check_odd(array.info.attributes)
        array.resize((9,))
        check_odd(array.info.attributes)
    with voxbrick.open_array(path) as array:
        check_odd(array.info.attributes)
        metadata = array.info.metadata
    with voxbrick.create_array(tmp_path / "copy", metadata) as copy:
        check_odd(copy.info.attributes)


@pytest.mark.parametrize("data_format", ["zarr", "zarr3"])
def test_conversions_keep_odd_numbers_in_attributes(data_format: str, tmp_path: Path) -> None:
    path = stored(tmp_path / "array", with_attributes(zarr_metadata("uint8", (8, 8), (4, 4)), ODD))
    with plan_conversion(path, tmp_path / "copy", data_format=data_format).run() as copy:
        check_odd(copy.info.attributes)


@pytest.mark.parametrize("data_format", ["zarr", "zarr3"])
def test_new_attributes_have_no_odd_numbers(data_format: str, tmp_path: Path) -> None:
    """Most programs would not open the array; those that exist are another matter."""
    keywords: dict[str, Any] = {"dtype": "u1", "shape": (4,), "chunk_shape": 2, "data_format": data_format}
    for number in [math.nan, math.inf, np.float32("nan"), np.array([1, -math.inf])]:
        with pytest.raises(errors.InvalidArgumentError, match=r"attributes.*no NaN, infinity"):
            voxbrick.create_array(tmp_path / "array", attributes={"a": [number]}, **keywords)
        assert not (tmp_path / "array").exists()


def test_odd_numbers_elsewhere_are_refused(tmp_path: Path) -> None:
    for number in ["NaN", "Infinity", "-Infinity", "1e999"]:
        for key in ["fill_value", "dimension_names"]:
            text = json.dumps(zarr_metadata("float32", (8,), (4,)) | {key: "X"})
            path = stored(tmp_path, text.replace('"X"', number if key == "fill_value" else f"[{number}]"))
            with pytest.raises(errors.InvalidMetadataError, match=key):
                voxbrick.open_array(path)


def test_attributes_of_version_2_are_blamed_by_their_file(tmp_path: Path) -> None:
    stored(stored(tmp_path, v2(), ".zarray"), "{", ".zattrs")
    with pytest.raises(errors.InvalidMetadataError, match=r"\.zattrs: "):
        voxbrick.open_array(tmp_path)


def test_a_byte_order_mark_is_no_json(tmp_path: Path) -> None:
    stored(tmp_path, "\N{ZERO WIDTH NO-BREAK SPACE}" + json.dumps(zarr_metadata()))
    with pytest.raises(errors.InvalidMetadataError, match="byte order mark"):
        voxbrick.open_array(tmp_path)


def test_null_is_as_good_as_absent(tmp_path: Path) -> None:
    stored(tmp_path / "three", zarr_metadata() | {"consolidated_metadata": None})
    stored(tmp_path / "two", v2(dimension_separator=None), ".zarray")
    for name in ["two", "three"]:
        voxbrick.open_array(tmp_path / name).close()


REFUSED: dict[str, tuple[Metadata, str]] = {
    "a type with a configuration": (
        zarr_metadata() | {"data_type": codec("uint16", endian="big")},
        "zarr.json",
    ),
    "delta without a byte order": (
        v2(dtype="<i4", filters=[{"id": "delta", "dtype": "|i4", "astype": "|i4"}]),
        ".zarray",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_lose_its_meaning_is_refused(name: str, tmp_path: Path) -> None:
    stored(tmp_path, *REFUSED[name])
    with pytest.raises(errors.UnsupportedError):
        voxbrick.open_array(tmp_path)


CHUNK = bytes(range(1, 9))
SCALE = {"key": "s", "size": [2, 2, 2], "chunk_sizes": [[2, 2, 2]], "encoding": "raw"}
INFO = {"data_type": "uint8", "num_channels": 1, "scales": [SCALE]}


def precomputed(path: Path, name: str, chunk: bytes) -> Path:
    stored(path, INFO, "info")
    (path / "s").mkdir()
    (path / "s" / name).write_bytes(chunk)
    return path


@pytest.mark.parametrize(
    ("ending", "compress"),
    [("", bytes), (".gz", gzip.compress), (".xz", lzma.compress), (".bz2", bz2.compress)],
)
def test_precomputed_chunks_that_were_compressed(ending: str, compress: Any, tmp_path: Path) -> None:
    path = precomputed(tmp_path / "volume", "0-2_0-2_0-2" + ending, compress(CHUNK))
    with voxbrick.open_array(path) as array:
        assert array.read((0, 0, 0, 0), (1, 2, 2, 2)).tobytes("F") == CHUNK
        assert array.list_shards() == [(0, 0, 0, 0)]


def test_precomputed_chunks_in_brotli_are_not_absent(tmp_path: Path) -> None:
    path = precomputed(tmp_path / "volume", "0-2_0-2_0-2.br", b"brotli")
    with voxbrick.open_array(path) as array, pytest.raises(errors.UnsupportedError, match=r"0-2.*\.br"):
        array.read((0, 0, 0, 0), (1, 2, 2, 2))


@pytest.mark.parametrize("name", ["info", "attributes.json", "zarr.json", "header.wkw"])
def test_a_folder_may_have_the_name_of_metadata(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(errors.NotFoundError):
        voxbrick.open_array(tmp_path)
    with pytest.raises(errors.NotFoundError):
        voxbrick.open_array(tmp_path / "missing")
    keywords: dict[str, Any] = {"data_format": "zarr", "dtype": "u1", "shape": (4,), "chunk_shape": 2}
    voxbrick.create_array(tmp_path, **keywords).close()
    voxbrick.create_array(tmp_path / name, **keywords).close()


def test_an_info_that_is_no_volume_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "info").write_text("taken with a microscope")
    voxbrick.create_array(tmp_path, dtype="uint8").close()


def test_an_info_that_is_a_volume_is_an_array(tmp_path: Path) -> None:
    stored(tmp_path, INFO, "info")
    with pytest.raises(errors.AlreadyExistsError, match="info"):
        voxbrick.create_array(tmp_path, dtype="uint8")
