"""voxbrick compress DATASET."""

from pathlib import Path
from typing import Annotated

import typer
from rich.filesize import decimal

from voxbrick._progress import progress
from voxbrick.cli._errors import reports_errors
from voxbrick.cli._options import DryRun, Executor, Jobs, Workers
from voxbrick.cli._work import executor_for
from voxbrick.dataset.dataset import Dataset
from voxbrick.dataset.mag_view import MagView
from voxbrick.disk import stored_bytes

TASK_BYTES = 1 << 30
"""What a task on a cluster gets for voxels, as it is not for the user to choose."""


@reports_errors(interrupted="mags that are compressed were kept, and the same command goes on")
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

    The old files of a mag are deleted only after the new ones are there.

    If it is interrupted or killed, start it again: mags that are done are left out.

    Example: voxbrick compress dataset --layer color
    """
    opened = Dataset.open(dataset, read_only=dry_run_only)
    layers = [opened.get_layer(name) for name in layer] if layer else list(opened.layers.values())
    mags = [mag for each in layers for mag in each.mags.values() if not mag.info.compression_mode]
    if not mags:
        typer.echo("everything is compressed already")
        return
    if dry_run_only:
        for mag in mags:
            typer.echo(_to_do(mag))
        return
    with (
        executor_for(executor, jobs, TASK_BYTES) as workers,
        progress("compressing", sum(map(_nbytes, mags)), unit="B") as advance,
    ):
        lines = []
        for mag in mags:
            before = stored_bytes(mag.path)
            mag.compress(executor=workers)
            advance(_nbytes(mag))
            lines.append(f"{mag.path}: {decimal(before)} are now {decimal(stored_bytes(mag.path))}")
    for line in lines:
        typer.echo(line)


def _to_do(mag: MagView) -> str:
    shards = len(list(mag.get_bounding_boxes_on_disk()))
    return f"{mag.path}: {decimal(stored_bytes(mag.path))} in {shards} shards to compress"


def _nbytes(mag: MagView) -> int:
    """Of all voxels, before compression."""
    voxel = mag.info.num_channels * mag.info.voxel_type.itemsize
    return voxel * mag.bounding_box.in_mag(mag.mag).volume()
