"""Zarr v3 both ways: other programs read what voxbrick wrote, and voxbrick what they wrote."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voxbrick
from interop.zarr_layouts import layouts
from reference import zarr3
from support.compare import assert_same_bits
from support.limits import TIMEOUT
from support.zarr_metadata import Metadata

# zarr-python on codecs after sharding.
pytestmark = pytest.mark.filterwarnings("ignore:Combining a `sharding_indexed` codec")
LAYOUTS = layouts()


class Reference:
    def read(self, path: Path, shape: tuple[int, ...]) -> np.ndarray:
        return zarr3.read(path, (0,) * len(shape), shape)

    def write(self, path: Path, metadata: Metadata, data: np.ndarray) -> None:
        zarr3.write(path, metadata, data)


class ZarrPython:
    def read(self, path: Path, shape: tuple[int, ...]) -> np.ndarray:
        return np.asarray(self._open(path, "r")[...])

    def write(self, path: Path, metadata: Metadata, data: np.ndarray) -> None:
        store_metadata(path, metadata)
        self._open(path, "r+")[...] = data

    def _open(self, path: Path, mode: str) -> Any:
        return pytest.importorskip("zarr", minversion="3").open_array(path, mode=mode)


class Tensorstore:
    def read(self, path: Path, shape: tuple[int, ...]) -> np.ndarray:
        return self._open(path).read().result(TIMEOUT)

    def write(self, path: Path, metadata: Metadata, data: np.ndarray) -> None:
        store_metadata(path, metadata)
        self._open(path).write(data).result(TIMEOUT)

    def _open(self, path: Path) -> Any:
        spec = {"driver": "zarr3", "kvstore": {"driver": "file", "path": str(path)}}
        return pytest.importorskip("tensorstore").open(spec).result(TIMEOUT)


PEERS = {"reference": Reference(), "zarr-python": ZarrPython(), "tensorstore": Tensorstore()}
# zarr-python fails to write a shard of rank 0 by an IndexError.
REFUSED = {
    ("shard-outer-transpose", "zarr-python"),
    ("shard-outer-gzip", "tensorstore"),
    ("shard-0d", "zarr-python"),
}
PAIRS = [pair for pair in itertools.product(LAYOUTS, PEERS) if pair not in REFUSED]


def store_metadata(path: Path, metadata: Metadata) -> None:
    path.mkdir()
    (path / "zarr.json").write_text(json.dumps(metadata))


def voxels_for(metadata: Metadata) -> np.ndarray:
    """Compressible numbers, with some chunks of nothing but fill."""
    fill = zarr3.fill_value(metadata)
    shape = tuple(metadata["shape"])
    voxels = np.random.default_rng(1).integers(0, 7, shape).astype(fill.dtype)
    voxels[tuple(slice(0, (n + 1) // 2) for n in shape)] = fill
    return voxels


# All but the one compressor that voxbrick only reads.
@pytest.mark.parametrize(("layout", "peer"), [pair for pair in PAIRS if "blosclz" not in pair[0]])
def test_peers_read_ours(layout: str, peer: str, tmp_path: Path) -> None:
    metadata = LAYOUTS[layout]
    voxels = voxels_for(metadata)
    with voxbrick.create_array(tmp_path / "a", metadata) as array:
        array.write((0,) * voxels.ndim, voxels)
    assert_same_bits(PEERS[peer].read(tmp_path / "a", voxels.shape), voxels)


@pytest.mark.parametrize(("layout", "peer"), PAIRS)
def test_we_read_theirs(layout: str, peer: str, tmp_path: Path) -> None:
    voxels = voxels_for(LAYOUTS[layout])
    PEERS[peer].write(tmp_path / "a", LAYOUTS[layout], voxels)
    with voxbrick.open_array(tmp_path / "a") as array:
        for order in "FC":
            assert_same_bits(array.read((0,) * voxels.ndim, voxels.shape, order=order), voxels)


@pytest.mark.parametrize("peer", ["zarr-python", "tensorstore"])
@pytest.mark.parametrize("layout", ["shard-start", "shard-4d", "big-int16", "shard-nested"])
def test_taking_turns_in_one_shard(layout: str, peer: str, tmp_path: Path) -> None:
    voxels = voxels_for(LAYOUTS[layout])
    PEERS[peer].write(tmp_path / "a", LAYOUTS[layout], voxels)
    corner = tuple(slice(1, 4) for _ in voxels.shape)
    voxels[corner] += 1
    with voxbrick.open_array(tmp_path / "a", "r+") as array:
        array.write((1,) * voxels.ndim, voxels[corner])
    assert_same_bits(PEERS[peer].read(tmp_path / "a", voxels.shape), voxels)


CREATED = {
    "default": {},
    "raw": {"compress": False},
    "big-numbers": {"dtype": "float64", "fill_value": float("nan")},
    "shards": {"chunk_shape": (1, 8, 8, 8), "shard_shape": (2, 16, 16, 16), "axes": "cxyz"},
    "no-shards": {"chunk_shape": (2, 8, 8, 8), "shard_shape": (2, 8, 8, 8), "axes": "cxyz"},
    "keys": {"chunk_key_encoding": {"name": "v2", "configuration": {"separator": "."}}},
    "attributes": {"attributes": {"a": [1, {"b": "ä"}]}, "fill_value": 3},
}


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("created", CREATED)
def test_peers_read_arrays_made_from_keywords(created: str, peer: str, tmp_path: Path) -> None:
    keywords = {"dtype": "uint16", "shape": (2, 40, 21, 17), "chunk_shape": (2, 8, 8, 8)} | CREATED[created]
    voxels = np.random.default_rng(2).integers(0, 9, keywords["shape"]).astype(keywords["dtype"])
    with voxbrick.create_array(tmp_path / "a", data_format="zarr3", **keywords) as array:
        array.write((0, 3, 0, 0), voxels[:, 3:])
    voxels[:, :3] = keywords.get("fill_value", 0)
    assert_same_bits(PEERS[peer].read(tmp_path / "a", voxels.shape), voxels)


def test_attributes_and_axes_reach_zarr_python(tmp_path: Path) -> None:
    zarr = pytest.importorskip("zarr", minversion="3")
    attributes = {"a": [1, {"b": "ä"}], "c": None}
    voxbrick.create_array(
        tmp_path / "a",
        data_format="zarr3",
        dtype="uint8",
        shape=(8, 8),
        axes="xy",
        chunk_shape=(4, 4),
        attributes=attributes,
    ).close()
    array = zarr.open_array(tmp_path / "a", mode="r")
    assert dict(array.attrs) == attributes
    assert array.metadata.dimension_names == ("x", "y")
