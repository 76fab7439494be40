"""Volumes that lie in one file: ``.npy``, raw voxels, NIfTI and MRC."""

import math
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from voxbrick._support import extra
from voxbrick.errors import InvalidArgumentError, UnsupportedError
from voxbrick.files.fingerprint import of_files
from voxbrick.geometry.grid import Box, Shape
from voxbrick.sources.decoding import decoding
from voxbrick.sources.source import CXYZ, UNNAMED, Source


def _slices(box: Box) -> tuple[slice, ...]:
    return tuple(slice(a, a + extent) for a, extent in zip(box.offset, box.shape, strict=True))


class FileSource(Source):
    """A volume in one file, which is opened again where it is sent to."""

    def __init__(self, path: Path, *options: Any) -> None:
        self.name = str(path)
        self._path = path
        self._options = options

    @property
    def fingerprint(self) -> Any:
        return [of_files([self._path]), *map(str, self._options)]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._path, *self._options)


class MappedSource(FileSource):
    """A file of plain voxels. Mapped, not loaded."""

    def _map(self, voxels: NDArray[Any]) -> None:
        if voxels.ndim not in UNNAMED:
            raise UnsupportedError(f"{self.name} has {voxels.ndim} axes; 2, 3 or 4 can be converted")
        self._voxels = voxels
        self.dtype = voxels.dtype.newbyteorder("=")
        self.axes = UNNAMED[voxels.ndim]
        self.shape = voxels.shape

    def read(self, box: Box) -> NDArray[Any]:
        voxels: NDArray[Any] = self._voxels[_slices(box)]
        return voxels


class NpySource(MappedSource):
    """A ``.npy`` file with the axes (c,) x, y, z, or x, y."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with decoding(path):
            voxels = np.load(path, mmap_mode="r", allow_pickle=False)
        self._map(voxels)


class RawSource(MappedSource):
    """Nothing but voxels with the axes (c,) x, y, z, or x, y; order "F" has the first axis fastest."""

    def __init__(self, path: Path, shape: Shape, dtype: str, order: Literal["C", "F"] = "F") -> None:
        super().__init__(path, shape, dtype, order)
        try:
            element = np.dtype(dtype)
        except TypeError as error:
            raise InvalidArgumentError(f"{dtype!r} is no dtype") from error
        size, wanted = path.stat().st_size, math.prod(shape) * element.itemsize
        if size != wanted:
            raise InvalidArgumentError(
                f"{path} has {size} bytes, but {element} of {shape} takes {wanted}; "
                "give another shape or dtype"
            )
        self._map(np.memmap(path, element, "r", shape=shape, order=order))


class MrcSource(MappedSource):
    """An MRC or CCP4 volume: x, y, z."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with decoding(path):
            file = extra("mrcfile", "images").mmap(path, "r")
        voxels, header = file.data, file.header
        order = tuple(int(header[name]) for name in ("mapc", "mapr", "maps"))
        if order not in ((1, 2, 3), (0, 0, 0)):  # old programs leave them out
            raise UnsupportedError(
                f"{path} has columns, rows and sections along the axes {order}, where 1 is x; "
                "files with 1, 2, 3 can be converted"
            )
        if voxels.ndim not in (2, 3) or voxels.dtype.kind not in "iuf":
            raise UnsupportedError(f"{path} holds {voxels.dtype} of {voxels.shape}; volumes can be converted")
        self._map(voxels.T)


class NiftiSource(FileSource):
    """A NIfTI image: x, y, z and, as channels, what lies along its fourth axis.

    Voxels have the values that the image's scaling gives them.
    """

    # Compressed files are read from front to back.
    reads_whole_slices = True

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with decoding(path):
            image = extra("nibabel", "nifti").load(path, keep_file_open=True)
        if len(image.shape) not in (3, 4):
            raise UnsupportedError(f"{path} has {len(image.shape)} axes; 3 or 4 can be converted")
        self._voxels = image.dataobj
        self.axes = CXYZ
        self.shape = (*(image.shape[3:] or (1,)), *image.shape[:3])
        self.dtype = self.read(Box((0,) * 4, (1,) * 4)).dtype.newbyteorder("=")
        self.attributes = {"affine": image.affine.tolist()}

    def read(self, box: Box) -> NDArray[Any]:
        channels, *space = _slices(box)
        with decoding(self._path):
            voxels = np.asanyarray(self._voxels[(*space, channels)[: self._voxels.ndim]])
        return np.moveaxis(voxels.reshape(*box.shape[1:], -1), 3, 0)
