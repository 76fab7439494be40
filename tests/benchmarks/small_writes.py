"""What do twenty unaligned writes of 50^3 into one compressed shard of 256^3 cost, one after the other?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from engines import (
    make_wkw_voxbrick,
    open_tensorstore,
    reader_voxbrick,
    write_zarr_voxbrick,
    zarr_metadata,
)
from harness import Action, Check, Row, Work
from prepared import volumes_only
from volumes import SHARD, em

SIDE = 50
CORNERS = [tuple(map(int, corner)) for corner in np.random.default_rng(7).integers(0, SHARD - SIDE, (20, 3))]

# Makes an array of one full shard at a path; returns what writes a box into it, and the folder of the array.
Maker = Callable[[Path, np.ndarray], tuple[Callable[[tuple[int, ...], np.ndarray], Any], Path]]


def write_boxes(make: Maker) -> Work:
    def work(prepared: Path, scratch: Path) -> tuple[Action, Check]:
        expected = em(prepared)[:, :SHARD, :SHARD, :SHARD].copy(order="F")
        write, stored = make(scratch / "new", expected)
        boxes = [np.asfortranarray(expected[part(corner)] + np.uint8(1)) for corner in CORNERS]

        def action() -> None:
            for corner, box in zip(CORNERS, boxes, strict=True):
                write(corner, box)

        def check(_: None) -> None:
            for corner, box in zip(CORNERS, boxes, strict=True):
                expected[part(corner)] = box
            assert np.array_equal(reader_voxbrick(stored)((0, 0, 0), (SHARD,) * 3), expected)

        return action, check

    return work


def part(corner: tuple[int, ...]) -> tuple[slice, ...]:
    return (slice(None), *(slice(c, c + SIDE) for c in corner))


def wkw_voxbrick(path: Path, shard: np.ndarray) -> tuple[Callable[..., Any], Path]:
    array = make_wkw_voxbrick(path, shard, "lz4hc")
    array.write((0, 0, 0, 0), shard)
    return lambda corner, box: array.write((0, *corner), box), path


def wkw_webknossos(path: Path, shard: np.ndarray) -> tuple[Callable[..., Any], Path]:
    import webknossos

    dataset = webknossos.Dataset(path, voxel_size=(1, 1, 1))
    layer = dataset.add_layer("color", "color", dtype_per_channel="uint8", data_format="wkw")
    mag = layer.add_mag(1, compress=True, chunk_shape=32, shard_shape=SHARD)
    mag.write(shard, absolute_offset=(0, 0, 0), allow_resize=True)
    return lambda corner, box: mag.write(
        box, absolute_offset=corner, allow_unaligned=True
    ), path / "color" / "1"


def zarr_voxbrick(path: Path, shard: np.ndarray) -> tuple[Callable[..., Any], Path]:
    import voxbrick

    write_zarr_voxbrick(path, shard)
    array = voxbrick.open_array(path, "r+")
    return lambda corner, box: array.write((0, *corner), box), path


def zarr_tensorstore(path: Path, shard: np.ndarray) -> tuple[Callable[..., Any], Path]:
    array = open_tensorstore(path, zarr_metadata(shard.shape, shard.dtype))
    array.write(shard).result()
    return lambda corner, box: array[part(corner)].write(box).result(), path


ROWS = [
    Row(
        "wkw-lz4hc: 20 unaligned writes of 50^3",
        {"voxbrick": write_boxes(wkw_voxbrick), "webknossos": write_boxes(wkw_webknossos)},
        volumes_only,
        "webknossos",
        5.0,
    ),
    Row(
        "zarr3: 20 unaligned writes of 50^3",
        {"voxbrick": write_boxes(zarr_voxbrick), "tensorstore": write_boxes(zarr_tensorstore)},
        volumes_only,
        "tensorstore",
        1.5,
    ),
]
