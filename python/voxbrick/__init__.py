"""Block I/O for voxel volumes: WKW and Zarr."""

from voxbrick._core import __version__
from voxbrick.array import Array, num_threads, open_array, set_num_threads
from voxbrick.array_meta import ArrayMeta
from voxbrick.creation import create_array
from voxbrick.errors import (
    AlreadyExistsError,
    BoundsError,
    CancelledError,
    CorruptDataError,
    InvalidArgumentError,
    InvalidMetadataError,
    MisalignedError,
    NotFoundError,
    ReadOnlyError,
    StorageError,
    UnsupportedError,
    VoxbrickError,
)

__all__ = [
    "AlreadyExistsError",
    "Array",
    "ArrayMeta",
    "BoundsError",
    "CancelledError",
    "CorruptDataError",
    "InvalidArgumentError",
    "InvalidMetadataError",
    "MisalignedError",
    "NotFoundError",
    "ReadOnlyError",
    "StorageError",
    "UnsupportedError",
    "VoxbrickError",
    "__version__",
    "create_array",
    "num_threads",
    "open_array",
    "set_num_threads",
]
