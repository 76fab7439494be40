"""The programs of the matrix: each reads an array, and writes into one whose metadata is there."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interop.matrix_cells import fill_value
from support.limits import TIMEOUT
from support.peers import Peer, peer

SCRIPTS = Path(__file__).with_name("peers")


class ZarrPython:
    """zarr-python 3, in this process."""

    def read(self, path: Path) -> np.ndarray:
        return np.asarray(self._open(path, "r")[...])

    def write(self, path: Path, voxels: np.ndarray) -> None:
        self._open(path, "r+")[...] = voxels

    def _open(self, path: Path, mode: str) -> Any:
        return pytest.importorskip("zarr", minversion="3").open_array(path, mode=mode)


class Tensorstore:
    def read(self, path: Path) -> np.ndarray:
        return self._open(path).read().result(TIMEOUT)

    def write(self, path: Path, voxels: np.ndarray) -> None:
        self._open(path).write(voxels).result(TIMEOUT)

    def _open(self, path: Path) -> Any:
        driver = "zarr" if (path / ".zarray").exists() else "zarr3"
        spec = {"driver": driver, "kvstore": {"driver": "file", "path": str(path)}}
        return pytest.importorskip("tensorstore").open(spec).result(TIMEOUT)


class Numcodecs:
    """Zarr v2 by hand: chunks of numpy arrays through the codecs that numcodecs has."""

    def read(self, path: Path) -> np.ndarray:
        metadata, dtype = self._metadata(path)
        voxels = np.full(metadata["shape"], fill_value(metadata), dtype)
        for key, part in self._chunks(metadata):
            if (path / key).exists():
                encoded: Any = (path / key).read_bytes()
                for codec in reversed(self._codecs(metadata)):
                    encoded = codec.decode(encoded)
                flat = np.frombuffer(encoded, dtype)
                chunk = flat.reshape(metadata["chunks"], order=metadata["order"])
                voxels[part] = chunk[tuple(slice(0, n) for n in voxels[part].shape)]
        return voxels

    def write(self, path: Path, voxels: np.ndarray) -> None:
        metadata, dtype = self._metadata(path)
        for key, part in self._chunks(metadata):
            chunk = np.full(metadata["chunks"], fill_value(metadata), dtype)
            chunk[tuple(slice(0, n) for n in voxels[part].shape)] = voxels[part]
            encoded: Any = chunk.reshape(-1, order=metadata["order"])
            for codec in self._codecs(metadata):
                encoded = codec.encode(encoded)
            (path / key).parent.mkdir(parents=True, exist_ok=True)
            (path / key).write_bytes(bytes(encoded))

    def _metadata(self, path: Path) -> tuple[dict[str, Any], np.dtype]:
        metadata = json.loads((path / ".zarray").read_text())
        return metadata, np.dtype(metadata["dtype"])

    def _codecs(self, metadata: dict[str, Any]) -> list[Any]:
        numcodecs = pytest.importorskip("numcodecs")
        configurations = [*(metadata["filters"] or ()), metadata["compressor"]]
        return [numcodecs.get_codec(dict(codec)) for codec in configurations if codec]

    def _chunks(self, metadata: dict[str, Any]) -> Iterator[tuple[str, tuple[slice, ...]]]:
        chunks = metadata["chunks"]
        counts = [range(-(-extent // step)) for extent, step in zip(metadata["shape"], chunks, strict=True)]
        for place in itertools.product(*counts):
            part = tuple(slice(at * step, (at + 1) * step) for at, step in zip(place, chunks, strict=True))
            yield metadata["dimension_separator"].join(map(str, place)) or "0", part


class Elsewhere:
    """A program in an environment of its own; voxels travel as files."""

    def __init__(self, script: str, name: str, *requirements: str) -> None:
        self._place = (SCRIPTS / script, name, *requirements)

    @cached_property
    def _peer(self) -> Peer:
        return peer(*self._place)

    def read(self, path: Path) -> np.ndarray:
        self._peer("read", path=path, target=path.with_suffix(".npy"))
        return np.load(path.with_suffix(".npy"))

    def write(self, path: Path, voxels: np.ndarray) -> None:
        np.save(path.with_suffix(".npy"), voxels)
        self._peer("write", path=path, voxels=path.with_suffix(".npy"))

    def close(self) -> None:
        if "_peer" in vars(self):
            self._peer.close()


PEERS: dict[str, dict[str, Any]] = {
    "v2": {
        "zarr-python": ZarrPython(),
        "zarr-python-2": Elsewhere("zarr_python.py", "zarr-2", "zarr==2.18.*", "numcodecs<0.16"),
        "numcodecs": Numcodecs(),
        "tensorstore": Tensorstore(),
        "z5py": Elsewhere("z5.py", "z5py", "z5py"),
    },
    "v3": {
        "zarr-python": ZarrPython(),
        "tensorstore": Tensorstore(),
        "zarrs": Elsewhere("zarr_python.py", "zarrs", "zarr>=3", "zarrs"),
        "z5py": Elsewhere("z5.py", "z5py", "z5py"),
    },
}
