"""Dataset: a folder with layers, and the properties that say what they are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from voxbrick.dataset import _layers
from voxbrick.dataset._document import Document
from voxbrick.dataset._folder import is_new, make_folder
from voxbrick.dataset._layers import Kind
from voxbrick.dataset._layout import Shape, layout
from voxbrick.dataset._properties_file import PropertiesFile
from voxbrick.dataset.defaults import DEFAULT_DATA_FORMAT
from voxbrick.dataset.layer import Layer, SegmentationLayer
from voxbrick.dataset.layer_categories import (
    COLOR_CATEGORY,
    SEGMENTATION_CATEGORY,
    LayerCategoryType,
)
from voxbrick.dataset.length_unit import VoxelSize
from voxbrick.dataset.properties import DatasetProperties, LayerProperties
from voxbrick.dataset.view_configuration import DatasetViewConfiguration
from voxbrick.errors import (
    DatasetExistsError,
    InvalidArgumentError,
    NameNotFoundError,
    ReadOnlyError,
)
from voxbrick.geometry.bounding_box import BoundingBox
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.utils import warn_deprecated

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from voxbrick.dataset.data_format import DataFormat

PathLike: TypeAlias = "str | os.PathLike[str]"
_Layer = TypeVar("_Layer", bound=Layer)

ForeignLayer: TypeAlias = "Layer | str | os.PathLike[str]"


class Dataset:
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
            size = VoxelSize(_three_numbers(voxel_size))
        path = Path(dataset_path)
        if is_new(path) and not read_only:
            self._open(path, _created(path, size, name), read_only)
            return
        if not (exist_ok or read_only):
            raise DatasetExistsError(f"{path} is not empty; exist_ok=True opens the dataset there")
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
        return self._path

    @property
    def read_only(self) -> bool:
        return self._read_only

    @property
    def name(self) -> str:
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

    def _change(self, change: Callable[[Document], None]) -> None:
        """Changes and saves the properties, and sees what others changed."""
        if self._read_only:
            raise ReadOnlyError(f"{self} is read-only")
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
        return [layer for layer in self._layers.values() if isinstance(layer, SegmentationLayer)]

    def get_color_layers(self) -> list[Layer]:
        return [layer for layer in self._layers.values() if layer.category == COLOR_CATEGORY]

    def get_segmentation_layer(self) -> SegmentationLayer:
        """Deprecated: use `get_segmentation_layers`."""
        warn_deprecated("get_segmentation_layer()", "get_segmentation_layers()")
        return _only(self.get_segmentation_layers(), SEGMENTATION_CATEGORY)

    def get_color_layer(self) -> Layer:
        """Deprecated: use `get_color_layers`."""
        warn_deprecated("get_color_layer()", "get_color_layers()")
        return _only(self.get_color_layers(), COLOR_CATEGORY)

    def add_layer(
        self,
        layer_name: str,
        category: LayerCategoryType,
        dtype_per_layer: DTypeLike | None = None,
        dtype_per_channel: DTypeLike | None = None,
        num_channels: int | None = None,
        data_format: str | DataFormat = DEFAULT_DATA_FORMAT,
        bounding_box: NDBoundingBox | None = None,
        *,
        dtype: DTypeLike | None = None,
        largest_segment_id: int | None = None,
        mappings: list[str] | None = None,
    ) -> Layer:
        """Adds an empty layer.

        Args:
            layer_name: letters, digits, ``_ $ @ -`` and, but for its start, dots.
            category: ``"color"`` or ``"segmentation"``.
            dtype_per_layer: the type over all channels, "uint24" for three of uint8.
            dtype_per_channel: the type of one channel; uint8 by default.
            num_channels: 1 by default.
            data_format: ``"wkw"``, ``"zarr"`` or ``"zarr3"``.
            bounding_box: where there will be data, in Mag(1); its axes are those of the layer.
            dtype: the same as ``dtype_per_channel``.
            largest_segment_id: of a segmentation, if it is known.
            mappings: names of the mappings of a segmentation.

        Raises:
            NameTakenError: there is such a layer.
            InvalidArgumentError: the name, the category or a dtype make no sense.
        """
        per_channel = dtype if dtype_per_channel is None else dtype_per_channel
        kind = Kind.of(category, dtype_per_layer, per_channel, num_channels, data_format)
        return _layers.add(self, layer_name, kind, bounding_box, largest_segment_id, mappings)

    def get_or_add_layer(
        self,
        layer_name: str,
        category: LayerCategoryType,
        dtype_per_layer: DTypeLike | None = None,
        dtype_per_channel: DTypeLike | None = None,
        num_channels: int | None = None,
        data_format: str | DataFormat = DEFAULT_DATA_FORMAT,
        **options: Any,
    ) -> Layer:
        """The layer of that name, if it is of that kind; else `add_layer`.

        Raises:
            InvalidArgumentError: the layer is of another kind.
        """
        asked = (category, dtype_per_layer, dtype_per_channel, num_channels, data_format)
        if layer_name not in self._layers:
            return self.add_layer(layer_name, *asked, **options)
        return _layers.checked(self._layers[layer_name], *asked)

    def add_layer_like(self, other_layer: Layer, layer_name: str) -> Layer:
        """Adds an empty layer of the same kind and with the same box as another one."""
        return _layers.add_like(self, other_layer, layer_name)

    def add_layer_for_existing_files(
        self,
        layer_name: str,
        category: LayerCategoryType,
        *,
        bounding_box: NDBoundingBox | None = None,
        largest_segment_id: int | None = None,
        mappings: list[str] | None = None,
    ) -> Layer:
        """Adds a layer whose arrays are there already: one in each folder named like a mag.

        The box is that of what is stored in the finest mag, unless it is given.

        Raises:
            NotFoundError: there is no such array.
        """
        return _layers.adopt(self, layer_name, category, bounding_box, largest_segment_id, mappings)

    def add_copy_layer(
        self,
        foreign_layer: ForeignLayer,
        new_layer_name: str | None = None,
        chunk_shape: Shape | None = None,
        chunks_per_shard: Shape | None = None,
        data_format: str | DataFormat | None = None,
        compress: bool | None = None,
        executor: Executor | None = None,
        *,
        shard_shape: Shape | None = None,
    ) -> Layer:
        """Adds a copy of another layer with all its mags; layout and format can be others."""
        asked = layout(chunk_shape, chunks_per_shard, shard_shape, compress)
        foreign = _layers.foreign_layer(foreign_layer)
        return _layers.copy(self, foreign, new_layer_name, asked, data_format, executor)

    def add_symlink_layer(
        self,
        foreign_layer: ForeignLayer,
        make_relative: bool = False,
        new_layer_name: str | None = None,
    ) -> Layer:
        """Adds a link to the folder of another layer; later changes of its box are not followed."""
        foreign = _layers.foreign_layer(foreign_layer)
        return _layers.link(self, foreign, make_relative, new_layer_name)

    def add_fs_copy_layer(self, foreign_layer: ForeignLayer, new_layer_name: str | None = None) -> Layer:
        """Adds a copy of the files of another layer."""
        foreign = _layers.foreign_layer(foreign_layer)
        return _layers.copy_files(self, foreign, new_layer_name)

    def delete_layer(self, layer_name: str) -> None:
        """Removes a layer and its files; of a link only the link.

        Raises:
            NameNotFoundError: there is no such layer.
        """
        _layers.delete(self, layer_name)

    def _rename_layer(self, layer: Layer, name: str) -> None:
        _layers.rename(self, layer, name)

    # -- all layers ------------------------------------------------------------------------------

    def copy_dataset(
        self,
        new_dataset_path: PathLike,
        voxel_size: tuple[float, float, float] | None = None,
        chunk_shape: Shape | None = None,
        chunks_per_shard: Shape | None = None,
        data_format: str | DataFormat | None = None,
        compress: bool | None = None,
        executor: Executor | None = None,
        *,
        shard_shape: Shape | None = None,
    ) -> Dataset:
        """Copies all layers into a new dataset; its voxel size and their layout can be others."""
        size = self.voxel_size_with_unit
        if voxel_size is not None:
            size = VoxelSize(_three_numbers(voxel_size))
        copy = Dataset(new_dataset_path, voxel_size_with_unit=size, exist_ok=False)
        for layer in self._layers.values():
            copy.add_copy_layer(
                layer,
                None,
                chunk_shape,
                chunks_per_shard,
                data_format,
                compress,
                executor,
                shard_shape=shard_shape,
            )
        copy._take_view(self)
        return copy

    def shallow_copy_dataset(
        self,
        new_dataset_path: PathLike,
        name: str | None = None,
        make_relative: bool = False,
        layers_to_ignore: Iterable[str] | None = None,
    ) -> Dataset:
        """A new dataset whose layers are links to those of this one."""
        ignored = set(layers_to_ignore or ())
        size = self.voxel_size_with_unit
        copy = Dataset(new_dataset_path, None, name or self.name, False, voxel_size_with_unit=size)
        for layer in self._layers.values():
            if layer.name not in ignored:
                copy.add_symlink_layer(layer, make_relative)
        copy._take_view(self)
        return copy

    def _take_view(self, other: Dataset) -> None:
        if other.default_view_configuration is not None:
            self.default_view_configuration = other.default_view_configuration

    def compress(self, executor: Executor | None = None) -> None:
        """Compresses all mags in place that are not compressed yet."""
        for layer in self._layers.values():
            for mag in layer.mags.values():
                mag.compress(executor=executor)

    # -- as a value ------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Dataset):
            return NotImplemented
        return (self._path, self._read_only) == (other._path, other._read_only)

    def __hash__(self) -> int:
        return hash((self._path, self._read_only))

    def __repr__(self) -> str:
        return f"Dataset({str(self._path)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Dataset._restored, (self._path.absolute(), self._properties, self._read_only)


def _three_numbers(voxel_size: Iterable[float]) -> tuple[float, float, float]:
    numbers = tuple(float(extent) for extent in voxel_size)
    if len(numbers) != 3 or not all(0 < extent < float("inf") for extent in numbers):
        raise InvalidArgumentError(f"a voxel size is three positive numbers, got {voxel_size}")
    return numbers[0], numbers[1], numbers[2]


def _created(path: Path, voxel_size: VoxelSize | None, name: str | None) -> DatasetProperties:
    if voxel_size is None:
        raise InvalidArgumentError(f"a new dataset in {path} needs a voxel_size")
    make_folder(path)
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
