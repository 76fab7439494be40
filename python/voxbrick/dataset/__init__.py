"""Datasets as WEBKNOSSOS keeps them: layers, their mags, and views of these."""

from voxbrick.dataset._array import ArrayInfo
from voxbrick.dataset.data_format import DataFormat
from voxbrick.dataset.dataset import Dataset
from voxbrick.dataset.layer import Layer, SegmentationLayer
from voxbrick.dataset.layer_categories import (
    COLOR_CATEGORY,
    SEGMENTATION_CATEGORY,
    LayerCategoryType,
)
from voxbrick.dataset.length_unit import LengthUnit, VoxelSize
from voxbrick.dataset.mag_view import MagView
from voxbrick.dataset.sampling_modes import SamplingModes
from voxbrick.dataset.view import View
from voxbrick.dataset.view_configuration import DatasetViewConfiguration, LayerViewConfiguration

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
