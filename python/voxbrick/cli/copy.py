"""voxbrick copy SOURCE DESTINATION."""

from pathlib import Path
from typing import Annotated

import typer

from voxbrick.cli._errors import reports_errors
from voxbrick.cli._options import (
    DryRun,
    Executor,
    Format,
    Jobs,
    Memory,
    Resume,
    Workers,
    one_or_three,
    parse_bytes,
)
from voxbrick.cli._plans import carry_out, describe, dry_run
from voxbrick.cli._work import tasks_here
from voxbrick.dataset.dataset import Dataset
from voxbrick.metadata.types import DataFormat
from voxbrick.operations.plans import Copying, plan_copy
from voxbrick.volume.layout import layout


@reports_errors()
def copy(
    source: Annotated[Path, typer.Argument(help="The folder of a dataset.")],
    destination: Annotated[Path, typer.Argument(help="The folder of the new dataset.")],
    data_format: Annotated[
        Format | None, typer.Option("--format", help="How arrays are stored. Default: as they are.")
    ] = None,
    compress: Annotated[
        bool | None,
        typer.Option("--compress/--no-compress", help="Compress the chunks. Default: as they are."),
    ] = None,
    chunk_shape: Annotated[
        str | None, typer.Option(help="Shape of a chunk: 32 or 32,32,32. Default: as it is.")
    ] = None,
    shard_shape: Annotated[
        str | None, typer.Option(help="Shape of a shard, which is one file. Default: as it is.")
    ] = None,
    memory: Memory = "4G",
    jobs: Jobs = 2,
    executor: Executor = Workers.THREADS,
    dry_run_only: DryRun = False,
    resume: Resume = False,
) -> None:
    """Copies a dataset with all layers and mags, also into another format or layout.

    Example: voxbrick copy dataset dataset.zarr --format zarr3 --compress
    """
    budget = parse_bytes(memory)
    copying = Copying(
        data_format=None if data_format is None else DataFormat(data_format.value),
        layout=layout(one_or_three(chunk_shape), shard_shape=one_or_three(shard_shape), compress=compress),
        memory=budget,
        jobs=tasks_here(executor, jobs),
    )
    plan = plan_copy(Dataset.open(source, read_only=True), destination, copying, resume=resume)
    for line in describe(plan):
        typer.echo(line)
    if dry_run_only:
        typer.echo(dry_run(plan))
        return
    carry_out(plan, "copying", executor, jobs, budget)
