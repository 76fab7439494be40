"""The address by which scripts know the categories of layers."""

from voxbrick.metadata.types import COLOR_CATEGORY, SEGMENTATION_CATEGORY, LayerCategoryType

__all__ = ["COLOR_CATEGORY", "SEGMENTATION_CATEGORY", "LayerCategoryType"]
