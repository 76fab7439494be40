"""The address by which scripts know the properties of datasets."""

from voxbrick.metadata.properties import DatasetProperties, LayerProperties, MagViewProperties
from voxbrick.metadata.view_configuration import DatasetViewConfiguration, LayerViewConfiguration

__all__ = [
    "DatasetProperties",
    "DatasetViewConfiguration",
    "LayerProperties",
    "LayerViewConfiguration",
    "MagViewProperties",
]
