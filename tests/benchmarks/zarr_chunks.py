"""How fast is a Zarr volume of 64^3 chunks, a file each, read and written, against the best of all peers?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from harness import BEST, Action, Check, Row, Work
from prepared import volumes_only
from volumes import THREADS, em
from zarr_engines import ENGINES, Metadata, make_folder

CHUNK = [1, 64, 64, 64]


def zarr2(compressor: dict[str, Any]) -> Metadata:
    return {
        "zarr_format": 2,
        "shape": [1, 512, 512, 512],
        "chunks": CHUNK,
        "dtype": "|u1",
        "compressor": compressor,
        "fill_value": 0,
        "order": "C",
        "filters": None,
        "dimension_separator": "/",
    }


def zarr3(*codecs: dict[str, Any]) -> Metadata:
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": [1, 512, 512, 512],
        "data_type": "uint8",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": CHUNK}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": 0,
        "codecs": [{"name": "bytes"}, *codecs],
    }


ALONE = "numcodecs alone"
ZSTD = {"level": 3, "checksum": False}
LAYOUTS = {
    "zarr2-blosc-lz4": zarr2({"id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0}),
    "zarr2-zstd": zarr2({"id": "zstd", "level": 3}),
    "zarr3-unsharded-zstd": zarr3({"name": "zstd", "configuration": ZSTD}),
    "zarr3-unsharded-raw": zarr3(),
}


def prepare(layout: str) -> Any:
    def make(folder: Path) -> None:
        data, path = em(folder), folder / layout
        if not path.exists():
            make_folder(path, LAYOUTS[layout])
            ENGINES["tensorstore"](path, np.ascontiguousarray(data))

    return make


def read(engine: str, layout: str) -> Work:
    def work(prepared: Path, scratch: Path) -> tuple[Action, Check]:
        def check(found: np.ndarray) -> None:
            assert np.array_equal(found, em(prepared))

        return lambda: ENGINES[engine](prepared / layout, None), check

    return work


def write(engine: str, layout: str) -> Work:
    """Another engine verifies what was written."""

    def work(prepared: Path, scratch: Path) -> tuple[Action, Check]:
        data = np.ascontiguousarray(em(prepared))
        make_folder(scratch / "new", LAYOUTS[layout])

        def check(_: None) -> None:
            other = "voxbrick" if engine == "tensorstore" else "tensorstore"
            assert np.array_equal(ENGINES[other](scratch / "new", None), data)

        return lambda: ENGINES[engine](scratch / "new", data), check

    return work


def decode_alone(layout: str) -> Work:
    """No more than the codec: every chunk decoded in memory."""

    def work(prepared: Path, scratch: Path) -> tuple[Action, Check]:
        from numcodecs import zstd

        chunks = [
            path.read_bytes()
            for path in (prepared / layout).rglob("*")
            if path.is_file() and path.name[0] not in ".z"
        ]

        def action() -> None:
            with ThreadPoolExecutor(THREADS) as pool:
                assert all(pool.map(lambda chunk: len(zstd.decompress(chunk)), chunks, chunksize=16))

        return action, lambda _: None

    return work


ROWS = [
    *[
        Row(
            f"{layout}: read chunks of 64^3, codec alone",
            {"voxbrick": read("voxbrick", layout), ALONE: decode_alone(layout)},
            prepare(layout),
            ALONE,
            0.8,
        )
        for layout in LAYOUTS
        if layout.endswith("zstd")
    ],
    *[
        Row(
            f"{layout}: read chunks of 64^3",
            {engine: read(engine, layout) for engine in ENGINES},
            prepare(layout),
            BEST,
            1.5,
        )
        for layout in LAYOUTS
    ],
    *[
        Row(
            f"{layout}: write chunks of 64^3",
            {engine: write(engine, layout) for engine in ENGINES},
            volumes_only,
            BEST,
            1.2,
        )
        for layout in LAYOUTS
    ],
]
