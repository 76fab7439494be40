"""The address by which scripts know `ConversionLayerMapping`."""

from voxbrick.metadata.types import ConversionLayerMapping

__all__ = ["ConversionLayerMapping"]
