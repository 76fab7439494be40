"""The address by which scripts know `LengthUnit` and `VoxelSize`."""

from voxbrick.metadata.types import LengthUnit, VoxelSize

__all__ = ["LengthUnit", "VoxelSize"]
