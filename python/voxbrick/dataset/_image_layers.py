"""Which layers images or other volumes make, with which voxels."""

from __future__ import annotations

from typing import Any

import attr
import numpy as np

from voxbrick.conversion.cut import MEMORY
from voxbrick.conversion.seen import Arranged, Cast, Part, Turned
from voxbrick.conversion.source import Source
from voxbrick.dataset._element_class import normalized_dtype
from voxbrick.dataset._image_places import topleft_of
from voxbrick.dataset._layer_plan import LayerPlan, MagPlan
from voxbrick.dataset._layers import check_name
from voxbrick.dataset._layout import Layout, with_defaults
from voxbrick.dataset.data_format import DataFormat
from voxbrick.dataset.defaults import DEFAULT_CHUNKS_PER_SHARD_FROM_IMAGES, DEFAULT_DATA_FORMAT
from voxbrick.dataset.layer_categories import SEGMENTATION_CATEGORY
from voxbrick.dataset.view_configuration import LayerViewConfiguration
from voxbrick.errors import BoundsError, InvalidArgumentError, Remedy, UnsupportedError, remedied
from voxbrick.geometry.bounding_box import BoundingBox
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import XYZ, Vec3Int

COLORS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255), (0, 255, 255)]


@attr.frozen(kw_only=True)
class Wishes:
    """What layers from images are to be; the arguments of `add_layer_from_images`."""

    data_format: DataFormat = DEFAULT_DATA_FORMAT
    layout: Layout = attr.field(factory=Layout)
    mag: Mag = attr.field(factory=lambda: Mag(1))
    topleft: Vec3Int | None = None
    """Where the source itself begins if None."""
    swap_xy: bool = False
    flips: str = ""
    dtype: Any = None
    channel: int | None = None
    timepoint: int | None = None
    allow_multiple_layers: bool = False
    max_layers: int = 20
    truncate_rgba_to_rgb: bool = True
    batch_size: int | None = None
    memory: int = MEMORY
    jobs: int = 2


def plan_layers(source: Source, name: str, category: Any, wishes: Wishes) -> list[LayerPlan]:
    """The layers that a source makes: one, or several for its channels and timepoints.

    Raises:
        UnsupportedError: the data format cannot hold it.
        InvalidArgumentError: it has no such channel, or a wish makes no sense.
    """
    _check_wishes(wishes)
    seen = _seen(_named(source), wishes)
    if wishes.topleft is None:
        wishes = attr.evolve(wishes, topleft=topleft_of(seen, wishes.mag))
    parts = _parts(seen, name, wishes) if wishes.allow_multiple_layers else {name: seen}
    if len(parts) > wishes.max_layers:
        parts = dict(list(parts.items())[: wishes.max_layers])
    split = len(parts) > 1 and "__channel" in next(iter(parts))
    return [
        _planned(part, part_name, category, wishes, COLORS[number % len(COLORS)] if split else None)
        for number, (part_name, part) in enumerate(parts.items())
    ]


def _check_wishes(wishes: Wishes) -> None:
    if wishes.max_layers < 1:
        raise InvalidArgumentError(f"max_layers is {wishes.max_layers}; make at least one layer")
    if wishes.topleft is not None and not wishes.topleft.is_positive():
        raise InvalidArgumentError(
            f"topleft is {wishes.topleft.to_tuple()}; layers begin at 0 or above along each axis"
        )


def _named(source: Source) -> Source:
    """With the axes c, t, x, y and z; time only where there is some."""
    unknown = set(source.axes) - {"c", "t", *XYZ}
    if unknown or len(set(source.axes)) < len(source.axes):
        axes = ", ".join(source.axes)
        raise UnsupportedError(
            f"{source.name} has the axes {axes}; layers have c, t, x, y and z, each at most once"
        )
    extents = dict(zip(source.axes, source.shape, strict=True))
    return Arranged(source, ("c", "t", *XYZ) if extents.get("t", 1) > 1 else ("c", *XYZ))


def _seen(source: Source, wishes: Wishes) -> Source:
    if wishes.channel is not None:
        source = Part(source, "c", wishes.channel, 1)
    if wishes.timepoint is not None and "t" in source.axes:
        source = Arranged(Part(source, "t", wishes.timepoint, 1), ("c", *XYZ))
    elif wishes.timepoint:
        raise BoundsError(f"{source.name} has one timepoint, and none has the number {wishes.timepoint}")
    if wishes.swap_xy or wishes.flips:
        source = Turned(source, wishes.swap_xy, wishes.flips)
    if wishes.dtype is not None:
        source = Cast(source, normalized_dtype(wishes.dtype))
    return source


def _parts(source: Source, name: str, wishes: Wishes) -> dict[str, Source]:
    """Channels that are no colours are layers of their own; so are timepoints, where they have to be."""
    channels = source.shape[0]
    if channels == 4 and source.dtype == np.uint8 and wishes.truncate_rgba_to_rgb:
        source, channels = Part(source, "c", 0, 3), 3
    parts = {name: source}
    if channels not in (1, 3):
        parts = {f"{name}__channel{c}": Part(source, "c", c, 1) for c in range(channels)}
    if "t" in source.axes and wishes.data_format is DataFormat.WKW:
        parts = {
            f"{part_name}__timepoint{t}": Arranged(Part(part, "t", t, 1), ("c", *XYZ))
            for part_name, part in parts.items()
            for t in range(source.shape[1])
        }
    return parts


def _planned(
    source: Source, name: str, category: Any, wishes: Wishes, color: tuple[int, int, int] | None
) -> LayerPlan:
    check_name(name)
    _check_type(source, category)
    if "t" in source.axes and wishes.data_format is DataFormat.WKW:
        message = f"{source.name} has {source.shape[1]} timepoints, which WKW cannot hold"
        raise remedied(UnsupportedError, message, Remedy.ONE_TIME)
    asked = wishes.layout
    if wishes.data_format is DataFormat.Zarr3 and asked.chunks_per_shard is asked.shard_shape is None:
        asked = attr.evolve(asked, chunks_per_shard=DEFAULT_CHUNKS_PER_SHARD_FROM_IMAGES)
    layout = with_defaults(asked, wishes.data_format)
    box = _box(source, wishes.mag, wishes.topleft or Vec3Int.zeros())
    plan = MagPlan.of(
        source, wishes.mag, box.in_mag(wishes.mag), wishes.data_format, layout, wishes.memory, wishes.jobs
    )
    if wishes.batch_size is not None:
        plan = _in_batches(plan, wishes.batch_size)
    view = None if color is None else LayerViewConfiguration(color=color)
    return LayerPlan(name=name, category=category, box=box, mags=[plan], view=view)


def _in_batches(plan: MagPlan, batch_size: int) -> MagPlan:
    cut = plan.transfer.cut
    if batch_size < 1 or batch_size % cut.chunk[-1]:
        raise InvalidArgumentError(
            f"batch_size is {batch_size}; it has to be a multiple of {cut.chunk[-1]}, the depth of a chunk"
        )
    box_shape = (*cut.box_shape[:-1], min(cut.box_shape[-1], batch_size))
    return attr.evolve(plan, transfer=attr.evolve(plan.transfer, cut=cut._replace(box_shape=box_shape)))


def _check_type(source: Source, category: Any) -> None:
    normalized_dtype(source.dtype)
    if category == SEGMENTATION_CATEGORY and source.dtype.kind == "f":
        raise InvalidArgumentError(
            f"{source.name} holds {source.dtype}, which cannot be the ids of segments; "
            "give an integer dtype, or the category color"
        )


def _box(source: Source, mag: Mag, topleft: Vec3Int) -> NDBoundingBox:
    """Where the layer has data, in Mag(1)."""
    size = Vec3Int(source.shape[-3:]) * mag
    if "t" not in source.axes:
        return BoundingBox(topleft, size)
    axes = source.axes[1:]
    begin, extent = (0, *topleft), (source.shape[1], *size)
    return NDBoundingBox(begin, extent, axes, range(1, len(axes) + 1))
