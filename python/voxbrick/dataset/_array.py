"""The address by which scripts know `voxbrick.volume`."""

from voxbrick.volume.info import ArrayInfo, ArrayPlace
from voxbrick.volume.mag_array import MagArray, Voxels

__all__ = ["ArrayInfo", "ArrayPlace", "MagArray", "Voxels"]
