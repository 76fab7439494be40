"""What can go wrong. Every error is also the built-in that scripts catch in its place.

All of them can be pickled, so they cross process boundaries. Those that are an ``OSError`` carry
``errno`` where the operating system gave one.
"""

from enum import Enum
from typing import TypeVar

__all__ = [
    "AlreadyExistsError",
    "BoundsError",
    "CancelledError",
    "ConflictingArgumentsError",
    "CorruptDataError",
    "DatasetExistsError",
    "InvalidArgumentError",
    "InvalidMetadataError",
    "MisalignedError",
    "MissingKeyError",
    "NameNotFoundError",
    "NameTakenError",
    "NotFoundError",
    "ReadOnlyError",
    "SamplingSchemeError",
    "StorageError",
    "UnknownCategoryError",
    "UnknownInterpolationError",
    "UnsupportedError",
    "VoxbrickError",
    "WorkerError",
]


class Remedy(str, Enum):
    """What a caller may do about an error, in words of Python; the command line has words of its own."""

    REPLACE = "overwrite=True replaces it"
    COMPUTE_ANEW = "allow_overwrite=True computes it anew"
    BEGIN_ANEW = "resume=False begins anew"
    GO_ON = "resume=True goes on with it"
    FORCE = "force_sampling_scheme=True adds it all the same"
    ALIGN_WITH_NONE = "align_with_other_layers=False looks at no others"
    ONE_TIME = "choose one with timepoint=, or zarr3 as the data format, or allow several layers"
    PUT_BACK = "open the dataset for writing once, and get the mag, to have it put back"


class VoxbrickError(Exception):
    """The base of all errors of voxbrick."""

    remedy: Remedy | None = None
    """How the message ends, if that is known."""


class InvalidArgumentError(VoxbrickError, ValueError, TypeError, AssertionError):
    """The request makes no sense: wrong rank, dtype or shape."""


class BoundsError(VoxbrickError, ValueError, IndexError, AssertionError):
    """The box leaves the array, or the view."""


class MisalignedError(VoxbrickError, ValueError, AssertionError):
    """The box has to begin and end at multiples of something, and does not."""


class NotFoundError(VoxbrickError, FileNotFoundError, AssertionError):
    """There is no such array, or a file is missing that has to be there."""


class AlreadyExistsError(VoxbrickError, FileExistsError):
    """Something is where an array is to be created."""


class InvalidMetadataError(VoxbrickError, ValueError):
    """A header or JSON document is there, but malformed."""


class CorruptDataError(VoxbrickError, OSError, ValueError):
    """The metadata is fine, but stored data is damaged."""


class UnsupportedError(VoxbrickError, NotImplementedError, ValueError):
    """Well-formed, but it needs something that voxbrick cannot do."""


class ReadOnlyError(VoxbrickError, PermissionError, RuntimeError, AssertionError):
    """The array, the view or the folder may not be written."""


class StorageError(VoxbrickError, OSError):
    """The system refused: no permission, a full disk, a failing device."""


class CancelledError(VoxbrickError, RuntimeError):
    """The work was stopped on request."""


class WorkerError(VoxbrickError, RuntimeError):
    """A worker of an executor ended in a way that has no error of its own, or that cannot be passed on."""


class NameNotFoundError(NotFoundError, IndexError, KeyError, ValueError):
    """There is no layer or mag of that name."""


class NameTakenError(AlreadyExistsError, IndexError, AssertionError):
    """There is a layer or mag of that name already."""


class DatasetExistsError(AlreadyExistsError, RuntimeError):
    """There is a dataset, or something else, where one is to be created."""


class ConflictingArgumentsError(InvalidArgumentError, AttributeError):
    """Two arguments say the same thing in different words."""


class MissingKeyError(InvalidArgumentError, KeyError):
    """A dictionary lacks what it has to say."""

    __str__ = Exception.__str__


class UnknownCategoryError(InvalidArgumentError, RuntimeError):
    """Layers are of the category color or segmentation."""


class UnknownInterpolationError(InvalidArgumentError, KeyError):
    """There is no such way to downsample."""

    __str__ = Exception.__str__


class SamplingSchemeError(InvalidArgumentError, RuntimeError):
    """A mag of the sampling scheme is in the way of another one that is as coarse."""


_Error = TypeVar("_Error", bound=VoxbrickError)


def remedied(kind: type[_Error], message: str, remedy: Remedy) -> _Error:
    """An error that says what to do about it."""
    error = kind(f"{message}; {remedy.value}")
    error.remedy = remedy
    return error
