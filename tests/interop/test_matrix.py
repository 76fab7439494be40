"""All programs agree on all arrays: what one of them writes, the others read, bit by bit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voxbrick
from interop.matrix_cells import Metadata, cells
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


def pairs() -> Iterator[Any]:
    for cell in CELLS:
        for peer in PEERS[cell[:2]]:
            yield pytest.param(cell, peer, id=f"{peer}-{cell}", marks=marks(peer, CELLS[cell]))


PAIRS = list(pairs())


def voxels_for(metadata: Metadata) -> np.ndarray:
    """Compressible numbers in native byte order, with some chunks of nothing but fill."""
    dtype = np.dtype(metadata.get("dtype") or metadata["data_type"]).newbyteorder("=")
    shape = metadata["shape"]
    voxels = np.random.default_rng(1).integers(0, 2 if dtype.kind == "b" else 100, shape).astype(dtype)
    voxels[tuple(slice(0, n // 2 + 1) for n in shape)] = metadata["fill_value"]
    return voxels


@pytest.mark.parametrize(("cell", "peer"), PAIRS)
def test_both_ways(cell: str, peer: str, tmp_path: Path) -> None:
    program, metadata = PEERS[cell[:2]][peer], CELLS[cell]
    voxels = voxels_for(metadata)
    with voxbrick.create_array(tmp_path / "ours", metadata) as array:
        array.write((0,) * voxels.ndim, voxels)
    found = program.read(tmp_path / "ours")
    assert_same_bits(np.asarray(found, voxels.dtype), voxels)
    name = ".zarray" if cell.startswith("v2") else "zarr.json"
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / name).write_text(json.dumps(metadata))
    program.write(tmp_path / "theirs", voxels)
    with voxbrick.open_array(tmp_path / "theirs") as array:
        assert_same_bits(array.read((0,) * voxels.ndim, voxels.shape), voxels)
