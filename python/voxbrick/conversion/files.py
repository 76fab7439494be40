"""Volumes that lie in one file: ``.npy`` and NIfTI."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxbrick.conversion.boxes import Box
from voxbrick.conversion.extras import decoding, extra
from voxbrick.conversion.source import CXYZ, UNNAMED, Source
from voxbrick.errors import UnsupportedError


def _slices(box: Box) -> tuple[slice, ...]:
    return tuple(slice(a, a + extent) for a, extent in zip(box.offset, box.shape, strict=True))


class NpySource(Source):
    """A ``.npy`` file with the axes (c,) x, y, z, or x, y. Mapped, not loaded."""

    def __init__(self, path: Path) -> None:
        with decoding(path):
            self._voxels = np.load(path, mmap_mode="r", allow_pickle=False)
        self.name = str(path)
        if self._voxels.ndim not in UNNAMED:
            raise UnsupportedError(f"{path} has {self._voxels.ndim} axes; 2, 3 or 4 can be converted")
        self.dtype = self._voxels.dtype.newbyteorder("=")
        self.axes = UNNAMED[self._voxels.ndim]
        self.shape = self._voxels.shape

    def read(self, box: Box) -> NDArray[Any]:
        voxels: NDArray[Any] = self._voxels[_slices(box)]
        return voxels


class NiftiSource(Source):
    """A NIfTI image: x, y, z and, as channels, what lies along its fourth axis.

    Voxels have the values that the image's scaling gives them.
    """

    # Compressed files are read from front to back.
    reads_whole_slices = True

    def __init__(self, path: Path) -> None:
        with decoding(path):
            image = extra("nibabel", "nifti").load(path, keep_file_open=True)
        if len(image.shape) not in (3, 4):
            raise UnsupportedError(f"{path} has {len(image.shape)} axes; 3 or 4 can be converted")
        self._path = path
        self._voxels = image.dataobj
        self.name = str(path)
        self.axes = CXYZ
        self.shape = (*(image.shape[3:] or (1,)), *image.shape[:3])
        self.dtype = self.read(Box((0,) * 4, (1,) * 4)).dtype.newbyteorder("=")
        self.attributes = {"affine": image.affine.tolist()}

    def read(self, box: Box) -> NDArray[Any]:
        channels, *space = _slices(box)
        with decoding(self._path):
            voxels = np.asanyarray(self._voxels[(*space, channels)[: self._voxels.ndim]])
        return np.moveaxis(voxels.reshape(*box.shape[1:], -1), 3, 0)
