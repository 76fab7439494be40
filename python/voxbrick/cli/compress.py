"""voxbrick compress DATASET."""

from pathlib import Path
from typing import Annotated

import typer
from rich.filesize import decimal

from voxbrick.cli._errors import reports_errors
from voxbrick.cli._options import DryRun, Executor, Jobs, Workers
from voxbrick.cli._values import parse_bytes
from voxbrick.cli._work import executor_for
from voxbrick.dataset.dataset import Dataset
from voxbrick.disk import stored_bytes


@reports_errors
def compress(
    dataset: Annotated[Path, typer.Argument(help="The folder of a dataset.")],
    layer: Annotated[
        list[str] | None, typer.Option(help="Compress only this layer; can be given several times.")
    ] = None,
    jobs: Jobs = 2,
    executor: Executor = Workers.THREADS,
    dry_run_only: DryRun = False,
) -> None:
    """Compresses in place what is not compressed yet, mag by mag.

    The old files of a mag are deleted only after the new ones are there. If it is interrupted,
    start it again: mags that are done are left out.
    """
    opened = Dataset.open(dataset)
    layers = [opened.get_layer(name) for name in layer] if layer else list(opened.layers.values())
    mags = [mag for each in layers for mag in each.mags.values() if not mag.info.compression_mode]
    with executor_for(executor, jobs, parse_bytes("1G")) as workers:
        for mag in mags:
            before = stored_bytes(mag.path)
            if dry_run_only:
                typer.echo(f"{mag.path}: {decimal(before)} to compress")
                continue
            mag.compress(executor=workers)
            typer.echo(f"{mag.path}: {decimal(before)} are now {decimal(stored_bytes(mag.path))}")
    if not mags:
        typer.echo("everything is compressed already")
