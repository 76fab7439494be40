"""What holds where a script does not say otherwise."""

from __future__ import annotations

import os

from voxbrick.geometry.vec3_int import Vec3Int
from voxbrick.metadata.types import DataFormat

PROPERTIES_FILE_NAME = "datasource-properties.json"
ZARR_JSON_FILE_NAME = "zarr.json"
ZARRAY_FILE_NAME = ".zarray"
ZATTRS_FILE_NAME = ".zattrs"
ZGROUP_FILE_NAME = ".zgroup"
ZMETADATA_FILE_NAME = ".zmetadata"

DEFAULT_CHUNK_SHAPE = Vec3Int.full(32)
DEFAULT_CHUNKS_PER_SHARD = Vec3Int.full(32)
DEFAULT_CHUNKS_PER_SHARD_ZARR = Vec3Int.full(1)
DEFAULT_CHUNKS_PER_SHARD_FROM_IMAGES = Vec3Int(128, 128, 1)
"""Of Zarr v3; flat, so that few slices fill a shard."""
DEFAULT_WKW_FILE_LEN = 32
DEFAULT_BIT_DEPTH = 8

DEFAULT_DATA_FORMAT = DataFormat(os.environ.get("VOXBRICK_DEFAULT_DATA_FORMAT", "wkw"))
