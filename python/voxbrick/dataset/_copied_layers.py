"""Which layers a copy of a dataset has, mag by mag."""

from __future__ import annotations

from functools import reduce
from math import prod
from operator import floordiv
from pathlib import Path
from typing import Any

import attr
from numpy.typing import NDArray

from voxbrick.conversion.boxes import Box, Shape
from voxbrick.conversion.fingerprint import of_folder
from voxbrick.conversion.source import Source, cells_around
from voxbrick.dataset._array import MagArray
from voxbrick.dataset._copy import fill_value_of
from voxbrick.dataset._dataset_plan import DatasetPlan, check_place
from voxbrick.dataset._layer_plan import LayerPlan, MagPlan
from voxbrick.dataset._layout import Layout, with_defaults
from voxbrick.dataset._mags import layout_like
from voxbrick.dataset.data_format import DataFormat
from voxbrick.dataset.dataset import Dataset
from voxbrick.dataset.layer import Layer, SegmentationLayer
from voxbrick.dataset.mag_view import MagView
from voxbrick.geometry.nd_bounding_box import NDBoundingBox


class MagSource(Source):
    """All that is stored of a mag, also beyond the box of its layer."""

    def __init__(self, array: MagArray, extent: NDBoundingBox) -> None:
        self._array = array
        self._extent = extent
        boxes = array.stored_boxes(extent)
        self._cell = tuple(boxes[0].size) if boxes else (1,) * len(extent)
        self._stored = {tuple(map(floordiv, box.topleft, self._cell)) for box in boxes}
        self.name = str(array.place.path)
        self.dtype = array.info.voxel_type
        self.fill_value = fill_value_of(array)
        self.axes = ("c", *extent.axes)
        self.shape = (array.info.num_channels, *extent.size)

    @property
    def chunk_shape(self) -> Shape | None:
        others = (1,) * (len(self.axes) - 4)
        return self.shape[0], *others, *self._array.info.chunk_shape

    @property
    def overhead(self) -> int:
        """A chunk, as it is stored and as it is decoded."""
        return 2 * prod(self.chunk_shape or ()) * self.dtype.itemsize

    @property
    def fingerprint(self) -> Any:
        return [of_folder(self._array.place.path), list(self._extent.topleft)]

    def read(self, box: Box) -> NDArray[Any]:
        return self._array.read(self._in_mag(box))

    def is_absent(self, box: Box) -> bool:
        asked = self._in_mag(box)
        return self._stored.isdisjoint(cells_around(asked.topleft, asked.size, self._cell))

    def _in_mag(self, box: Box) -> NDBoundingBox:
        begin = [a + b for a, b in zip(box.offset[1:], self._extent.topleft, strict=True)]
        return self._extent.with_topleft(begin).with_size(box.shape[1:])


@attr.frozen(kw_only=True)
class Copying:
    """What the copies are to be; what is None stays as it is."""

    data_format: DataFormat | None = None
    layout: Layout = attr.field(factory=Layout)
    memory: int
    jobs: int


def plan_copy(dataset: Dataset, path: Path, copying: Copying, resume: bool = False) -> DatasetPlan:
    """What copies all layers into a new dataset.

    Raises:
        DatasetExistsError: something is at the path.
        InvalidArgumentError: the data format has no such chunks or shards.
    """
    check_place(dataset.path, path, resume)
    return DatasetPlan(
        path=path,
        voxel_size=dataset.voxel_size_with_unit,
        name=dataset.name,
        layers=[_copied(layer, copying) for layer in dataset.layers.values()],
        resume=resume,
        view=dataset.default_view_configuration,
    )


def _copied(layer: Layer, copying: Copying) -> LayerPlan:
    is_segmentation = isinstance(layer, SegmentationLayer)
    mappings = layer._properties.mappings
    return LayerPlan(
        name=layer.name,
        category=layer.category,
        box=layer.bounding_box,
        mags=[_copied_mag(mag, copying) for mag in layer.mags.values()],
        view=layer.default_view_configuration,
        largest_segment_id=layer._properties.largest_segment_id,
        looks_for_ids=False,
        mappings=list(mappings) if is_segmentation and mappings else None,
    )


def _copied_mag(mag: MagView, copying: Copying) -> MagPlan:
    data_format = copying.data_format or mag.info.data_format
    extent = mag.bounding_box.in_mag(mag.mag)
    stored = mag._array.stored_boxes(extent)
    extent = reduce(NDBoundingBox.extended_by, stored, extent)
    layout = with_defaults(layout_like(mag, copying.layout, data_format), data_format)
    return MagPlan.of(
        MagSource(mag._array, extent), mag.mag, extent, data_format, layout, copying.memory, copying.jobs
    )
