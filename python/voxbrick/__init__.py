"""Block I/O for voxel volumes: WKW and Zarr."""

from voxbrick._core import __version__
from voxbrick.array import Array, num_threads, open_array, set_num_threads
from voxbrick.array_meta import ArrayMeta
from voxbrick.creation import create_array
from voxbrick.errors import (
    AlreadyExistsError,
    BoundsError,
    CancelledError,
    ConflictingArgumentsError,
    CorruptDataError,
    DatasetExistsError,
    InvalidArgumentError,
    InvalidMetadataError,
    MisalignedError,
    NameNotFoundError,
    NameTakenError,
    NotFoundError,
    ReadOnlyError,
    StorageError,
    UnknownCategoryError,
    UnsupportedError,
    VoxbrickError,
)
from voxbrick.geometry import (
    BoundingBox,
    Mag,
    NDBoundingBox,
    Vec3Int,
    Vec3IntLike,
    VecInt,
    VecIntLike,
)

__all__ = [
    "AlreadyExistsError",
    "Array",
    "ArrayMeta",
    "BoundingBox",
    "BoundsError",
    "CancelledError",
    "ConflictingArgumentsError",
    "CorruptDataError",
    "DatasetExistsError",
    "InvalidArgumentError",
    "InvalidMetadataError",
    "Mag",
    "MisalignedError",
    "NDBoundingBox",
    "NameNotFoundError",
    "NameTakenError",
    "NotFoundError",
    "ReadOnlyError",
    "StorageError",
    "UnknownCategoryError",
    "UnsupportedError",
    "Vec3Int",
    "Vec3IntLike",
    "VecInt",
    "VecIntLike",
    "VoxbrickError",
    "__version__",
    "create_array",
    "num_threads",
    "open_array",
    "set_num_threads",
]
