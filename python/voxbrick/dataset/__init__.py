"""Datasets as WEBKNOSSOS keeps them: layers, their mags, and views of these."""

from voxbrick.dataset.dataset import Dataset
from voxbrick.dataset.layer import Layer, SegmentationLayer
from voxbrick.dataset.mag_view import MagView
from voxbrick.dataset.view import View
from voxbrick.geometry.sampling import SamplingModes
from voxbrick.metadata.types import (
    COLOR_CATEGORY,
    SEGMENTATION_CATEGORY,
    DataFormat,
    LayerCategoryType,
    LengthUnit,
    VoxelSize,
)
from voxbrick.metadata.view_configuration import DatasetViewConfiguration, LayerViewConfiguration
from voxbrick.volume.mag_array import ArrayInfo

__all__ = [
    "COLOR_CATEGORY",
    "SEGMENTATION_CATEGORY",
    "ArrayInfo",
    "DataFormat",
    "Dataset",
    "DatasetViewConfiguration",
    "Layer",
    "LayerCategoryType",
    "LayerViewConfiguration",
    "LengthUnit",
    "MagView",
    "SamplingModes",
    "SegmentationLayer",
    "View",
    "VoxelSize",
]
