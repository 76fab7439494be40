"""voxbrick check-equality ONE OTHER."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from voxbrick.cli._errors import reports_errors
from voxbrick.cli._options import Executor, Jobs, Memory, Workers, parse_bytes
from voxbrick.cli._work import executor_for
from voxbrick.dataset.dataset import Dataset
from voxbrick.dataset.layer import Layer
from voxbrick.dataset.mag_view import MagView
from voxbrick.errors import CorruptDataError, NameNotFoundError
from voxbrick.operations.compare import metadata_differences

DIFFERENT = 1
FAILED = 2
"""Exit codes: as those of diff and cmp."""


@reports_errors(failed=FAILED, interrupted="nothing was changed")
def check_equality(
    one: Annotated[Path, typer.Argument(help="The folder of a dataset.")],
    other: Annotated[Path, typer.Argument(help="The folder of another dataset.")],
    layer: Annotated[
        list[str] | None, typer.Option(help="Compare only this layer; can be given several times.")
    ] = None,
    metadata: Annotated[
        bool,
        typer.Option(
            "--metadata",
            help="Compare also view configurations, transformations, attributes, fill values and the like.",
        ),
    ] = False,
    memory: Memory = "1G",
    jobs: Jobs = 2,
    executor: Executor = Workers.THREADS,
) -> None:
    """Says whether two datasets hold the same voxels, layer by layer and mag by mag.

    Formats, chunks and compression do not matter, nor does what is said beside the voxels, unless
    --metadata is given.

    The exit code is 0 if all is equal, 1 if something differs, and 2 for errors.

    Example: voxbrick check-equality dataset copy
    """
    datasets = [Dataset.open(path, read_only=True) for path in (one, other)]
    pairs = list(_pairs(datasets[0], datasets[1], layer))
    budget = parse_bytes(memory)
    lines = list(_differences(datasets[0], datasets[1], layer))
    if metadata:
        lines.extend(metadata_differences(datasets[0], datasets[1], _names(datasets[0], datasets[1], layer)))
    with executor_for(executor, jobs, budget) as workers:
        for one_mag, other_mag in pairs:
            lines.extend(_voxel_differences(one_mag, other_mag, workers, budget))
    for line in lines:
        typer.echo(line)
    if lines:
        raise typer.Exit(DIFFERENT)
    typer.echo("equal")


def _differences(one: Dataset, other: Dataset, only: list[str] | None) -> Iterator[str]:
    """All that is not about voxels."""
    if one.voxel_size != other.voxel_size:
        yield f"voxel sizes differ: {one.voxel_size} and {other.voxel_size}"
    for name in _names(one, other, only):
        if name in one.layers and name in other.layers:
            yield from _layer_differences(one.get_layer(name), other.get_layer(name))
        elif name in one.layers or name in other.layers:
            yield f"layer {name}: only in {(one if name in one.layers else other).path}"
        else:
            raise NameNotFoundError(f"neither {one.path} nor {other.path} has a layer {name}")


def _names(one: Dataset, other: Dataset, only: list[str] | None) -> list[str]:
    return only or sorted({*one.layers, *other.layers})


def _layer_differences(one: Layer, other: Layer) -> Iterator[str]:
    for what in ("category", "num_channels", "dtype_per_channel", "bounding_box"):
        a, b = getattr(one, what), getattr(other, what)
        if a != b:
            yield f"layer {one.name}: {what.replace('_', ' ')} differs, {a} and {b}"
    for mag in sorted({*one.mags} ^ {*other.mags}):
        yield f"layer {one.name}: mag {mag} only in {(one if mag in one.mags else other).dataset.path}"


def _pairs(one: Dataset, other: Dataset, only: list[str] | None) -> Iterator[tuple[MagView, MagView]]:
    """The mags whose voxels can be compared."""
    for name in _names(one, other, only):
        if name in one.layers and name in other.layers:
            a, b = one.get_layer(name), other.get_layer(name)
            if (a.bounding_box, a.num_channels) == (b.bounding_box, b.num_channels):
                yield from ((a.get_mag(mag), b.get_mag(mag)) for mag in sorted({*a.mags} & {*b.mags}))


def _voxel_differences(one: MagView, other: MagView, executor: Any, memory: int) -> Iterator[str]:
    name = f"{one.layer.name}, mag {one.mag}"
    try:
        found = one.find_difference(other, executor, progress_desc=f"comparing {name}", memory=memory)
    except CorruptDataError as error:
        raise CorruptDataError(f"{one.path} and {other.path} cannot be compared: {error}") from error
    if found is not None:
        where = found.topleft.to_tuple()
        yield f"layer {one.layer.name}: voxels of mag {one.mag} differ, for example at {where}"
