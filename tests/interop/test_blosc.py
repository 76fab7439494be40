"""Blosc 1 frames both ways: numcodecs (c-blosc 1) reads what voxbrick wrote, and the other way round."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numcodecs
import numpy as np
import pytest

import voxbrick
from support.compare import assert_same_bits

SIZES = (1, 127, 128, 1001, 70003)  # less than is compressed; whole blocks, and what is left over
SHUFFLES = (numcodecs.Blosc.NOSHUFFLE, numcodecs.Blosc.SHUFFLE, numcodecs.Blosc.BITSHUFFLE)
LEVELS_AND_BLOCKS = ((0, 0), (1, 0), (5, 0), (5, 100), (5, 4096), (9, 0))
COLUMNS = list(itertools.product(["lz4", "lz4hc", "zlib", "zstd"], SHUFFLES))
DTYPES = ("<u1", "<i2", ">f4", "<u8")


def zarray(size: int, dtype: str, compressor: dict[str, Any]) -> dict[str, Any]:
    return {
        "zarr_format": 2,
        "shape": [size],
        "chunks": [size],
        "dtype": dtype,
        "compressor": {"id": "blosc", **compressor},
        "fill_value": None,
        "order": "C",
        "filters": None,
    }


def samples(size: int, dtype: str) -> list[np.ndarray]:
    """Smooth numbers, and noise."""
    random = np.random.default_rng(size)
    noise = np.frombuffer(random.bytes(size * np.dtype(dtype).itemsize), np.uint8)
    smooth = (np.arange(size) // 7 % 120).astype(dtype)
    return [smooth] if "f" in dtype else [smooth, noise.view(dtype)]


def compressor_settings(cname: str, shuffle: int) -> list[dict[str, Any]]:
    return [
        {"cname": cname, "clevel": clevel, "shuffle": shuffle, "blocksize": blocksize}
        for clevel, blocksize in LEVELS_AND_BLOCKS
    ]


def write_chunk(folder: Path, metadata: dict[str, Any], chunk: bytes) -> None:
    folder.mkdir()
    (folder / ".zarray").write_text(json.dumps(metadata))
    (folder / "0").write_bytes(chunk)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("cname", "shuffle"), COLUMNS)
def test_c_blosc_reads_ours(cname: str, shuffle: int, dtype: str, tmp_path: Path) -> None:
    for number, (settings, size) in enumerate(itertools.product(compressor_settings(cname, shuffle), SIZES)):
        for kind, voxels in enumerate(samples(size, dtype)):
            folder = tmp_path / f"{number}-{kind}"
            with voxbrick.create_array(folder, zarray(size, dtype, settings)) as array:
                array.write((0,), voxels.astype(voxels.dtype.newbyteorder("=")))
            chunk = (folder / "0").read_bytes()
            assert numcodecs.Blosc().decode(chunk) == voxels.tobytes(), (settings, size)
            assert len(chunk) <= voxels.nbytes + 16


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("cname", "shuffle"), [*COLUMNS, *itertools.product(["blosclz"], SHUFFLES)])
def test_we_read_c_blosc(cname: str, shuffle: int, dtype: str, tmp_path: Path) -> None:
    for number, (settings, size) in enumerate(itertools.product(compressor_settings(cname, shuffle), SIZES)):
        for kind, voxels in enumerate(samples(size, dtype)):
            folder = tmp_path / f"{number}-{kind}"
            chunk = numcodecs.Blosc(**settings).encode(voxels)
            write_chunk(folder, zarray(size, dtype, settings), bytes(chunk))
            with voxbrick.open_array(folder) as array:
                assert_same_bits(array.read((0,), (size,)), voxels.astype(voxels.dtype.newbyteorder("=")))


@pytest.mark.parametrize("cname", ["lz4", "lz4hc", "zlib", "zstd", "blosclz"])
@pytest.mark.parametrize("typesize", [2, 7, 16])
def test_chunks_of_no_whole_elements(typesize: int, cname: str, tmp_path: Path) -> None:
    """C-Blosc2 alone gets the last bytes of some of these wrong."""
    for size, shuffle in itertools.product([1001, 30017, 30023], SHUFFLES):
        settings = {"cname": cname, "clevel": 5, "shuffle": shuffle, "blocksize": 1000}
        voxels = (np.arange(size) // 300).astype(np.uint8)

        folder = tmp_path / f"{size}-{shuffle}"
        frame = numcodecs.blosc.compress(voxels, cname.encode(), 5, shuffle, 1000, typesize)
        write_chunk(folder, zarray(size, "|u1", settings), frame)
        with voxbrick.open_array(folder) as array:
            assert_same_bits(array.read((0,), (size,)), voxels)


def test_blosclz_arrays_are_refused_for_writing_before_they_are_made(tmp_path: Path) -> None:
    metadata = zarray(100, "<u2", {"cname": "blosclz", "clevel": 5, "shuffle": 1, "blocksize": 0})
    with pytest.raises(voxbrick.UnsupportedError, match="blosclz"):
        voxbrick.create_array(tmp_path / "a", metadata)
    assert not (tmp_path / "a").exists()


def test_writing_into_a_blosclz_array_is_refused_and_leaves_it_as_it_is(tmp_path: Path) -> None:
    metadata = zarray(1000, "<u2", {"cname": "blosclz", "clevel": 5, "shuffle": 1, "blocksize": 0})
    voxels = np.arange(1000, dtype=np.uint16)
    write_chunk(tmp_path / "a", metadata, bytes(numcodecs.Blosc(cname="blosclz").encode(voxels)))
    with voxbrick.open_array(tmp_path / "a", "r+") as array:
        with pytest.raises(voxbrick.UnsupportedError, match="blosclz"):
            array.write((0,), np.zeros(10, np.uint16))
        assert_same_bits(array.read((0,), (1000,)), voxels)


def test_snappy_is_refused_by_name(tmp_path: Path) -> None:
    write_chunk(tmp_path / "a", zarray(10, "<u2", {"cname": "snappy", "clevel": 5, "shuffle": 1}), b"")
    with pytest.raises(voxbrick.UnsupportedError, match="snappy"):
        voxbrick.open_array(tmp_path / "a")


def test_blosc_s_own_threads_survive_a_fork(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """BLOSC_NTHREADS makes the library start threads; none may be kept that a forked child does not have."""
    import multiprocessing

    monkeypatch.setenv("BLOSC_NTHREADS", "2")
    voxels = (np.arange(300_000) // 50).astype(np.uint16)
    metadata = zarray(300_000, "<u2", {"cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0})
    with voxbrick.create_array(tmp_path / "a", metadata) as array:
        array.write((0,), voxels)
        assert_same_bits(array.read((0,), voxels.shape), voxels)
    child = multiprocessing.get_context("fork").Process(target=_check_equal, args=(tmp_path / "a", voxels))
    child.start()
    child.join(60)
    assert child.exitcode == 0


def _check_equal(path: Path, voxels: np.ndarray) -> None:
    with voxbrick.open_array(path) as array:
        assert_same_bits(array.read((0,), voxels.shape), voxels)
