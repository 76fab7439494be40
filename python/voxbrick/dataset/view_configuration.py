"""The address by which scripts know the view configurations."""

from voxbrick.metadata.view_configuration import DatasetViewConfiguration, LayerViewConfiguration

__all__ = ["DatasetViewConfiguration", "LayerViewConfiguration"]
