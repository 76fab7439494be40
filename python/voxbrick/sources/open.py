"""Finding out what a path is."""

import glob
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import attrs

from voxbrick.array import open_array
from voxbrick.array.array import PathLike
from voxbrick.errors import InvalidArgumentError, NotFoundError, UnsupportedError
from voxbrick.geometry.grid import Shape
from voxbrick.sources.array_source import ArraySource
from voxbrick.sources.files import MrcSource, NiftiSource, NpySource, RawSource
from voxbrick.sources.images import SUFFIXES, is_image, list_slices, natural_key
from voxbrick.sources.source import Source
from voxbrick.sources.stack import open_stack

VOLUMES: dict[str, Callable[[Path], Source]] = {
    ".npy": NpySource,
    ".nii": NiftiSource,
    ".nii.gz": NiftiSource,
    ".mrc": MrcSource,
    ".map": MrcSource,
}
RAW = (".raw", ".bin", ".vol")


@attrs.frozen(kw_only=True)
class Reading:
    """What a source does not say itself, and what to do where it is broken."""

    shape: Shape | None = None
    """Extent of a WKW array (x, y, z), or of raw voxels (c, x, y, z; fewer for fewer axes)."""
    dtype: str | None = None
    """Of raw voxels."""
    order: Literal["C", "F"] = "F"
    """Of raw voxels: "F" has the first axis fastest."""
    skip_broken: bool = False
    """Leaves gaps where images cannot be decoded; `Source.broken` lists them."""


def open_source(path: PathLike | Sequence[PathLike], reading: Reading | None = None) -> Source:
    """The source that lies under a path, found by looking.

    Args:
        path: an array, an image, a folder of image slices or a pattern (``*.tif``) or list of
            them, or a volume in one file: ``.npy``, NIfTI, MRC or raw voxels.
        reading: what the source does not say itself.

    Raises:
        NotFoundError: there is nothing that can be converted.
        UnsupportedError: a file of another kind.
    """
    reading = reading or Reading()
    if not isinstance(path, str | Path) and isinstance(path, Sequence):
        check_no_shape("images", reading)
        return open_stack("images", [Path(each) for each in path], reading.skip_broken)
    path = Path(path)
    if path.is_dir():
        source = _open_folder(path, reading)
    elif path.exists():
        source = _open_file(path, reading)
    else:
        source = _open_pattern(path, reading)
    if not isinstance(source, ArraySource | RawSource):
        check_no_shape(f"{path}, of {source.shape},", reading)
    return source


def check_no_shape(name: PathLike, reading: Reading) -> None:
    """Refuses a shape for what has one."""
    if reading.shape is not None:
        raise InvalidArgumentError(
            f"{name} cannot be given the shape {reading.shape}; only WKW arrays and raw voxels need one"
        )


def _open_folder(path: Path, reading: Reading) -> Source:
    try:
        return ArraySource(open_array(path), reading.shape)
    except NotFoundError as error:
        if slices := list_slices(path):
            return open_stack(str(path), slices, reading.skip_broken)
        raise NotFoundError(
            f"{path} holds neither an array nor image slices, {', '.join(sorted(SUFFIXES))}: {error}"
        ) from error


def _open_pattern(path: Path, reading: Reading) -> Source:
    """The files whose paths fit, as a shell would list them."""
    found = sorted(map(Path, glob.glob(str(path), recursive=True)), key=natural_key)  # noqa: PTH207
    if not found:
        raise NotFoundError(f"{path} does not exist")
    return open_stack(str(path), found, reading.skip_broken)


def is_volume(path: Path) -> bool:
    """True if the name says that it is a volume in one file."""
    return _volume_suffix(path) is not None or path.suffix in RAW


def _volume_suffix(path: Path) -> str | None:
    return next((suffix for suffix in VOLUMES if path.name.lower().endswith(suffix)), None)


def _open_file(path: Path, reading: Reading) -> Source:
    suffix = _volume_suffix(path)
    if suffix is not None:
        return VOLUMES[suffix](path)
    if is_image(path):
        return open_stack(str(path), [path], reading.skip_broken)
    if reading.dtype is not None or path.suffix in RAW:
        return _open_raw(path, reading)
    raise UnsupportedError(
        f"{path} cannot be converted; give an array, images, {', '.join(VOLUMES)}, or raw voxels with "
        "their shape and dtype"
    )


def _open_raw(path: Path, reading: Reading) -> Source:
    if reading.shape is None or reading.dtype is None:
        raise InvalidArgumentError(f"{path} holds nothing but voxels; give their shape and dtype")
    return RawSource(path, reading.shape, reading.dtype, reading.order)
