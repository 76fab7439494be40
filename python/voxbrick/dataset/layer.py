"""Layer: a volume in one or several mags. SegmentationLayer: one whose voxels are segment ids."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from voxbrick._support import warn_deprecated
from voxbrick.dataset._layer_mags import MagMethods
from voxbrick.dataset._layer_resampling import ResamplingMethods
from voxbrick.dataset.mag_view import MagView
from voxbrick.errors import InvalidArgumentError, NameNotFoundError, UnsupportedError
from voxbrick.files.folders import belongs_to
from voxbrick.files.staging import put_back
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.metadata.changes import Document
from voxbrick.metadata.properties import LayerProperties, MagViewProperties
from voxbrick.metadata.types import DataFormat, LayerCategoryType, dtype_per_channel_of, dtype_per_layer_of
from voxbrick.metadata.view_configuration import LayerViewConfiguration
from voxbrick.operations import mags
from voxbrick.operations.layers import check_box, checked_segment_id
from voxbrick.operations.mags import largest_segment_id_of
from voxbrick.volume.layout import Shape, layout
from voxbrick.volume.mag_array import ArrayPlace

if TYPE_CHECKING:
    from voxbrick.dataset.dataset import Dataset


class Layer(MagMethods, ResamplingMethods):
    """A volume in one or several mags, all with the same type of voxels and the same box.

    Made by `Dataset.add_layer`, found by `Dataset.get_layer`. Every change is saved at once.
    """

    def __init__(self, dataset: Dataset, name: str) -> None:
        self._dataset = dataset
        self._name = name
        self._known: LayerProperties | None = None
        self._mag_views: dict[Mag, MagView] = {}

    # -- what it is ------------------------------------------------------------------------------

    @property
    def _properties(self) -> LayerProperties:
        return self._dataset._layer_properties(self._name)

    @property
    def dataset(self) -> Dataset:
        """The dataset to which the layer belongs."""
        return self._dataset

    @property
    def path(self) -> Path:
        """The folder of the layer."""
        return self._dataset.path / self._name

    @property
    def read_only(self) -> bool:
        """Whether the dataset was opened for reading only."""
        return self._dataset.read_only

    @property
    def name(self) -> str:
        """Setting it renames the folder as well; views of the layer's mags have to be made anew.

        Raises:
            InvalidArgumentError: no layer can have such a name.
            AlreadyExistsError: there is a layer or a folder of that name.
        """
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._dataset._rename_layer(self, name)

    @property
    def category(self) -> LayerCategoryType:
        """``"color"`` or ``"segmentation"``."""
        return self._properties.category

    @property
    def data_format(self) -> DataFormat:
        """How the arrays of the layer are stored.

        Raises:
            UnsupportedError: the layer is of a format that voxbrick cannot read.
        """
        data_format = self._properties.data_format
        if not isinstance(data_format, DataFormat):
            raise UnsupportedError(f"{self} is stored as {data_format!r}, which is not supported")
        return data_format

    @property
    def num_channels(self) -> int:
        """As the properties say, or else the array of the finest mag."""
        return self._properties.num_channels or self.get_finest_mag().info.num_channels

    @property
    def dtype_per_channel(self) -> np.dtype[Any]:
        """The type of one channel of a voxel."""
        return dtype_per_channel_of(self._properties.element_class, self.num_channels)

    @property
    def dtype_per_layer(self) -> str:
        """The type over all channels, "uint24" for three of uint8."""
        return dtype_per_layer_of(self.dtype_per_channel, self.num_channels)

    @property
    def default_view_configuration(self) -> LayerViewConfiguration | None:
        """How the layer is first shown."""
        return self._properties.default_view_configuration

    @default_view_configuration.setter
    def default_view_configuration(self, view: LayerViewConfiguration) -> None:
        self._change(lambda document: document.set_layer_view_configuration(self._name, view))

    def _change(self, change: Callable[[Document], None]) -> None:
        self._dataset._change(change)

    # -- its box ---------------------------------------------------------------------------------

    @property
    def bounding_box(self) -> NDBoundingBox:
        """Where the layer has data, in Mag(1).

        Setting it makes room in the arrays of all mags, but neither moves nor deletes data.
        """
        return self._properties.bounding_box

    @bounding_box.setter
    def bounding_box(self, box: NDBoundingBox) -> None:
        check_box(box)
        if box.axes != self.bounding_box.axes:
            raise InvalidArgumentError(f"{self} has the axes {self.bounding_box.axes}, got {box}")
        self._set_box(lambda _: box)

    def _extend(self, region: NDBoundingBox) -> None:
        """Lets the box grow to contain a region, whatever others made of it in the meantime."""
        self._set_box(lambda box: box.extended_by(region))

    def _set_box(self, new_box: Callable[[NDBoundingBox], NDBoundingBox]) -> None:
        def change(document: Document) -> None:
            box = new_box(document.layer_properties(self._name).bounding_box)
            for mag in document.layer_properties(self._name).mags:
                mags.make_room(self._place_of(mag), mag.mag, box)
            document.set_bounding_box(self._name, box)

        self._change(change)

    # -- its mags --------------------------------------------------------------------------------

    @property
    def mags(self) -> dict[Mag, MagView]:
        """The mags in the order in which they were added."""
        return dict(self._synchronized())

    def _synchronized(self) -> dict[Mag, MagView]:
        """The views of all mags that the properties list; those that are known stay the same."""
        properties = self._properties
        if properties is not self._known:
            known = self._mag_views
            self._mag_views = {mag.mag: known.get(mag.mag) or MagView(self, mag) for mag in properties.mags}
            for mag in properties.mags:
                self._mag_views[mag.mag]._moved_to(self._place_of(mag))
                if not self.read_only:
                    put_back(self._mag_views[mag.mag].path, read_only=False)
            self._known = properties
        return self._mag_views

    def _follow(self) -> None:
        """After the folder was moved: views of the mags go with it, views of these views fail."""
        self._synchronized()

    def _place_of(self, mag: MagViewProperties) -> ArrayPlace:
        """Where the array of a mag is, and what the properties say about it."""
        properties = self._properties
        order = mag.axis_order
        channels = properties.num_channels
        path = mag.folder(self._dataset.path, self._name)
        # Elsewhere there may be channels of other layers, too; some name but those after the first.
        first = None if belongs_to(path, self.path) else 0
        return ArrayPlace(
            path=path,
            axes=tuple(sorted(order, key=order.__getitem__)) if order else None,
            channel_index=first if mag.channel_index is None else mag.channel_index,
            num_channels=channels,
            dtype=dtype_per_channel_of(properties.element_class, channels).name if channels else None,
            data_format=properties.data_format,
            lock_path=self._dataset._file.path.resolve(),
        )

    def get_mag(self, mag: Any) -> MagView:
        """The view of a mag.

        Raises:
            NameNotFoundError: the layer has no such mag; the message lists those it has.
            NotFoundError: an interrupted `MagView.compress` has to be cleared up, and the dataset
                was opened for reading only.
        """
        views = self._synchronized()
        if self.data_format and Mag(mag) in views:
            put_back(views[Mag(mag)].path, self.read_only)  # where that may not be done, this says so
            return views[Mag(mag)]
        names = [str(known) for known in views]
        raise NameNotFoundError(f"{self} has no mag {Mag(mag)}, its mags are {names}")

    def get_finest_mag(self) -> MagView:
        """The mag with the smallest factors.

        Raises:
            NameNotFoundError: the layer has no mags.
        """
        views = self._synchronized()
        if not views:
            raise NameNotFoundError(f"{self} has no mags")
        return views[min(views)]

    def get_best_mag(self) -> MagView:
        """Deprecated: use `get_finest_mag`."""
        warn_deprecated("get_best_mag", "get_finest_mag")
        return self.get_finest_mag()

    # -- as a value ------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name!r}, {str(self._dataset.path)!r})"

    def __work_identity__(self) -> tuple[Any, ...]:
        """What a checkpoint knows it by; its box may grow while the work goes on."""
        return (self.path.resolve(),)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._dataset, self._name)


def _restored(dataset: Dataset, name: str) -> Layer:
    return dataset.get_layer(name)


class SegmentationLayer(Layer):
    """A layer whose voxels are ids of segments, 0 where there is none."""

    @property
    def largest_segment_id(self) -> int | None:
        """The largest id in use, None if that is not known."""
        return self._properties.largest_segment_id

    @largest_segment_id.setter
    def largest_segment_id(self, segment_id: int | None) -> None:
        number = checked_segment_id(segment_id)
        self._change(lambda document: document.set_largest_segment_id(self._name, number))

    def refresh_largest_segment_id(
        self, chunk_shape: Shape | None = None, executor: Executor | None = None
    ) -> None:
        """Looks for the largest id in the finest mag, and saves it.

        It is None where there is nothing to look at: no mag, or an empty box.
        """
        self.largest_segment_id = largest_segment_id_of(self, layout(chunk_shape), executor)
