"""The address by which scripts know the properties of datasets."""

from voxbrick.metadata.properties import DatasetProperties, LayerProperties, MagViewProperties

__all__ = ["DatasetProperties", "LayerProperties", "MagViewProperties"]
