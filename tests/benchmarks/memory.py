"""How much memory does a read need beyond its result, and a write beyond its source?"""

from engines import write_wkw_voxbrick, write_zarr_voxbrick
from harness import Row
from prepared import volumes_only, wkw_array, zarr_array
from volumes import em
from whole import read_whole, write_whole

LIMIT = 64.0  # MB
SHARDS = 60.0  # MB: four shards, encoded, are in flight

ROWS = [
    *[
        Row(
            f"memory: read {name} whole, {order} order",
            {"voxbrick": read_whole("voxbrick", f"em.{name}", order)},
            prepare,
            limit_mb=LIMIT,
        )
        for name, prepare in [
            ("raw", wkw_array("raw")),
            ("lz4", wkw_array("lz4")),
            ("zarr", zarr_array),
        ]
        for order in "FC"
    ],
    Row(
        "memory: write lz4hc whole",
        {"voxbrick": write_whole(write_wkw_voxbrick, "wkw", em, "F", "lz4hc")},
        volumes_only,
        limit_mb=LIMIT + SHARDS,
    ),
    Row(
        "memory: write zarr3 whole",
        {"voxbrick": write_whole(write_zarr_voxbrick, "tensorstore", em, "F")},
        volumes_only,
        limit_mb=LIMIT + SHARDS,
    ),
]
