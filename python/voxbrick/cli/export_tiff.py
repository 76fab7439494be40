"""voxbrick export-tiff DATASET LAYER FOLDER."""

from pathlib import Path
from typing import Annotated

import typer
from rich.filesize import decimal

from voxbrick.cli._errors import reports_errors
from voxbrick.cli._options import (
    DryRun,
    Executor,
    Jobs,
    Memory,
    Resume,
    Workers,
    parse_bytes,
    parse_whole_numbers,
)
from voxbrick.cli._plans import show
from voxbrick.cli._work import executor_or_crew, tasks_here
from voxbrick.conversion.transfer import work_through
from voxbrick.dataset.dataset import Dataset
from voxbrick.files.staging import check_apart
from voxbrick.geometry.bounding_box import BoundingBox
from voxbrick.operations.tiff_export import TiffExport, plan_export
from voxbrick.work.progress import progress


@reports_errors(interrupted="images that are complete were kept, and --resume goes on with them")
def export_tiff(
    dataset: Annotated[Path, typer.Argument(help="The folder of a dataset.")],
    layer: Annotated[str, typer.Argument(help="The name of a layer.")],
    folder: Annotated[Path, typer.Argument(help="The folder for the images; new, or with --resume.")],
    mag: Annotated[str, typer.Option(help="Which mag: 1, 2 or 2-2-1.")] = "1",
    box: Annotated[
        str | None,
        typer.Option(help="Which part, in voxels of mag 1: x,y,z and its extent, six numbers. Default: all."),
    ] = None,
    compress: Annotated[bool, typer.Option(help="Compress the images (deflate).")] = True,
    memory: Memory = "4G",
    jobs: Jobs = 2,
    executor: Executor = Workers.THREADS,
    dry_run_only: DryRun = False,
    resume: Resume = False,
) -> None:
    """Writes a layer as TIFF images, one for each z and numbered by it.

    Example: voxbrick export-tiff dataset color tiffs/ --box 0,0,0,512,512,10
    """
    view = Dataset.open(dataset, read_only=True).get_layer(layer).get_mag(mag)
    numbers = parse_whole_numbers(box, 6, "box")
    region = view.bounding_box if numbers is None else BoundingBox(numbers[:3], numbers[3:])
    budget = parse_bytes(memory)
    export = plan_export(view, region, folder, compress, budget // tasks_here(executor, jobs))
    typer.echo(f"{export.count} images of {show(export.region.size[:2])} voxels, {decimal(export.nbytes)}")
    if dry_run_only:
        typer.echo(f"takes at most {decimal(jobs * export.memory)} of memory")
        return
    check_apart(dataset, folder)
    export.begin(resume)
    _run(export, executor, jobs, budget)


def _run(export: TiffExport, workers: Workers, jobs: int, memory: int) -> None:
    unit_bytes = export.nbytes // max(export.region.volume(), 1)
    with (
        executor_or_crew(workers, jobs, memory) as executor,
        progress("exporting", export.region.volume(), unit_bytes=unit_bytes) as advance,
    ):
        work_through(
            export, range(len(export)), jobs, executor, lambda number: advance(export.voxels(number))
        )
    typer.echo(f"done: {export.count} images in {export.folder}")
