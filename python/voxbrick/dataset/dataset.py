"""Dataset: a folder with layers, and the properties that say what they are."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from voxbrick._support import warn_deprecated
from voxbrick.dataset._dataset_copies import CopyMethods
from voxbrick.dataset._dataset_images import ImageMethods
from voxbrick.dataset._dataset_layers import LayerMethods
from voxbrick.dataset.layer import Layer, SegmentationLayer
from voxbrick.errors import (
    AlreadyExistsError,
    DatasetExistsError,
    InvalidArgumentError,
    NameNotFoundError,
    ReadOnlyError,
)
from voxbrick.geometry.bounding_box import BoundingBox
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.metadata.changes import Document
from voxbrick.metadata.properties import DatasetProperties, LayerProperties
from voxbrick.metadata.properties_file import PropertiesFile, is_new
from voxbrick.metadata.types import COLOR_CATEGORY, SEGMENTATION_CATEGORY, VoxelSize
from voxbrick.metadata.view_configuration import DatasetViewConfiguration

PathLike: TypeAlias = "str | os.PathLike[str]"
_Layer = TypeVar("_Layer", bound=Layer)


class Dataset(LayerMethods, CopyMethods, ImageMethods):
    """A folder with layers.

    Every change is saved at once. Whatever other processes change in the meantime is kept, and
    seen here after the next change.
    """

    def __init__(
        self,
        dataset_path: PathLike,
        voxel_size: tuple[float, float, float] | None = None,
        name: str | None = None,
        exist_ok: bool | None = None,
        *,
        scale: tuple[float, float, float] | None = None,
        voxel_size_with_unit: VoxelSize | None = None,
        read_only: bool = False,
    ) -> None:
        """Creates a dataset in a folder that is new or empty, or opens what is there.

        Args:
            dataset_path: the folder.
            voxel_size: extent of a voxel of Mag(1) in nanometers; needed to create a dataset.
            name: by default that of the folder.
            exist_ok: whether there may be a dataset already; if so, its voxel size and name have
                to be as given.
            scale: deprecated, use ``voxel_size``.
            voxel_size_with_unit: the voxel size in another unit.
            read_only: opens a dataset that is there, for reading only.

        Raises:
            DatasetExistsError: the folder is not empty, and ``exist_ok`` is not set.
            NotFoundError: the folder holds files, but no dataset.
            InvalidArgumentError: there is no voxel size, or another one, or another name.
            InvalidMetadataError: the properties are damaged.
        """
        if scale is not None:
            warn_deprecated("scale", "voxel_size")
            voxel_size = scale
        size = voxel_size_with_unit
        if voxel_size is not None:
            size = VoxelSize.in_nanometers(voxel_size)
        path = Path(dataset_path)
        if is_new(path) and not read_only:
            with suppress(AlreadyExistsError):  # others make it at the same time
                self._open(path, _created(path, size, name), read_only)
                return
        if not (exist_ok or read_only):
            raise DatasetExistsError(_in_the_way(path))
        self._open(path, PropertiesFile(path).read(), read_only)
        self._check_same(size, name)

    def _open(self, path: Path, properties: DatasetProperties, read_only: bool) -> None:
        self._path = path
        self._file = PropertiesFile(path)
        self._read_only = read_only
        self._layers: dict[str, Layer] = {}
        self._adopt(properties)

    def _adopt(self, properties: DatasetProperties) -> None:
        """Takes over what the file says; layers that are known stay the same objects."""
        known = self._layers
        self._properties = properties
        self._by_name = {layer.name: layer for layer in properties.data_layers}
        self._layers = {
            layer.name: known.get(layer.name) or _layer(self, layer) for layer in properties.data_layers
        }

    def _check_same(self, voxel_size: VoxelSize | None, name: str | None) -> None:
        has = self.voxel_size_with_unit
        if voxel_size is not None and voxel_size.to_nanometer() != has.to_nanometer():
            raise InvalidArgumentError(f"{self} has the voxel size {has}, not {voxel_size}")
        if name is not None and name != self.name:
            raise InvalidArgumentError(f"{self} has the name {self.name!r}, not {name!r}")

    @classmethod
    def open(cls, dataset_path: PathLike, read_only: bool = False) -> Dataset:
        """Opens a dataset.

        Raises:
            NotFoundError: there is none.
            InvalidMetadataError: the properties are damaged.
        """
        path = Path(dataset_path)
        return cls._restored(path, PropertiesFile(path).read(), read_only)

    @classmethod
    def _restored(cls, path: Path, properties: DatasetProperties, read_only: bool) -> Dataset:
        dataset = object.__new__(cls)
        dataset._open(path, properties, read_only)
        return dataset

    @classmethod
    def create(
        cls, dataset_path: PathLike, voxel_size: tuple[float, float, float], name: str | None = None
    ) -> Dataset:
        """Deprecated: use ``Dataset(…, exist_ok=False)``."""
        warn_deprecated("Dataset.create()", "Dataset(..., exist_ok=False)")
        return cls(dataset_path, voxel_size, name, exist_ok=False)

    @classmethod
    def get_or_create(
        cls, dataset_path: PathLike, voxel_size: tuple[float, float, float], name: str | None = None
    ) -> Dataset:
        """Deprecated: use ``Dataset(…, exist_ok=True)``."""
        warn_deprecated("Dataset.get_or_create()", "Dataset(..., exist_ok=True)")
        return cls(dataset_path, voxel_size, name, exist_ok=True)

    # -- what it is ------------------------------------------------------------------------------

    @property
    def path(self) -> Path:
        """The folder of the dataset."""
        return self._path

    @property
    def read_only(self) -> bool:
        """Whether every change of the dataset, its layers and their voxels is refused."""
        return self._read_only

    @property
    def name(self) -> str:
        """As it is shown; setting it is saved at once. That of the folder if the properties have none."""
        return self._properties.name or self._path.resolve().name

    @name.setter
    def name(self, name: str) -> None:
        self._change(lambda document: document.set_name(name))

    @property
    def voxel_size(self) -> tuple[float, float, float]:
        """The extent of a voxel of Mag(1) in nanometers."""
        return self._properties.voxel_size.to_nanometer()

    @property
    def voxel_size_with_unit(self) -> VoxelSize:
        """The extent of a voxel of Mag(1)."""
        return self._properties.voxel_size

    @property
    def scale(self) -> tuple[float, float, float]:
        """Deprecated: use `voxel_size`."""
        warn_deprecated("scale", "voxel_size")
        return self.voxel_size

    @property
    def default_view_configuration(self) -> DatasetViewConfiguration | None:
        """How the dataset is first shown."""
        return self._properties.default_view_configuration

    @default_view_configuration.setter
    def default_view_configuration(self, view: DatasetViewConfiguration) -> None:
        self._change(lambda document: document.set_view_configuration(view))

    def calculate_bounding_box(self) -> NDBoundingBox:
        """The smallest box around those of all layers, in Mag(1)."""
        boxes = [layer.bounding_box for layer in self._layers.values()]
        around = boxes[0] if boxes else BoundingBox.empty()
        for box in boxes[1:]:
            around = around.extended_by(box)
        return around

    def _check_writable(self) -> None:
        if self._read_only:
            raise ReadOnlyError(f"{self} is read-only; open it without read_only=True to change it")

    def _read_again(self) -> None:
        """Sees what others changed."""
        self._adopt(self._file.read())

    def _change(self, change: Callable[[Document], None]) -> None:
        """Changes and saves the properties, and sees what others changed."""
        self._check_writable()
        self._adopt(self._file.change(change))

    # -- its layers ------------------------------------------------------------------------------

    @property
    def layers(self) -> dict[str, Layer]:
        """The layers by their names, in the order in which they were added."""
        return dict(self._layers)

    def _layer_properties(self, name: str) -> LayerProperties:
        if name not in self._by_name:
            raise NameNotFoundError(f"{self} has no layer {name!r}, but {list(self._by_name)}")
        return self._by_name[name]

    def get_layer(self, layer_name: str) -> Layer:
        """A layer by its name.

        Raises:
            NameNotFoundError: there is none; the message lists those there are.
        """
        self._layer_properties(layer_name)
        return self._layers[layer_name]

    def get_segmentation_layers(self) -> list[SegmentationLayer]:
        """The layers of the category "segmentation", in the order of `layers`."""
        return [layer for layer in self._layers.values() if isinstance(layer, SegmentationLayer)]

    def get_color_layers(self) -> list[Layer]:
        """The layers of the category "color", in the order of `layers`."""
        return [layer for layer in self._layers.values() if layer.category == COLOR_CATEGORY]

    def get_segmentation_layer(self) -> SegmentationLayer:
        """Deprecated: use `get_segmentation_layers`."""
        warn_deprecated("get_segmentation_layer()", "get_segmentation_layers()")
        return _only(self.get_segmentation_layers(), SEGMENTATION_CATEGORY)

    def get_color_layer(self) -> Layer:
        """Deprecated: use `get_color_layers`."""
        warn_deprecated("get_color_layer()", "get_color_layers()")
        return _only(self.get_color_layers(), COLOR_CATEGORY)

    # -- as a value ------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Dataset):
            return NotImplemented
        return (self._path, self._read_only) == (other._path, other._read_only)

    def __hash__(self) -> int:
        return hash((self._path, self._read_only))

    def __repr__(self) -> str:
        return f"Dataset({str(self._path)!r})"

    def __work_identity__(self) -> tuple[Any, ...]:
        """What a checkpoint knows it by; its boxes may grow while the work goes on."""
        return (self.path.resolve(),)

    def __reduce__(self) -> tuple[Any, ...]:
        return Dataset._restored, (self._path.absolute(), self._properties, self._read_only)


def _in_the_way(path: Path) -> str:
    if PropertiesFile(path).path.exists():
        return f"there is a dataset in {path}; exist_ok=True opens it"
    return f"{path} is not empty, and what is there is no dataset; choose another folder"


def _created(path: Path, voxel_size: VoxelSize | None, name: str | None) -> DatasetProperties:
    if voxel_size is None:
        raise InvalidArgumentError(f"a new dataset in {path} needs a voxel_size")
    document = Document.new(path.resolve().name if name is None else name, voxel_size)
    return PropertiesFile(path).create(document)


def _layer(dataset: Dataset, properties: LayerProperties) -> Layer:
    is_segmentation = properties.category == SEGMENTATION_CATEGORY
    return (SegmentationLayer if is_segmentation else Layer)(dataset, properties.name)


def _only(layers: list[_Layer], category: str) -> _Layer:
    if len(layers) != 1:
        names = [layer.name for layer in layers]
        raise NameNotFoundError(f"there is not one layer of the category {category}, but {names}")
    return layers[0]
