"""What operations know of views, mags, layers and datasets, also what these do not show to scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import attr
import numpy as np

from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec_int import VecInt
from voxbrick.metadata.changes import Document
from voxbrick.metadata.properties import LayerProperties
from voxbrick.metadata.properties_file import PropertiesFile
from voxbrick.metadata.types import DataFormat, LayerCategoryType, VoxelSize
from voxbrick.metadata.view_configuration import DatasetViewConfiguration
from voxbrick.operations.regions import Frame
from voxbrick.volume.info import ArrayInfo
from voxbrick.volume.mag_array import MagArray, Voxels


@attr.frozen(repr=False)
class ViewHandle:
    """A view: a box of the array of a mag. Sent to other processes, it leaves its dataset behind."""

    array: MagArray
    bounding_box: NDBoundingBox
    """In Mag(1)."""
    mag: Mag
    read_only: bool
    make_view: Callable[[ViewHandle], Any] | None = None
    """Makes what functions of scripts get; they get the handle itself if it is None."""

    @property
    def info(self) -> ArrayInfo:
        return self.array.info

    @property
    def box(self) -> NDBoundingBox:
        """In the voxels of the mag."""
        return self.bounding_box.in_mag(self.mag)

    @property
    def stored_shapes(self) -> tuple[VecInt, VecInt]:
        """What a chunk and a file of the array cover, in Mag(1) and with the axes of the view."""
        return self.array.stored_shapes(self.bounding_box, self.mag)

    def part(self, box: NDBoundingBox, read_only: bool | None = None) -> ViewHandle:
        """Another box of the same mag; as read-only as this one if nothing else is said."""
        is_read_only = self.read_only if read_only is None else read_only
        return ViewHandle(self.array, box, self.mag, is_read_only, self.make_view)

    def without_view(self) -> ViewHandle:
        """The same for functions that work on handles."""
        return ViewHandle(self.array, self.bounding_box, self.mag, self.read_only)

    def view(self) -> Any:
        """What functions of scripts get."""
        return self if self.make_view is None else self.make_view(self)

    def __repr__(self) -> str:
        return f"View({str(self.array.place.path)!r}, {self.bounding_box})"

    def __work_identity__(self) -> tuple[Any, ...]:
        """What a checkpoint knows it by."""
        return self.array.place.path.resolve(), self.bounding_box, self.mag


def handle_of(name: str, view: Any) -> ViewHandle:
    """The handle of the view that is given as an argument of that name.

    Raises:
        InvalidArgumentError: it is no view.
    """
    if not hasattr(view, "_handle"):
        raise InvalidArgumentError(f"{name} is {view!r}; give a view or a mag")
    handle: ViewHandle = view._handle()
    return handle


class SlicedView(Protocol):
    """A `View`, as slice readers and writers use it."""

    @property
    def mag(self) -> Mag: ...
    @property
    def info(self) -> ArrayInfo: ...
    @property
    def bounding_box(self) -> NDBoundingBox: ...
    def write(
        self,
        data: Voxels,
        *,
        json_update_allowed: bool,
        absolute_bounding_box: NDBoundingBox | None = None,
        allow_unaligned: bool,
    ) -> None: ...
    def _handle(self) -> ViewHandle: ...
    def _frame(self) -> Frame:
        """What the arguments of a call are relative to."""

    def _check_writable(self) -> None: ...
    def _admit(self, region: NDBoundingBox) -> None:
        """Refuses a region that may not be written."""


class MagHandle(Protocol):
    """A `MagView`."""

    @property
    def mag(self) -> Mag: ...
    @property
    def path(self) -> Path: ...
    @property
    def info(self) -> ArrayInfo: ...
    @property
    def bounding_box(self) -> NDBoundingBox: ...
    @property
    def layer(self) -> LayerHandle: ...
    def read(self, *, absolute_bounding_box: NDBoundingBox | None = None) -> Voxels: ...
    def write(
        self, data: Voxels, *, json_update_allowed: bool, absolute_bounding_box: NDBoundingBox | None = None
    ) -> None: ...
    def get_bounding_boxes_on_disk(self) -> Iterator[NDBoundingBox]: ...
    def _handle(self) -> ViewHandle: ...
    def _cover(self, region: NDBoundingBox) -> None:
        """Lets the box of the layer grow to a region that was written."""


class LayerHandle(Protocol):
    """A `Layer`."""

    @property
    def name(self) -> str: ...
    @property
    def path(self) -> Path: ...
    @property
    def dataset(self) -> DatasetHandle: ...
    @property
    def category(self) -> LayerCategoryType: ...
    @property
    def data_format(self) -> DataFormat: ...
    @property
    def num_channels(self) -> int: ...
    @property
    def dtype_per_channel(self) -> np.dtype[Any]: ...
    @property
    def bounding_box(self) -> NDBoundingBox: ...
    @property
    def mags(self) -> Mapping[Mag, MagHandle]: ...
    def get_mag(self, mag: Any) -> MagHandle: ...
    def get_finest_mag(self) -> MagHandle: ...
    @property
    def _properties(self) -> LayerProperties: ...
    def _change(self, change: Callable[[Document], None]) -> None:
        """Changes and saves the properties of the dataset."""

    def _extend(self, region: NDBoundingBox) -> None:
        """Lets the box of the layer grow to contain a region."""


class DatasetHandle(Protocol):
    """A `Dataset`."""

    @property
    def path(self) -> Path: ...
    @property
    def name(self) -> str: ...
    @property
    def default_view_configuration(self) -> DatasetViewConfiguration | None: ...
    @property
    def voxel_size(self) -> tuple[float, float, float]: ...
    @property
    def voxel_size_with_unit(self) -> VoxelSize: ...
    @property
    def layers(self) -> Mapping[str, LayerHandle]: ...
    def get_layer(self, layer_name: str) -> LayerHandle: ...
    @property
    def _file(self) -> PropertiesFile: ...
    def _check_writable(self) -> None: ...
    def _change(self, change: Callable[[Document], None]) -> None:
        """Changes and saves the properties."""
