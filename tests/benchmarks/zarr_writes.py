"""How fast is a whole sharded Zarr v3 volume written, from either memory order? Nobody calls fsync."""

from engines import write_zarr_tensorstore, write_zarr_voxbrick
from harness import Row
from prepared import volumes_only
from volumes import em
from whole import write_whole

ROWS = [
    Row(
        f"zarr3: write em, {order} source",
        {
            "voxbrick": write_whole(write_zarr_voxbrick, "tensorstore", em, order),
            "tensorstore": write_whole(write_zarr_tensorstore, "tensorstore", em, order),
        },
        volumes_only,
        "tensorstore",
        1.0,
    )
    for order in "FC"
]
