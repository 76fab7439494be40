"""DataFormat: how the voxels of a layer are stored."""

from __future__ import annotations

from enum import Enum


class DataFormat(str, Enum):
    """As it is written in the properties: WKW, Zarr version 2, Zarr version 3."""

    WKW = "wkw"
    Zarr = "zarr"
    Zarr3 = "zarr3"

    def __str__(self) -> str:
        return self.value
