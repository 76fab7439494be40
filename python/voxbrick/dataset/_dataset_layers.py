"""What a dataset offers to add layers, and to take them away."""

from __future__ import annotations

import os
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from voxbrick.dataset.layer import Layer
from voxbrick.errors import NameTakenError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.metadata.defaults import DEFAULT_DATA_FORMAT
from voxbrick.metadata.types import LayerCategoryType
from voxbrick.operations import layers
from voxbrick.operations.groups import update_groups
from voxbrick.operations.layers import Asked, Kind, kind_of
from voxbrick.operations.plans import Copying, copy_layer
from voxbrick.volume.layout import Shape, layout

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from voxbrick.dataset.dataset import Dataset
    from voxbrick.metadata.types import DataFormat

ForeignLayer: TypeAlias = "Layer | str | os.PathLike[str]"


class LayerMethods:
    """The part of `Dataset` that adds and removes layers."""

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
        dataset = _dataset(self)
        layers.add(dataset, layer_name, kind, bounding_box, largest_segment_id, mappings)
        return dataset.get_layer(layer_name)

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
        per_channel = options.pop("dtype", None) if dtype_per_channel is None else dtype_per_channel
        asked = (category, dtype_per_layer, per_channel, num_channels, data_format)
        dataset = _dataset(self)
        if layer_name not in dataset.layers:
            try:
                return self.add_layer(layer_name, *asked, **options)
            except NameTakenError:
                dataset._read_again()  # others added it since
        layer = dataset.get_layer(layer_name)
        Asked(*asked[:-1]).check(kind_of(layer), str(layer))  # the default format is no wish
        return layer

    def add_layer_like(self, other_layer: Layer, layer_name: str) -> Layer:
        """Adds an empty layer of the same kind and with the same box as another one."""
        dataset = _dataset(self)
        layers.add_like(dataset, other_layer, layer_name)
        return dataset.get_layer(layer_name)

    def add_layer_for_existing_files(
        self,
        layer_name: str,
        category: LayerCategoryType,
        *,
        bounding_box: NDBoundingBox | None = None,
        largest_segment_id: int | None = None,
        mappings: list[str] | None = None,
        dtype_per_layer: DTypeLike | None = None,
        dtype_per_channel: DTypeLike | None = None,
        num_channels: int | None = None,
        data_format: str | DataFormat | None = None,
    ) -> Layer:
        """Adds a layer whose arrays are there already: one in each folder named like a mag.

        The box is that of what is stored in the finest mag, with all axes of its array, unless it
        is given.

        Raises:
            NotFoundError: there is no such array.
            InvalidArgumentError: the arrays are not alike, or not of the type, number of channels
                or format that is given.
        """
        asked = Asked(category, dtype_per_layer, dtype_per_channel, num_channels, data_format)
        dataset = _dataset(self)
        layers.adopt(dataset, layer_name, category, bounding_box, largest_segment_id, mappings, asked)
        return dataset.get_layer(layer_name)

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
        dataset = _dataset(self)
        foreign = _foreign_layer(dataset, foreign_layer)
        name = foreign.name if new_layer_name is None else new_layer_name
        copy_layer(dataset, foreign, name, Copying.by(executor, data_format, asked), executor)
        return dataset.get_layer(name)

    def add_symlink_layer(
        self,
        foreign_layer: ForeignLayer,
        make_relative: bool = False,
        new_layer_name: str | None = None,
    ) -> Layer:
        """Adds a link to the folder of another layer; later changes of its box are not followed."""
        dataset = _dataset(self)
        foreign = _foreign_layer(dataset, foreign_layer)
        name = foreign.name if new_layer_name is None else new_layer_name
        layers.link(dataset, foreign, make_relative, name)
        return dataset.get_layer(name)

    def add_fs_copy_layer(self, foreign_layer: ForeignLayer, new_layer_name: str | None = None) -> Layer:
        """Adds a copy of the files of another layer."""
        dataset = _dataset(self)
        foreign = _foreign_layer(dataset, foreign_layer)
        name = foreign.name if new_layer_name is None else new_layer_name
        layers.copy_files(dataset, foreign, name)
        return dataset.get_layer(name)

    def delete_layer(self, layer_name: str) -> None:
        """Removes a layer and its files; of a link only the link.

        Raises:
            NameNotFoundError: there is no such layer.
        """
        layers.delete(_dataset(self), layer_name)

    def _rename_layer(self, layer: Layer, name: str) -> None:
        if name == layer.name:
            return
        dataset = _dataset(self)
        change = layers.renaming(dataset, layer, name)
        # Known under its new name before the properties are, the layer stays the same object.
        before, old_name = dataset._layers, layer.name
        dataset._layers = {**before, name: before.get(name, layer)}
        layer._name = name
        try:
            dataset._change(change)
        except BaseException:
            layer._name = old_name
            dataset._layers = before
            raise
        layer._follow()
        update_groups(layer)


def _dataset(part: LayerMethods) -> Dataset:
    return cast("Dataset", part)


def _foreign_layer(dataset: Dataset, layer: ForeignLayer) -> Layer:
    """A layer of another dataset, also by the path of its folder."""
    if isinstance(layer, Layer):
        return layer
    path = Path(layer).absolute()
    return type(dataset).open(path.parent, read_only=True).get_layer(path.name)
