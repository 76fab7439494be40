"""The oracle itself: it reads what other programs wrote, and what it wrote."""

from __future__ import annotations

import numpy as np
import pytest

from interop.shared_fixtures import Fixture, fixtures
from reference import codecs, wkw, zarr3
from support.compare import assert_same_bits

READERS = {"wkw": wkw.read, "zarr3": zarr3.read}


@pytest.mark.parametrize("fixture", fixtures("valid", READERS))
def test_reads_what_others_wrote(fixture: Fixture) -> None:
    assert_same_bits(READERS[fixture.kind](fixture.path, *fixture.box), fixture.voxels)


@pytest.mark.parametrize("fixture", fixtures("valid", ["zarr3"]))
def test_zarr3_reads_what_it_wrote(fixture: Fixture, tmp_path) -> None:
    metadata = zarr3.read_metadata(fixture.path)
    whole = zarr3.read(fixture.path, [0] * len(metadata["shape"]), metadata["shape"])
    zarr3.write(tmp_path / "copy", metadata, whole)
    assert_same_bits(zarr3.read(tmp_path / "copy", *fixture.box), fixture.voxels)


@pytest.mark.parametrize("block_type", [wkw.RAW, wkw.LZ4, wkw.LZ4HC])
@pytest.mark.parametrize("channels", [1, 3])
def test_wkw_reads_what_it_wrote(tmp_path, block_type: int, channels: int) -> None:
    voxels = np.random.default_rng(0).integers(0, 9, (channels, 21, 9, 13)).astype(np.int16)
    header = wkw.Header(np.dtype(np.int16), channels, block_len=4, file_len=2, block_type=block_type)
    wkw.write(tmp_path, header, (0, 3, 7, 0), voxels)
    wkw.write(tmp_path, header, (0, 3, 7, 0), voxels[:, :5])
    found = wkw.read(tmp_path, (0, 2, 7, 0), (channels, 22, 9, 14))
    assert_same_bits(found, np.pad(voxels, ((0, 0), (1, 0), (0, 0), (0, 1))))


def test_wkw_bytes_of_the_format_description(tmp_path) -> None:
    header = wkw.Header(np.dtype(np.uint8), block_len=1, file_len=2)
    wkw.write(
        tmp_path,
        header,
        (0, 0, 0, 0),
        np.arange(1, 9, dtype=np.uint8).reshape((1, 2, 2, 2), order="F"),
    )
    assert (tmp_path / "z0/y0/x0.wkw").read_bytes() == bytes.fromhex(
        "574b5701 10010101 1000000000000000 0102030405060708"
    )


def test_shard_bytes_of_the_format_description() -> None:
    sharding = {
        "name": "sharding_indexed",
        "configuration": {
            "chunk_shape": [1, 1],
            "codecs": [{"name": "bytes"}],
            "index_codecs": [
                {"name": "bytes", "configuration": {"endian": "little"}},
                {"name": "crc32c"},
            ],
        },
    }
    shard = codecs.encode(np.array([[1, 2], [0, 4]], np.uint8), np.uint8(0), [sharding])
    index = np.array([0, 1, 1, 1, 2**64 - 1, 2**64 - 1, 2, 1], "<u8").tobytes()
    assert shard == b"\x01\x02\x04" + index + bytes.fromhex("8965c5b1")
