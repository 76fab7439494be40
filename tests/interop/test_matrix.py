"""All programs agree on all arrays: what one of them writes, the others read, bit by bit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voxbrick
from interop.matrix_cells import Metadata, cells, fill_value
from interop.matrix_peers import PEERS, Elsewhere
from interop.matrix_refusals import marks
from support.compare import assert_same_bits

# zarr-python, on shards in shards.
pytestmark = pytest.mark.filterwarnings("ignore:Combining a `sharding_indexed` codec")
CELLS = cells()


@pytest.fixture(scope="module", autouse=True)
def _peers_end_with_the_module() -> Iterator[None]:
    yield
    for group in PEERS.values():
        for peer in group.values():
            if isinstance(peer, Elsewhere):
                peer.close()


def pairs(direction: str) -> list[Any]:
    return [
        pytest.param(cell, peer, id=f"{peer}-{cell}", marks=marks(peer, direction, metadata))
        for cell, metadata in CELLS.items()
        for peer in PEERS[cell[:2]]
    ]


def voxels_for(metadata: Metadata) -> np.ndarray:
    """Compressible numbers in native byte order, with some chunks of nothing but fill."""
    dtype = np.dtype(metadata.get("dtype") or metadata["data_type"]).newbyteorder("=")
    shape = metadata["shape"]
    voxels = np.random.default_rng(1).integers(0, 2 if dtype.kind == "b" else 100, shape).astype(dtype)
    voxels[tuple(slice(0, n // 2 + 1) for n in shape)] = fill_value(metadata)
    return voxels


@pytest.mark.parametrize(("cell", "peer"), pairs("reads"))
def test_they_read_ours(cell: str, peer: str, tmp_path: Path) -> None:
    voxels = voxels_for(CELLS[cell])
    with voxbrick.create_array(tmp_path / "ours", CELLS[cell]) as array:
        array.write((0,) * voxels.ndim, voxels)
    found = PEERS[cell[:2]][peer].read(tmp_path / "ours")
    assert_same_bits(np.asarray(found, voxels.dtype), voxels)


@pytest.mark.parametrize(("cell", "peer"), pairs("writes"))
def test_we_read_theirs(cell: str, peer: str, tmp_path: Path) -> None:
    voxels = voxels_for(CELLS[cell])
    name = ".zarray" if cell.startswith("v2") else "zarr.json"
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / name).write_text(json.dumps(CELLS[cell]))
    PEERS[cell[:2]][peer].write(tmp_path / "theirs", voxels)
    with voxbrick.open_array(tmp_path / "theirs") as array:
        assert_same_bits(array.read((0,) * voxels.ndim, voxels.shape), voxels)
