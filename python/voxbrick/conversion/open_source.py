"""Finding out what a path is."""

from pathlib import Path

from voxbrick.array import PathLike, open_array
from voxbrick.conversion.boxes import Shape
from voxbrick.conversion.files import NiftiSource, NpySource
from voxbrick.conversion.slices import SliceSource, list_slices
from voxbrick.conversion.source import ArraySource, Source
from voxbrick.errors import InvalidArgumentError, NotFoundError, UnsupportedError


def open_source(path: PathLike, shape: Shape | None = None) -> Source:
    """The source that lies under a path, found by looking.

    Args:
        path: an array, a ``.npy`` file, a NIfTI image, or a folder of image slices.
        shape: extent (x, y, z) of a WKW array, which has none itself; all that is stored if None.

    Raises:
        NotFoundError: there is nothing that can be converted.
        UnsupportedError: a file of another kind.
    """
    path = Path(path)
    if path.is_dir():
        source = _open_folder(path, shape)
    elif path.exists():
        source = _open_file(path)
    else:
        raise NotFoundError(f"{path} does not exist")
    if shape is not None and not isinstance(source, ArraySource):
        raise InvalidArgumentError(f"{path} has the shape {source.shape}; only WKW arrays need one")
    return source


def _open_folder(path: Path, shape: Shape | None) -> Source:
    try:
        return ArraySource(open_array(path), shape)
    except NotFoundError as error:
        if list_slices(path):
            return SliceSource(path)
        raise NotFoundError(f"{path} holds neither an array nor image slices: {error}") from error


def _open_file(path: Path) -> Source:
    if path.suffix == ".npy":
        return NpySource(path)
    if path.name.endswith((".nii", ".nii.gz")):
        return NiftiSource(path)
    raise UnsupportedError(
        f"{path} cannot be converted; give an array, .npy, .nii, .nii.gz or a folder of slices"
    )
