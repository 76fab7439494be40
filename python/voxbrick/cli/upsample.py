"""voxbrick upsample DATASET LAYER."""

from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

from voxbrick.cli._errors import reports_errors
from voxbrick.cli._options import Align, DryRun, Executor, Jobs, Memory, Resume, Workers, parse_bytes
from voxbrick.cli._pyramids import describe, dry_run
from voxbrick.cli._work import executor_for, tasks_here
from voxbrick.dataset.dataset import Dataset
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.sampling import SamplingModes
from voxbrick.operations.estimate import outlook
from voxbrick.operations.resampling import Scheme, finer_mags_of
from voxbrick.volume.layout import layout


@reports_errors(interrupted="mags that are complete were kept")
def upsample(
    dataset: Annotated[Path, typer.Argument(help="The folder of a dataset.")],
    layer: Annotated[str, typer.Argument(help="The name of a layer.")],
    from_mag: Annotated[str, typer.Option(help="Which mag is copied: 4 or 4-4-2.")],
    finest_mag: Annotated[str, typer.Option(help="Where to end: 1 or 2-2-1.")] = "1",
    sampling_mode: Annotated[
        SamplingModes,
        typer.Option(
            help="Which axes are halved: those that bring voxels closest to cubes, all, or x and y."
        ),
    ] = SamplingModes.ANISOTROPIC,
    align: Align = True,
    compress: Annotated[bool, typer.Option(help="Compress new mags.")] = True,
    memory: Memory = "1G",
    jobs: Jobs = 2,
    executor: Executor = Workers.THREADS,
    dry_run_only: DryRun = False,
    resume: Resume = False,
) -> None:
    """Adds the finer mags of a pyramid: copies of the voxels of a coarser one.

    A mag appears when it is complete.

    Example: voxbrick upsample dataset segmentation --from-mag 2
    """
    opened = Dataset.open(dataset, read_only=dry_run_only).get_layer(layer)
    budget, tasks = parse_bytes(memory), tasks_here(executor, jobs)
    begin = Mag(from_mag)
    mags = finer_mags_of(opened, begin, Mag(finest_mag), Scheme(sampling_mode, align))
    plan = outlook(opened, list(pairwise([begin, *mags])), layout(compress=compress), budget // tasks)
    for line in describe(opened, plan):
        typer.echo(line)
    if dry_run_only:
        typer.echo(dry_run(plan, tasks))
        return
    with executor_for(executor, jobs, budget) as workers:
        opened.upsample(
            from_mag,
            finest_mag,
            compress,
            sampling_mode,
            align,
            executor=workers,
            progress_desc=f"upsampling {layer}",
            memory=budget,
            resume=resume,
        )
