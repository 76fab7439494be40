"""The address by which scripts know `DataFormat`."""

from voxbrick.metadata.types import DataFormat

__all__ = ["DataFormat"]
