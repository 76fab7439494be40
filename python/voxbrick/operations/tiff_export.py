"""A mag as TIFF images, one for each z."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attr
import numpy as np
from numpy.typing import NDArray

from voxbrick._support import extra
from voxbrick.errors import AlreadyExistsError, InvalidArgumentError, Remedy, UnsupportedError, remedied
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import XYZ
from voxbrick.operations.handles import MagHandle, ViewHandle
from voxbrick.operations.regions import in_mag


@attr.frozen
class TiffExport:
    """Slabs of slices; called with the number of one, it writes its images.

    An image appears when it is complete, so those that are there already are left out.
    """

    view: ViewHandle
    region: NDBoundingBox
    """In the voxels of the mag."""
    folder: Path
    depth: int
    """Slices that are read at once."""
    compress: bool

    def __len__(self) -> int:
        return -(-self.count // self.depth)

    @property
    def count(self) -> int:
        """How many images there will be."""
        return self.region.size[2]

    @property
    def nbytes(self) -> int:
        return self.region.volume() * self.view.info.num_channels * self.view.info.voxel_type.itemsize

    @property
    def memory(self) -> int:
        """Bytes that a slab takes at most, with what is encoded of it."""
        return 2 * self.depth * self.nbytes // max(self.count, 1)

    def voxels(self, number: int) -> int:
        """How many a slab has."""
        return self._slab(number).volume()

    def begin(self, resume: bool) -> None:
        """Makes the folder.

        Raises:
            AlreadyExistsError: there are files in it, and this is not to go on with them.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if not resume and any(self.folder.iterdir()):
            message = f"{self.folder} is not empty; choose another folder"
            raise remedied(AlreadyExistsError, message, Remedy.GO_ON)

    def __call__(self, number: int) -> None:
        slab = self._slab(number)
        paths = [self.path(z) for z in range(slab.topleft[2], slab.bottomright[2])]
        if all(path.exists() for path in paths):
            return
        voxels = self.view.array.read(slab)
        for z, path in enumerate(paths):
            _save(path, voxels[..., z], self.compress)

    def path(self, z: int) -> Path:
        """The image of a slice, numbered so that names sort by z."""
        digits = max(5, len(str(self.region.bottomright[2])))
        return self.folder / f"{z:0{digits}}.tif"

    def _slab(self, number: int) -> NDBoundingBox:
        begin = self.region.topleft[2] + number * self.depth
        depth = min(self.depth, self.region.bottomright[2] - begin)
        return self.region.with_bounds("z", begin, depth)


def plan_export(
    view: MagHandle, region: NDBoundingBox, folder: Path, compress: bool, memory: int
) -> TiffExport:
    """Exports as many slices at once as are stored together, or as fit into memory.

    Raises:
        UnsupportedError: the layer has more axes than images.
        InvalidArgumentError: not even one slice fits into memory.
    """
    if view.bounding_box.axes != XYZ:
        raise UnsupportedError(f"{view} has the axes {view.bounding_box.axes}; x, y and z can be exported")
    part = view._handle().without_view().part(view.bounding_box, read_only=True)
    export = TiffExport(part, in_mag(region, view.mag), folder, 1, compress)
    if export.memory > memory:
        raise InvalidArgumentError(f"a slice takes {export.memory} bytes; allow more memory than {memory}")
    chunk = view.info.chunk_shape.z
    return attr.evolve(export, depth=max(1, min(memory // export.memory, chunk)))


def _save(path: Path, plane: NDArray[Any], compress: bool) -> None:
    """Channels, x, y as rows and columns."""
    rows = plane.transpose(2, 1, 0)
    image = np.ascontiguousarray(rows[..., 0] if rows.shape[2] == 1 else rows)
    colours = image.ndim == 3 and image.shape[2] == 3
    unfinished = path.with_name(f".{path.name}.partial")
    extra("tifffile", "images").imwrite(
        unfinished,
        image,
        photometric="rgb" if colours else "minisblack",
        planarconfig="contig" if image.ndim == 3 else None,
        compression="zlib" if compress else None,
    )
    unfinished.replace(path)
