"""voxbrick from-images IMAGES DATASET."""

from pathlib import Path
from typing import Annotated

import typer

from voxbrick.cli._errors import reports_errors
from voxbrick.cli._options import (
    ChunkShape,
    DryRun,
    Executor,
    Format,
    Jobs,
    Memory,
    Order,
    Resume,
    ShardShape,
    SkipBroken,
    Workers,
    one_or_three,
    parse_bytes,
    parse_numbers,
    parse_shape,
    parse_whole_numbers,
)
from voxbrick.cli._plans import carry_out, describe, dry_run, list_broken
from voxbrick.cli._work import tasks_here
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.vec3_int import Vec3Int
from voxbrick.metadata.types import ConversionLayerMapping, DataFormat, VoxelSize
from voxbrick.operations.images import Search, Wishes, plan_dataset
from voxbrick.sources.open import Reading
from voxbrick.volume.layout import layout


@reports_errors()
def from_images(
    images: Annotated[
        Path,
        typer.Argument(
            help="An image (TIFF, PNG, JPEG ...), a volume (.npy, NIfTI, MRC, raw voxels), or a folder of "
            "them: slices in one folder become one layer."
        ),
    ],
    dataset: Annotated[Path, typer.Argument(help="The folder of the new dataset.")],
    voxel_size: Annotated[str, typer.Option(help="Extent of a voxel in nanometers: 11.24,11.24,28.")],
    name: Annotated[
        str | None, typer.Option(help="Name of the dataset. Default: that of its folder.")
    ] = None,
    layers: Annotated[
        ConversionLayerMapping,
        typer.Option(
            help="Which images make a layer. The first file decides by default: volumes are a layer each, "
            "slices make a layer per folder."
        ),
    ] = ConversionLayerMapping.INSPECT_SINGLE_FILE,
    pattern: Annotated[
        str | None,
        typer.Option(
            help="Instead, names of files below IMAGES that say where each belongs, with {layer}, {z}, {y} "
            "and {x} of tiles, {t} and {c}: '{layer}/{z}.tif', '{z}/{y}/{x}.jpg'."
        ),
    ] = None,
    category: Annotated[
        str | None,
        typer.Option(help="color or segmentation. Default: segmentation for layers that are named so."),
    ] = None,
    data_format: Annotated[Format, typer.Option("--format", help="How arrays are stored.")] = Format.WKW,
    compress: Annotated[bool, typer.Option(help="Compress the chunks.")] = True,
    chunk_shape: ChunkShape = None,
    shard_shape: ShardShape = None,
    mag: Annotated[str, typer.Option(help="Which mag the images show: 1, 2 or 2-2-1.")] = "1",
    topleft: Annotated[
        str | None, typer.Option(help="Where the images begin, in voxels of mag 1. Default: 0,0,0.")
    ] = None,
    swap_xy: Annotated[bool, typer.Option("--swap-xy", help="Swap x and y of every slice.")] = False,
    flip: Annotated[str, typer.Option(help="Axes to reverse, after the swap: x, y, z, or xz.")] = "",
    dtype: Annotated[
        str | None, typer.Option(help="Convert voxels to this type. Of raw voxels: what they are.")
    ] = None,
    shape: Annotated[str | None, typer.Option(help="Extent of raw voxels: x,y,z or c,x,y,z.")] = None,
    order: Order = "F",
    channel: Annotated[int | None, typer.Option(help="Take only this channel, counted from 0.")] = None,
    timepoint: Annotated[int | None, typer.Option(help="Take only this timepoint, counted from 0.")] = None,
    max_layers: Annotated[int, typer.Option(min=1, help="Of all layers that channels make, so many.")] = 20,
    skip_broken: SkipBroken = False,
    memory: Memory = "4G",
    jobs: Jobs = 2,
    executor: Executor = Workers.THREADS,
    dry_run_only: DryRun = False,
    resume: Resume = False,
) -> None:
    """Makes a dataset from images: a layer for each stack, volume or channel.

    Nothing appears at DATASET before all is done.

    Example: voxbrick from-images slices/ dataset --voxel-size 11.24,11.24,28 --format zarr3
    """
    size = parse_numbers(voxel_size, 3, "voxel size")
    assert size is not None
    corner = parse_whole_numbers(topleft, 3, "position")
    is_raw = shape is not None
    budget = parse_bytes(memory)
    search = Search(
        mapping=layers,
        pattern=pattern,
        category=category,
        reading=Reading(
            shape=parse_shape(shape),
            dtype=dtype if is_raw else None,
            order=order,
            skip_broken=skip_broken,
        ),
    )
    wishes = Wishes(
        data_format=DataFormat(data_format.value),
        layout=layout(one_or_three(chunk_shape), shard_shape=one_or_three(shard_shape), compress=compress),
        mag=Mag(mag),
        topleft=None if corner is None else Vec3Int(corner),
        swap_xy=swap_xy,
        flips=_flips(flip),
        dtype=None if is_raw else dtype,
        channel=channel,
        timepoint=timepoint,
        allow_multiple_layers=True,
        max_layers=max_layers,
        memory=budget,
        jobs=tasks_here(executor, jobs),
    )
    plan = plan_dataset(images, dataset, VoxelSize.in_nanometers(size), search, wishes, name, resume)
    for line in describe(plan):
        typer.echo(line)
    list_broken([path for layer in plan.layers for path in layer.broken])
    if dry_run_only:
        typer.echo(dry_run(plan))
        return
    carry_out(plan, "converting", executor, jobs, budget)


def _flips(axes: str) -> str:
    if set(axes) - set("xyz") or len(set(axes)) < len(axes):
        raise typer.BadParameter(f"{axes!r} names no axes to reverse; write some of x, y and z")
    return axes
