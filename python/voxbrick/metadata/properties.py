"""datasource-properties.json as values: what a dataset, its layers and their mags say they are.

Reading checks everything, in both dialects: that of version 1, and the older one without version.
What is not understood here stays in the document, which `voxbrick.metadata.changes` changes.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attr

from voxbrick.errors import InvalidArgumentError, UnsupportedError
from voxbrick.geometry.bounding_box import BoundingBox
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import XYZ
from voxbrick.metadata.json import Node
from voxbrick.metadata.types import (
    COLOR_CATEGORY,
    SEGMENTATION_CATEGORY,
    DataFormat,
    LayerCategoryType,
    LengthUnit,
    VoxelSize,
    dtype_per_channel_of,
    implied_channels,
)
from voxbrick.metadata.view_configuration import DatasetViewConfiguration, LayerViewConfiguration

LAYER_NAME = re.compile(r"[A-Za-z0-9_$@-][A-Za-z0-9_$@.-]*")

# Well known, but not readable here: the other layers of such a dataset stay usable.
FOREIGN_DATA_FORMATS = ("n5", "neuroglancerPrecomputed")


@attr.frozen
class MagViewProperties:
    """A mag of a layer: where its array is, and what the axes of that array are."""

    mag: Mag
    path: str | None = None
    cube_length: int | None = None
    axis_order: dict[str, int] | None = None
    channel_index: int | None = None

    def folder(self, dataset_path: Path, layer_name: str) -> Path:
        """The folder of the mag: as the properties say, else by its short or its long name."""
        if self.path is not None:
            return dataset_path / self.path
        short = dataset_path / layer_name / self.mag.to_layer_name()
        long = short.with_name(self.mag.to_long_layer_name())
        # Which do not raise: that the system does not let us look is told to who opens the array.
        return long if os.path.isdir(long) and not os.path.isdir(short) else short  # noqa: PTH112


@attr.frozen
class LayerProperties:
    """A layer; ``data_format`` is a text where voxbrick cannot read the format."""

    name: str
    category: LayerCategoryType
    bounding_box: NDBoundingBox
    element_class: str
    data_format: DataFormat | str
    mags: tuple[MagViewProperties, ...] = ()
    num_channels: int | None = None
    default_view_configuration: LayerViewConfiguration | None = None
    largest_segment_id: int | None = None
    mappings: tuple[str, ...] | None = None
    translation: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Where a transformation that does nothing else puts the layer, in voxels of Mag(1)."""


@attr.frozen
class DatasetProperties:
    """A dataset; ``version`` is None in the older dialect."""

    name: str
    voxel_size: VoxelSize
    data_layers: tuple[LayerProperties, ...] = ()
    default_view_configuration: DatasetViewConfiguration | None = None
    version: int | None = None


def parse_properties(root: Node, parse: Callable[[Node], LayerProperties] | None = None) -> DatasetProperties:
    """Checks a whole document; ``parse`` is what parses a layer, `parse_layer` by default.

    Raises:
        InvalidMetadataError: a value is missing or makes no sense; the message names its key.
        UnsupportedError: the version or a data format is unknown.
    """
    version = _version(root)
    layers = tuple(map(parse or parse_layer, root["dataLayers"].items()))
    _check_unique(root["dataLayers"], [layer.name for layer in layers])
    identity = root.get("id") or Node({}, root.source, "id")
    return DatasetProperties(
        name=identity.optional("name", Node.text) or "",
        voxel_size=_voxel_size(root["scale"]),
        data_layers=layers,
        default_view_configuration=root.optional("defaultViewConfiguration", _dataset_view),
        version=version,
    )


def _dataset_view(node: Node) -> DatasetViewConfiguration:
    return DatasetViewConfiguration.from_json(node.members())


def _version(root: Node) -> int | None:
    node = root.get("version")
    if node is None:
        return None
    if type(node.value) is not int:
        node.fail("1")
    if node.value != 1:
        raise UnsupportedError(f"{root.source}: version {node.value} is unknown, there is only 1")
    return 1


def _check_unique(node: Node, names: list[Any]) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            node.fail(f"{name} only once")


def _voxel_size(node: Node) -> VoxelSize:
    if isinstance(node.value, list):
        return VoxelSize(_three_numbers(node))
    unit = node.get("unit")
    if unit is not None and unit.text() not in set(LengthUnit):
        unit.fail("a unit of length")
    return VoxelSize(_three_numbers(node["factor"]), unit.value if unit else LengthUnit.NANOMETER)


def _three_numbers(node: Node) -> tuple[float, float, float]:
    x, y, z = node.items(3)
    return x.positive_number(), y.positive_number(), z.positive_number()


def parse_layer(node: Node) -> LayerProperties:
    """Checks the document of one layer, and nothing else."""
    mags = _mags(node)
    num_channels = node.optional("numChannels", _positive)
    return LayerProperties(
        name=_layer_name(node["name"]),
        category=_category(node["category"]),
        bounding_box=_bounding_box(node, mags),
        element_class=_element_class(node["elementClass"], num_channels),
        data_format=_data_format(node["dataFormat"]),
        mags=mags,
        num_channels=num_channels or implied_channels(node["elementClass"].text()),
        default_view_configuration=node.optional("defaultViewConfiguration", _layer_view),
        largest_segment_id=node.optional("largestSegmentId", _segment_id),
        mappings=node.optional("mappings", _texts),
        translation=_translation(node.get("coordinateTransformations")),
    )


def _translation(node: Node | None) -> tuple[float, float, float]:
    """That of a single affine transformation; nothing where there is none, or more than that."""
    if node is not None:
        match node.value:
            case [{"matrix": [[1, 0, 0, _], [0, 1, 0, _], [0, 0, 1, _], [0, 0, 0, 1]]}]:
                x, y, z, _ = (row.items()[3].number() for row in node.items()[0]["matrix"].items())
                return x, y, z
    return 0.0, 0.0, 0.0


def _positive(node: Node) -> int:
    return node.integer(minimum=1)


def _texts(node: Node) -> tuple[str, ...]:
    return tuple(text.text() for text in node.items())


def _layer_view(node: Node) -> LayerViewConfiguration:
    return LayerViewConfiguration.from_json(node.members())


def _layer_name(node: Node) -> str:
    name = node.text()
    if not LAYER_NAME.fullmatch(name):
        node.fail("a name of letters, digits, _ $ @ - and, but for its start, dots")
    return name


def _category(node: Node) -> LayerCategoryType:
    for category in (COLOR_CATEGORY, SEGMENTATION_CATEGORY):
        if node.value == category:
            return category
    return node.fail(f"{COLOR_CATEGORY!r} or {SEGMENTATION_CATEGORY!r}")


def _element_class(node: Node, num_channels: int | None) -> str:
    element_class = node.text()
    try:
        if num_channels is None:
            implied_channels(element_class)
        else:
            dtype_per_channel_of(element_class, num_channels)
    except InvalidArgumentError as error:
        node.fail(f"the type of {num_channels or 'all'} channels together ({error})")
    return element_class


def _data_format(node: Node) -> DataFormat | str:
    name = node.text()
    if name in set(DataFormat):
        return DataFormat(name)
    if name not in FOREIGN_DATA_FORMATS:
        raise UnsupportedError(f"{node.source}: {node.keys}: unknown data format {name!r}")
    return name


def _segment_id(node: Node) -> int:
    """A number, or what JavaScript needs for numbers beyond 2**53."""
    if not isinstance(node.value, dict):
        return node.integer(minimum=-(2**63))
    text = node["value"].text()
    if not re.fullmatch(r"-?\d{1,20}", text, re.ASCII):
        node["value"].fail("the digits of a number")
    return int(text)


def _bounding_box(layer: Node, mags: tuple[MagViewProperties, ...]) -> NDBoundingBox:
    node = layer["boundingBox"]
    topleft = [coordinate.integer() for coordinate in node["topLeft"].items(3)]
    size = [node[key].integer() for key in ("width", "height", "depth")]
    axes = layer.get("additionalAxes")
    if axes is None or not axes.items():
        return BoundingBox(topleft, size)
    if mags:
        return _nd_bounding_box(topleft, size, axes, mags[0].axis_order)
    # A layer that has no mag yet keeps the order of its axes here.
    others = _places_of_others(layer)
    order = node.optional("axisOrder", lambda order: _axis_order(order, others))
    return _nd_bounding_box(topleft, size, axes, order)


def _nd_bounding_box(
    topleft: list[int], size: list[int], axes: Node, axis_order: dict[str, int] | None
) -> NDBoundingBox:
    names = [axis["name"].text() for axis in axes.items()]
    places = [axis["index"].integer() for axis in axes.items()]
    bounds = [[bound.integer() for bound in axis["bounds"].items(2)] for axis in axes.items()]
    _check_unique(axes, [*names, *XYZ])
    _check_unique(axes, places)
    if any(end < begin for begin, end in bounds):
        axes.fail("bounds that do not run backwards")
    free = [place for place in range(1, len(names) + 4) if place not in places][:3]
    order = axis_order or dict(zip((*names, *XYZ), (*places, *free), strict=True))
    # A box counts its axes from 1, channels or not; what the array has is in the axis order.
    ranked = sorted((*names, *XYZ), key=lambda axis: order.get(axis, len(order)))
    return NDBoundingBox(
        [*(begin for begin, _ in bounds), *topleft],
        [*(end - begin for begin, end in bounds), *size],
        [*names, *XYZ],
        [ranked.index(axis) + 1 for axis in (*names, *XYZ)],
    )


def _mags(layer: Node) -> tuple[MagViewProperties, ...]:
    """Of ``mags``, or of the older ``wkwResolutions`` where there are only those."""
    node = layer.get("mags") or layer.get("wkwResolutions")
    if node is None:
        return ()
    key = "mag" if layer.get("mags") else "resolution"
    others = _places_of_others(layer)
    mags = tuple(_mag_view(entry, key, others) for entry in node.items())
    _check_unique(node, [mag.mag.to_long_layer_name() for mag in mags])
    return mags


def _places_of_others(layer: Node) -> dict[str, int]:
    """The dimensions of further axes, which some leave out of the axis order."""
    axes = layer.get("additionalAxes")
    return {axis["name"].text(): axis["index"].integer() for axis in (axes.items() if axes else ())}


def _mag_view(node: Node, key: str, others: dict[str, int]) -> MagViewProperties:
    return MagViewProperties(
        mag=_mag(node[key]),
        path=node.optional("path", Node.path),
        cube_length=node.optional("cubeLength", _positive),
        axis_order=node.optional("axisOrder", lambda order: _axis_order(order, others)),
        channel_index=node.optional("channelIndex", Node.integer),
    )


def _mag(node: Node) -> Mag:
    try:
        return Mag(node.value)
    except InvalidArgumentError as error:
        return node.fail(f"a mag ({error})")


def _axis_order(node: Node, others: dict[str, int]) -> dict[str, int]:
    told = {axis: node[axis].integer() for axis in node.members()}
    order = {axis: place for axis, place in others.items() if place not in told.values()} | told
    if sorted(order.values()) != list(range(len(order))) or not order.keys() >= set(XYZ):
        node.fail("a dimension for each axis, x, y and z among them")
    return order
