"""voxbrick downsample DATASET."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from voxbrick.cli._errors import reports_errors
from voxbrick.cli._options import Align, DryRun, Executor, Jobs, Memory, Resume, Workers, parse_bytes
from voxbrick.cli._pyramids import describe, dry_run
from voxbrick.cli._work import executor_for, tasks_here
from voxbrick.dataset.dataset import Dataset
from voxbrick.dataset.layer import Layer
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.sampling import SamplingModes, with_sources
from voxbrick.operations.estimate import outlook
from voxbrick.operations.resampling import Scheme, mags_of
from voxbrick.volume.layout import layout


class Interpolation(str, Enum):
    """How a voxel is made of those that lie in it."""

    DEFAULT = "default"
    MEDIAN = "median"
    MODE = "mode"
    NEAREST = "nearest"
    BILINEAR = "bilinear"
    MAX = "max"
    MIN = "min"


@reports_errors(interrupted="mags that are complete were kept")
def downsample(
    dataset: Annotated[Path, typer.Argument(help="The folder of a dataset.")],
    layer: Annotated[
        list[str] | None, typer.Option(help="Downsample only this layer; can be given several times.")
    ] = None,
    from_mag: Annotated[
        str | None, typer.Option(help="Where to begin: 2 or 2-2-1. Default: the coarsest mag.")
    ] = None,
    coarsest_mag: Annotated[
        str | None,
        typer.Option(help="Where to end: 16 or 16-16-4. Default: where slices are about 100 voxels wide."),
    ] = None,
    sampling_mode: Annotated[
        SamplingModes,
        typer.Option(
            help="Which axes are halved: those that bring voxels closest to cubes, all, or x and y."
        ),
    ] = SamplingModes.ANISOTROPIC,
    interpolation: Annotated[
        Interpolation,
        typer.Option(
            help="How a voxel is made of those in it. Default: the median of colors, the mode of segments."
        ),
    ] = Interpolation.DEFAULT,
    align: Align = True,
    compress: Annotated[bool, typer.Option(help="Compress new mags.")] = True,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Compute mags anew that are there, after --from-mag."),
    ] = False,
    memory: Memory = "1G",
    jobs: Jobs = 2,
    executor: Executor = Workers.THREADS,
    dry_run_only: DryRun = False,
    resume: Resume = False,
) -> None:
    """Adds the coarser mags of a pyramid, each made of the one before.

    A mag appears, or replaces the old one, when it is complete.

    Example: voxbrick downsample dataset --layer color --coarsest-mag 16
    """
    if overwrite and from_mag is None:
        raise typer.BadParameter("--overwrite needs --from-mag, the mag that the others are made of")
    opened, budget = Dataset.open(dataset, read_only=dry_run_only), parse_bytes(memory)
    every = [each for each in opened.layers.values() if each.mags]
    layers = [opened.get_layer(name) for name in layer] if layer else every
    asked, room = layout(compress=compress), budget // tasks_here(executor, jobs)
    plans = {
        each.name: outlook(
            each, _pairs(each, from_mag, coarsest_mag, Scheme(sampling_mode, align)), asked, room
        )
        for each in layers
    }
    for each in layers:
        for line in describe(each, plans[each.name]):
            typer.echo(line)
    if dry_run_only:
        typer.echo(dry_run([mag for plan in plans.values() for mag in plan], tasks_here(executor, jobs)))
        return
    with executor_for(executor, jobs, budget) as workers:
        for each in layers:
            each.downsample(
                from_mag,
                coarsest_mag,
                interpolation.value,
                compress,
                sampling_mode,
                align,
                allow_overwrite=overwrite,
                executor=workers,
                progress_desc=f"downsampling {each.name}",
                memory=budget,
                resume=resume,
            )


def _pairs(
    layer: Layer, from_mag: str | None, coarsest_mag: str | None, scheme: Scheme
) -> list[tuple[Mag, Mag]]:
    """The mags that will be made, each with the one that it is made of."""
    if not layer.mags:
        raise InvalidArgumentError(f"{layer} has no mag that could be downsampled")
    begin = max(layer.mags) if from_mag is None else Mag(from_mag)
    end = None if coarsest_mag is None else Mag(coarsest_mag)
    return with_sources(begin, mags_of(layer, begin, end, scheme))
