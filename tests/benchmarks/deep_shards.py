"""What does it cost to fill a deep compressed shard buffer by buffer, each of which adds to what is there?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from harness import Action, Check, Row, Work
from prepared import volumes_only
from slices import DEPTH, LAYOUTS, check_with_voxbrick
from volumes import BLOCK, SIDE, em

EXTENT = (256, 256, 1024)
SHARDS: dict[str, Any] = {"wkw-lz4hc": 1024, "zarr3": EXTENT}
AT_ONCE = "voxbrick at once"


def deep(folder: Path) -> np.ndarray:
    """256 x 256 x 1024 uint8: two quarters of `em`, one behind the other."""
    voxels, half = em(folder), SIDE // 2
    return np.asfortranarray(np.concatenate([voxels[:, :half, :half], voxels[:, half:, half:]], axis=3))


def fill(layout: str, buffered: bool) -> Work:
    def work(prepared: Path, scratch: Path) -> tuple[Action, Check]:
        import voxbrick

        data = deep(prepared)
        layer = voxbrick.Dataset(scratch / "new", (1, 1, 1)).add_layer(
            "color",
            "color",
            dtype_per_channel="uint8",
            data_format=LAYOUTS[layout][0],
            bounding_box=voxbrick.BoundingBox((0, 0, 0), EXTENT),
        )
        mag = layer.add_mag(1, chunk_shape=BLOCK, shard_shape=SHARDS[layout], compress=True)

        def slice_by_slice() -> None:
            with mag.get_buffered_slice_writer(buffer_size=DEPTH) as writer:
                for z in range(EXTENT[2]):
                    writer.send(data[..., z])

        action = slice_by_slice if buffered else lambda: mag.write(data)
        return action, lambda _: check_with_voxbrick(mag.path, data)

    return work


ROWS = [
    Row(
        f"{layout}: slices into a shard 1024 deep",
        {"voxbrick": fill(layout, buffered=True), AT_ONCE: fill(layout, buffered=False)},
        volumes_only,
        AT_ONCE,
        target=1 / 1.5,
    )
    for layout in SHARDS
]
