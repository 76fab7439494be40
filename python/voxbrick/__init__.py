"""Block I/O for voxel volumes: WKW and Zarr."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from voxbrick._core import __version__
from voxbrick.array import Array, num_threads, open_array, set_num_threads
from voxbrick.array.create import create_array
from voxbrick.array.meta import ArrayMeta
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
    MissingKeyError,
    NameNotFoundError,
    NameTakenError,
    NotFoundError,
    ReadOnlyError,
    SamplingSchemeError,
    StorageError,
    UnknownCategoryError,
    UnknownInterpolationError,
    UnsupportedError,
    VoxbrickError,
    WorkerError,
)
from voxbrick.geometry import BoundingBox, Mag, NDBoundingBox, Vec3Int, Vec3IntLike, VecInt, VecIntLike

if TYPE_CHECKING:
    from voxbrick.dataset import (
        COLOR_CATEGORY,
        SEGMENTATION_CATEGORY,
        ArrayInfo,
        DataFormat,
        Dataset,
        DatasetViewConfiguration,
        Layer,
        LayerCategoryType,
        LayerViewConfiguration,
        LengthUnit,
        MagView,
        SamplingModes,
        SegmentationLayer,
        View,
        VoxelSize,
    )
    from voxbrick.work.executors import get_executor

__all__ = [
    "COLOR_CATEGORY",
    "SEGMENTATION_CATEGORY",
    "AlreadyExistsError",
    "Array",
    "ArrayInfo",
    "ArrayMeta",
    "BoundingBox",
    "BoundsError",
    "CancelledError",
    "ConflictingArgumentsError",
    "CorruptDataError",
    "DataFormat",
    "Dataset",
    "DatasetExistsError",
    "DatasetViewConfiguration",
    "InvalidArgumentError",
    "InvalidMetadataError",
    "Layer",
    "LayerCategoryType",
    "LayerViewConfiguration",
    "LengthUnit",
    "Mag",
    "MagView",
    "MisalignedError",
    "MissingKeyError",
    "NDBoundingBox",
    "NameNotFoundError",
    "NameTakenError",
    "NotFoundError",
    "ReadOnlyError",
    "SamplingModes",
    "SamplingSchemeError",
    "SegmentationLayer",
    "StorageError",
    "UnknownCategoryError",
    "UnknownInterpolationError",
    "UnsupportedError",
    "Vec3Int",
    "Vec3IntLike",
    "VecInt",
    "VecIntLike",
    "View",
    "VoxbrickError",
    "VoxelSize",
    "WorkerError",
    "__version__",
    "create_array",
    "get_executor",
    "num_threads",
    "open_array",
    "set_num_threads",
]

_SUBPACKAGES = ("dataset", "utils")


def __getattr__(name: str) -> Any:
    """Datasets and executors are imported when they are first asked for: arrays need not wait."""
    if name in _SUBPACKAGES:
        return import_module(f"voxbrick.{name}")
    if name in __all__:
        home = "voxbrick.work.executors" if name == "get_executor" else "voxbrick.dataset"
        return getattr(import_module(home), name)
    raise AttributeError(f"module 'voxbrick' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Also what was not asked for yet."""
    return sorted({*globals(), *__all__, *_SUBPACKAGES})
