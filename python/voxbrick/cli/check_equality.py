"""voxbrick check-equality ONE OTHER."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from voxbrick.cli._errors import FAILED, reports_errors
from voxbrick.cli._options import Executor, Jobs, Workers
from voxbrick.cli._values import parse_bytes
from voxbrick.cli._work import executor_for
from voxbrick.dataset.dataset import Dataset
from voxbrick.dataset.layer import Layer


@reports_errors
def check_equality(
    one: Annotated[Path, typer.Argument(help="The folder of a dataset.")],
    other: Annotated[Path, typer.Argument(help="The folder of another dataset.")],
    layer: Annotated[
        list[str] | None, typer.Option(help="Compare only this layer; can be given several times.")
    ] = None,
    jobs: Jobs = 2,
    executor: Executor = Workers.THREADS,
) -> None:
    """Says whether two datasets hold the same voxels, layer by layer and mag by mag.

    Formats, chunks and compression do not matter. The exit code is 1 if something differs.
    """
    datasets = [Dataset.open(path, read_only=True) for path in (one, other)]
    different = 0
    with executor_for(executor, jobs, parse_bytes("1G")) as workers:
        for line in _differences(datasets[0], datasets[1], layer, workers):
            typer.echo(line)
            different += 1
    if different:
        raise typer.Exit(FAILED)
    typer.echo("equal")


def _differences(one: Dataset, other: Dataset, only: list[str] | None, executor: Any) -> Iterator[str]:
    if one.voxel_size != other.voxel_size:
        yield f"voxel sizes differ: {one.voxel_size} and {other.voxel_size}"
    names = only or sorted({*one.layers, *other.layers})
    for name in names:
        if name in one.layers and name in other.layers:
            yield from _layer_differences(one.get_layer(name), other.get_layer(name), executor)
        else:
            owner = one if name in one.layers else other
            yield (
                f"layer {name}: only in {owner.path}" if name in owner.layers else f"layer {name}: in neither"
            )


def _layer_differences(one: Layer, other: Layer, executor: Any) -> Iterator[str]:
    for what in ("category", "num_channels", "dtype_per_channel", "bounding_box"):
        a, b = getattr(one, what), getattr(other, what)
        if a != b:
            yield f"layer {one.name}: {what.replace('_', ' ')} differs, {a} and {b}"
    if one.bounding_box != other.bounding_box or one.num_channels != other.num_channels:
        return
    for mag in sorted({*one.mags, *other.mags}):
        if mag not in one.mags or mag not in other.mags:
            yield f"layer {one.name}: mag {mag} only in {(one if mag in one.mags else other).dataset.path}"
        elif found := one.get_mag(mag).find_difference(other.get_mag(mag), executor):
            yield f"layer {one.name}: voxels of mag {mag} differ, for example at {found.topleft.to_tuple()}"
