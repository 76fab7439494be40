"""The Zarr groups of a layer and of its dataset, which say what mags there are."""

from __future__ import annotations

from contextlib import suppress

from voxbrick.errors import VoxbrickError
from voxbrick.metadata.ome_writing import LevelOfGroup, ZarrLayer, write_group_metadata
from voxbrick.metadata.types import DataFormat
from voxbrick.operations.handles import LayerHandle, MagHandle


def update_groups(layer: LayerHandle) -> None:
    """Brings the groups of a layer and of its dataset up to date, after mags came or went."""
    properties, dataset = layer._properties, layer.dataset
    if properties.data_format is DataFormat.WKW or not layer.path.is_dir():
        return
    inside = [
        view
        for view in layer.mags.values()
        if view.path.is_relative_to(layer.path) and ".." not in view.path.parts
    ]
    levels = [LevelOfGroup(view.mag, view.path, _axes_of(view)) for view in inside]
    write_group_metadata(
        ZarrLayer(
            path=layer.path,
            dataset_path=dataset.path,
            properties=properties,
            voxel_size=dataset.voxel_size_with_unit,
            levels=levels,
        )
    )


def _axes_of(view: MagHandle) -> tuple[str, ...]:
    """The dimensions of the array, also if it cannot be opened."""
    axes = view._handle().array.place.axes
    with suppress(VoxbrickError):
        return axes or view.info.dimension_names
    return ("c", *view.layer.bounding_box.axes)
