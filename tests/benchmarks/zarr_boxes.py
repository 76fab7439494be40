"""How fast are boxes of a sharded Zarr v3 volume read, one after the other?"""

from harness import Row
from prepared import zarr_array
from volumes import BLOCK, random_blocks, random_boxes
from whole import read_boxes

QUESTIONS = [
    ("64 unaligned boxes of 100^3", random_boxes(64, 100), 100, 1.3),
    ("512 single chunks", random_blocks(512), BLOCK, 2.0),
]

ROWS = [
    Row(
        f"zarr3: {name}",
        {engine: read_boxes(engine, "em.zarr", corners, side) for engine in ["voxbrick", "tensorstore"]},
        zarr_array,
        "tensorstore",
        target,
    )
    for name, corners, side, target in QUESTIONS
]
