"""How fast is a whole WKW volume read, in either memory order?"""

from harness import Row
from prepared import wkw_array
from whole import read_whole

TARGETS = {("raw", "F"): 1.2, ("raw", "C"): 15, ("lz4", "F"): 1.6, ("lz4", "C"): 12}

ROWS = [
    Row(
        f"wkw-{codec}: read whole, {order} order",
        {engine: read_whole(engine, f"em.{codec}", order) for engine in ["voxbrick", "wkw"]},
        wkw_array(codec),
        "wkw",
        target,
    )
    for (codec, order), target in TARGETS.items()
]
