"""WKW both ways with the `wkw` package, byte for byte where nothing is compressed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import voxbrick
from support.compare import assert_same_bits
from support.tree import snapshot

wkw = pytest.importorskip("wkw")

BLOCK_TYPES = {
    "raw": (1, {"compress": False}),
    "lz4": (2, {"codecs": [{"name": "lz4"}]}),
    "lz4hc": (3, {"compress": True}),
}
DTYPES = [
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "int8",
    "int16",
    "int32",
    "int64",
    "float32",
    "float64",
]
LENGTHS = [(1, 1), (1, 4), (2, 8), (4, 16), (8, 1), (8, 2), (16, 2), (32, 1), (32, 2), (64, 1)]


class Layout(NamedTuple):
    block_type: str
    dtype: str = "uint8"
    channels: int = 1
    block_len: int = 8
    file_len: int = 2

    @property
    def side(self) -> int:
        return self.block_len * self.file_len

    def create_theirs(self, path: Path) -> Any:
        header = wkw.Header(
            np.dtype(self.dtype).type,
            self.channels,
            block_len=self.block_len,
            file_len=self.file_len,
            block_type=BLOCK_TYPES[self.block_type][0],
        )
        return wkw.Dataset.create(str(path), header)

    def create_ours(self, path: Path) -> voxbrick.Array:
        return voxbrick.create_array(
            path,
            data_format="wkw",
            dtype=self.dtype,
            num_channels=self.channels,
            chunk_shape=(self.block_len,) * 3,
            shard_shape=(self.side,) * 3,
            **BLOCK_TYPES[self.block_type][1],
        )

    def two_files(self) -> np.ndarray:
        shape = (self.channels, 2 * self.side, self.side, self.side)
        return np.random.default_rng(3).integers(0, 6, shape).astype(self.dtype)


def layouts() -> list[Any]:
    rows = [Layout(kind, dtype) for kind in BLOCK_TYPES for dtype in DTYPES]
    rows += [Layout(kind, "uint16", 1, *lengths) for kind in BLOCK_TYPES for lengths in LENGTHS]
    rows += [Layout(kind, "uint8", 3) for kind in BLOCK_TYPES]
    rows += [Layout(kind, "float32", 2) for kind in BLOCK_TYPES]
    rows += [Layout(kind, "uint8", 255, 2, 1) for kind in BLOCK_TYPES]
    rows += [Layout(kind, "float64", 31, 2, 1) for kind in BLOCK_TYPES]
    return [pytest.param(row, id="-".join(map(str, row))) for row in dict.fromkeys(rows)]


@pytest.mark.parametrize("layout", layouts())
def test_wkw_reads_ours(layout: Layout, tmp_path: Path) -> None:
    voxels = layout.two_files()
    with layout.create_ours(tmp_path / "ours") as array:
        array.write((0, layout.side, 0, 0), voxels)
    with wkw.Dataset.open(str(tmp_path / "ours")) as theirs:
        assert_same_bits(theirs.read((layout.side, 0, 0), voxels.shape[1:]), voxels)


@pytest.mark.parametrize("layout", layouts())
def test_we_read_theirs(layout: Layout, tmp_path: Path) -> None:
    voxels = layout.two_files()
    with layout.create_theirs(tmp_path / "theirs") as theirs:
        theirs.write((layout.side, 0, 0), voxels)
    with voxbrick.open_array(tmp_path / "theirs") as array:
        for order in "FC":
            assert_same_bits(array.read((0, layout.side, 0, 0), voxels.shape, order=order), voxels)
        assert array.info.num_channels == layout.channels
        assert array.info.compressed == (layout.block_type != "raw")


@pytest.mark.parametrize("layout", layouts())
def test_headers_and_raw_files_are_the_same_bytes(layout: Layout, tmp_path: Path) -> None:
    voxels = layout.two_files()
    with layout.create_theirs(tmp_path / "theirs") as theirs:
        theirs.write((0, 0, layout.side), voxels)
    with layout.create_ours(tmp_path / "ours") as array:
        array.write((0, 0, 0, layout.side), voxels)
    ours, theirs = snapshot(tmp_path / "ours"), snapshot(tmp_path / "theirs")
    assert ours.keys() == theirs.keys()
    compared = None if layout.block_type == "raw" else 16
    for name in ours:
        assert ours[name][:compared] == theirs[name][:compared], name


@pytest.mark.parametrize("channels", [1, 3])
def test_unaligned_raw_writes_leave_the_same_bytes(channels: int, tmp_path: Path) -> None:
    layout = Layout("raw", "int16", channels)
    voxels = layout.two_files()[:, :21, :13, :9]
    with (
        layout.create_theirs(tmp_path / "theirs") as theirs,
        layout.create_ours(tmp_path / "ours") as array,
    ):
        for start in [(3, 0, 5), (14, 15, 16), (0, 7, 1)]:
            theirs.write(start, voxels)
            array.write((0, *start), voxels)
    assert snapshot(tmp_path / "ours") == snapshot(tmp_path / "theirs")


@pytest.mark.parametrize("block_type", BLOCK_TYPES)
def test_taking_turns(block_type: str, tmp_path: Path) -> None:
    layout = Layout(block_type, "uint32", 2)
    voxels = layout.two_files()
    with layout.create_theirs(tmp_path / "a") as theirs:
        theirs.write((0, 0, 0), voxels)
    voxels[1, 5:27, 3:4, 9:16] = 77
    with voxbrick.open_array(tmp_path / "a", "r+") as array:
        array.write((0, 5, 3, 9), voxels[:, 5:27, 3:4, 9:16])
    with wkw.Dataset.open(str(tmp_path / "a")) as theirs:
        assert_same_bits(theirs.read((0, 0, 0), voxels.shape[1:]), voxels)
        theirs.write((0, 0, 0), voxels[:, : layout.side] + 1)
    voxels[:, : layout.side] += 1
    with voxbrick.open_array(tmp_path / "a") as array:
        assert_same_bits(array.read((0, 0, 0, 0), voxels.shape), voxels)
