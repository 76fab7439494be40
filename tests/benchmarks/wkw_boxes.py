"""How fast are boxes of a WKW volume read, one after the other?"""

from harness import Row
from prepared import wkw_array
from volumes import BLOCK, random_blocks, random_boxes
from whole import read_boxes

ENGINES = ["voxbrick", "wkw"]
BOXES = random_boxes(64, 100)
BLOCKS = random_blocks(512)

ROWS = [
    Row(
        "wkw-lz4: 64 unaligned boxes of 100^3",
        {engine: read_boxes(engine, "em.lz4", BOXES, 100) for engine in ENGINES},
        wkw_array("lz4"),
        "wkw",
        1.4,
    ),
    *[
        Row(
            f"wkw-{codec}: 512 single blocks",
            {engine: read_boxes(engine, f"em.{codec}", BLOCKS, BLOCK) for engine in ENGINES},
            wkw_array(codec),
            "wkw",
            1.0,
        )
        for codec in ["raw", "lz4"]
    ],
]
