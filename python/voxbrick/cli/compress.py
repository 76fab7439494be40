"""voxbrick compress DATASET."""

from pathlib import Path
from typing import Annotated

import typer
from rich.filesize import decimal

from voxbrick.cli._errors import reports_errors
from voxbrick.cli._options import DryRun, Executor, Jobs, Memory, Resume, Workers, parse_bytes
from voxbrick.cli._pyramids import dry_run
from voxbrick.cli._work import executor_for, tasks_here
from voxbrick.dataset.dataset import Dataset
from voxbrick.dataset.mag_view import MagView
from voxbrick.files.space import stored_bytes
from voxbrick.operations.estimate import Outlook, copy_outlook


@reports_errors(interrupted="mags that are compressed were kept")
def compress(
    dataset: Annotated[Path, typer.Argument(help="The folder of a dataset.")],
    layer: Annotated[
        list[str] | None, typer.Option(help="Compress only this layer; can be given several times.")
    ] = None,
    memory: Memory = "1G",
    jobs: Jobs = 2,
    executor: Executor = Workers.THREADS,
    dry_run_only: DryRun = False,
    resume: Resume = False,
) -> None:
    """Compresses in place what is not compressed yet, mag by mag.

    The old files of a mag are deleted only after the new ones are there. Mags that are compressed
    are left as they are, also if an earlier run compressed them and was killed later.

    Example: voxbrick compress dataset --layer color
    """
    opened, budget = Dataset.open(dataset, read_only=dry_run_only), parse_bytes(memory)
    layers = [opened.get_layer(name) for name in layer] if layer else list(opened.layers.values())
    mags = [mag for each in layers for mag in each.mags.values()]
    to_do = [mag for mag in mags if not mag.info.compression_mode]
    tasks = tasks_here(executor, jobs)
    outlooks = [copy_outlook(mag, budget // tasks) for mag in to_do]
    if dry_run_only:
        _say(to_do, outlooks, tasks)
        return
    lines = []
    with executor_for(executor, jobs, budget) as workers:
        for mag in mags:  # of those that are compressed, files may be left that a killed run did not delete
            before, name = stored_bytes(mag.path), f"{mag.layer.name}, mag {mag.mag}"
            mag.compress(executor=workers, progress_desc=f"compressing {name}", memory=budget, resume=resume)
            if mag in to_do:
                lines.append(f"{name}: {decimal(before)} are now {decimal(stored_bytes(mag.path))}")
    for line in lines or ["everything is compressed already"]:
        typer.echo(line)


def _say(mags: list[MagView], outlooks: list[Outlook], jobs: int) -> None:
    for mag, outlook in zip(mags, outlooks, strict=True):
        typer.echo(
            f"{mag.layer.name}, mag {mag.mag}: {decimal(stored_bytes(mag.path))} "
            f"in {outlook.shards} shards to compress"
        )
    typer.echo(dry_run(outlooks, jobs) if mags else "everything is compressed already")
