"""Source: what a conversion reads from."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxbrick.geometry.grid import Box, Shape

CXYZ = ("c", "x", "y", "z")
CTXYZ = ("c", "t", "x", "y", "z")
UNNAMED = {2: CXYZ[1:3], 3: CXYZ[1:], 4: CXYZ}
"""What the axes of a volume are if nothing says so, by their number."""


class Source(ABC):
    """A volume that can be read box by box, also from several threads.

    It can be sent to other processes.
    """

    name: str
    """For messages."""
    dtype: np.dtype[Any]
    """In native byte order."""
    axes: tuple[str, ...]
    shape: Shape
    fill_value: Any = 0
    attributes: Mapping[str, Any] | None = None
    begin: tuple[int, ...] = (0, 0, 0)
    """Where its first voxel lies along x, y and z in the volume that it is a part of."""
    reads_whole_slices = False
    """True if a part of a slice along the last axis costs as much as all of it."""
    broken: Sequence[Path] = ()
    """Files that cannot be decoded, in whose place there is nothing."""
    decoders = 1
    """How many threads a read may use."""

    @abstractmethod
    def read(self, box: Box) -> NDArray[Any]:
        """The voxels of a box that lies inside the shape."""

    def is_absent(self, box: Box) -> bool:
        """True if the box is known to hold nothing but the fill value."""
        return False

    @property
    def overhead(self) -> int:
        """Bytes that each decoder takes beyond the voxels that are returned."""
        return 0

    @property
    def voxel_bytes(self) -> int:
        """Bytes that each voxel of a box takes while it is read."""
        return self.dtype.itemsize

    @property
    def chunk_shape(self) -> Shape | None:
        """What is decoded as a whole, if it is stored in chunks."""
        return None

    @property
    def fingerprint(self) -> Any:
        """What tells it from a source that has the same name; of JSON values."""
        return None

    @property
    def voxels(self) -> int:
        """How many there are, over all channels."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of all voxels."""
        return self.voxels * self.dtype.itemsize
