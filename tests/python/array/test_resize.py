"""What a resize does to files that are there already, by whomever, and to the document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import voxbrick
from support import children
from support.limits import TIMEOUT

KINDS: dict[str, dict[str, Any]] = {
    "zarr": {"data_format": "zarr"},
    "zarr3": {"data_format": "zarr3"},
    "zarr3 with shards": {"data_format": "zarr3", "shard_shape": (8, 8)},
}
DOCUMENTS = {"zarr": ".zarray", "zarr3": "zarr.json"}
SHAPE = (16, 12)


def create_full(path: Path, kind: str) -> voxbrick.Array:
    """An array of sevens."""
    array = voxbrick.create_array(
        path, dtype="uint8", shape=SHAPE, chunk_shape=4, fill_value=3, **KINDS[kind]
    )
    array.write((0, 0), np.full(SHAPE, 7, np.uint8))
    return array


def document(path: Path, kind: str) -> Path:
    return path / DOCUMENTS[KINDS[kind]["data_format"]]


def shrink_as_others_do(path: Path, kind: str, shape: tuple[int, int]) -> None:
    """Changes the document, and leaves all that is stored beyond the new shape."""
    values = json.loads(document(path, kind).read_text())
    document(path, kind).write_text(json.dumps(values | {"shape": shape}))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(8, 12), (16, 8), (7, 3), (1, 12), (0, 0)])
def test_growth_does_not_bring_back_what_others_left(
    tmp_path: Path, kind: str, shape: tuple[int, int]
) -> None:
    create_full(tmp_path, kind).close()
    shrink_as_others_do(tmp_path, kind, shape)
    with voxbrick.open_array(tmp_path, "r+") as array:
        array.resize((20, 20))
        expected = np.full((20, 20), 3, np.uint8)
        expected[: shape[0], : shape[1]] = 7
        assert_array_equal(array.read((0, 0), (20, 20)), expected)


@pytest.mark.parametrize("kind", KINDS)
def test_a_resize_changes_the_shape_and_no_other_byte(tmp_path: Path, kind: str) -> None:
    create_full(tmp_path, kind).close()
    place = document(tmp_path, kind)
    unusual = '"shape" :[ 16,\t12 ] , "name": {"must_understand": false, "n": 123456789012345678901234567890}'
    values = json.loads(place.read_text())
    del values["shape"]
    before = json.dumps(values)[:-1] + ", " + unusual + "}\n"
    if kind == "zarr":
        before = before.replace('"must_understand": false, ', "")
    place.write_text(before)
    with voxbrick.open_array(tmp_path, "r+") as array:
        array.resize((9, 100))
        assert array.info.shape == (9, 100)
    assert place.read_text() == before.replace("[ 16,\t12 ]", "[ 9,\t100 ]")


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_shard_at_the_border_keeps_an_array_from_growing_and_nothing_else(
    tmp_path: Path, kind: str
) -> None:
    create_full(tmp_path, kind).close()
    shrink_as_others_do(tmp_path, kind, (10, 10))
    with voxbrick.open_array(tmp_path, "r+") as array:
        damaged = [path for path in tmp_path.rglob("*") if path.name[0] in "0123"]
        for path in filter(Path.is_file, damaged):
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2] or b"?")
        with pytest.raises(voxbrick.CorruptDataError):
            array.resize((10, 12))
        assert array.info.shape == (10, 10)
        array.resize((5, 5))
        assert voxbrick.open_array(tmp_path).info.shape == (5, 5)


@pytest.mark.parametrize("kind", KINDS)
def test_processes_that_resize_and_write_lose_nothing(tmp_path: Path, kind: str) -> None:
    create_full(tmp_path, kind).close()
    rows = range(4, 7)  # of the same shards
    workers = [children.start(children.write_row, tmp_path, row) for row in rows]
    workers += [
        children.start(children.resize_for_a_while, tmp_path, SHAPE, (16, extent)) for extent in (13, 40)
    ]
    for worker in workers:
        worker.join(TIMEOUT)
        assert worker.exitcode == 0
    with voxbrick.open_array(tmp_path, "r+") as array:
        array.resize((16, 41))
        expected = np.full((16, 41), 3, np.uint8)
        expected[:, :12] = 7
        for row in rows:
            expected[row, :12] = row
        assert_array_equal(array.read((0, 0), (16, 41)), expected)
