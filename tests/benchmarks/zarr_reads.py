"""How fast is a whole sharded Zarr v3 volume read, in either memory order?"""

from harness import Row
from prepared import zarr_array
from whole import read_whole

ROWS = [
    Row(
        f"zarr3: read whole, {order} order",
        {engine: read_whole(engine, "em.zarr", order) for engine in ["voxbrick", "tensorstore"]},
        zarr_array,
        "tensorstore",
        target,
    )
    for order, target in [("F", 1.2), ("C", 2.5)]
]
