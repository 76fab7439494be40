"""voxbrick upsample DATASET LAYER."""

from pathlib import Path
from typing import Annotated

import typer

from voxbrick.cli._errors import reports_errors
from voxbrick.cli._options import Executor, Jobs, Workers
from voxbrick.cli._values import parse_bytes
from voxbrick.cli._work import executor_for
from voxbrick.dataset.dataset import Dataset
from voxbrick.dataset.sampling_modes import SamplingModes


@reports_errors
def upsample(
    dataset: Annotated[Path, typer.Argument(help="The folder of a dataset.")],
    layer: Annotated[str, typer.Argument(help="The name of a layer.")],
    from_mag: Annotated[str, typer.Option(help="Which mag is copied: 4 or 4-4-2.")],
    finest_mag: Annotated[str, typer.Option(help="Where to end.")] = "1",
    sampling_mode: Annotated[
        SamplingModes,
        typer.Option(
            help="Which axes are halved: those that bring voxels closest to cubes, all, or x and y."
        ),
    ] = SamplingModes.ANISOTROPIC,
    compress: Annotated[bool, typer.Option(help="Compress new mags.")] = True,
    jobs: Jobs = 2,
    executor: Executor = Workers.THREADS,
) -> None:
    """Adds the finer mags of a pyramid: copies of the voxels of a coarser one.

    Example: voxbrick upsample dataset segmentation --from-mag 2
    """
    opened = Dataset.open(dataset).get_layer(layer)
    before = set(opened.mags)
    with executor_for(executor, jobs, parse_bytes("1G")) as workers:
        opened.upsample(
            from_mag,
            finest_mag,
            compress,
            sampling_mode,
            executor=workers,
            progress_desc=f"upsampling {layer}",
        )
    typer.echo(f"{layer}: new mags {', '.join(str(mag) for mag in sorted(set(opened.mags) - before))}")
