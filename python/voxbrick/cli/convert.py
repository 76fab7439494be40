"""voxbrick convert SOURCE DESTINATION."""

from pathlib import Path
from typing import Annotated

import typer
from rich.filesize import decimal

from voxbrick.cli._errors import reports_errors
from voxbrick.cli._options import (
    DryRun,
    Executor,
    Format,
    Jobs,
    Memory,
    Order,
    Resume,
    SkipBroken,
    VoxelSize,
    Workers,
    one_or_three,
    parse_bytes,
    parse_numbers,
    parse_shape,
)
from voxbrick.cli._plans import (
    amounts,
    carry_out,
    describe,
    dry_run,
    list_broken,
    list_dropped,
    shards_of,
    show,
    summarise,
)
from voxbrick.cli._work import executor_or_crew, tasks_here
from voxbrick.conversion import Conversion, Reading, Source, open_source, plan_conversion
from voxbrick.dataset.dataset import Dataset
from voxbrick.errors import InvalidArgumentError
from voxbrick.metadata.defaults import PROPERTIES_FILE_NAME
from voxbrick.metadata.types import DataFormat
from voxbrick.metadata.types import VoxelSize as Size
from voxbrick.operations.images import Wishes, guessed_category, plan_layers
from voxbrick.operations.plans import DatasetPlan, check_place
from voxbrick.volume.layout import layout
from voxbrick.work.progress import progress


@reports_errors()
def convert(
    source: Annotated[
        Path,
        typer.Argument(
            help="An array, an image, a folder or pattern ('slices/*.tif') of image slices, or a volume: "
            ".npy, NIfTI, MRC, raw voxels."
        ),
    ],
    destination: Annotated[Path, typer.Argument(help="The folder of the new array, or of the new dataset.")],
    data_format: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="wkw, zarr (version 2) or zarr3. Default: zarr3 from WKW and for *.zarr, else wkw.",
        ),
    ] = None,
    compress: Annotated[bool, typer.Option(help="Compress the chunks.")] = True,
    chunk_shape: Annotated[
        str | None, typer.Option(help="Shape of a chunk: 32 or 32,32,32. Default: 32.")
    ] = None,
    shard_shape: Annotated[
        str | None, typer.Option(help="Shape of a shard (a file). Default: up to 1024.")
    ] = None,
    shape: Annotated[
        str | None,
        typer.Option(help="Extent of raw voxels, or x,y,z of a WKW source. Default: all that is stored."),
    ] = None,
    dtype: Annotated[str | None, typer.Option(help="Type of raw voxels: uint8, >u2 ...")] = None,
    order: Order = "F",
    voxel_size: VoxelSize = None,
    layer: Annotated[str, typer.Option(help="With --voxel-size: name of the only layer.")] = "color",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the array at DESTINATION.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Read all back and compare.")] = False,
    skip_broken: SkipBroken = False,
    memory: Memory = "1G",
    jobs: Jobs = 2,
    executor: Executor = Workers.THREADS,
    dry_run_only: DryRun = False,
    resume: Resume = False,
) -> None:
    """Converts a volume into a new WKW or Zarr array, or with --voxel-size into a dataset.

    It is done shard by shard in bounded memory. Nothing appears at DESTINATION before all is done.

    Example: voxbrick convert scan.nii.gz scan.zarr
    """
    reading = Reading(shape=parse_shape(shape), dtype=dtype, order=order, skip_broken=skip_broken)
    _check_no_dataset(source)
    opened = open_source(source, reading)
    if len(opened.shape) != len(opened.axes):
        extents = ", ".join(opened.axes[1:])
        raise InvalidArgumentError(
            f"--shape {shape} does not fit {source}; give one number for each of {extents}"
        )
    list_broken(opened.broken)
    budget = parse_bytes(memory)
    if voxel_size is not None:
        if overwrite or verify:
            raise InvalidArgumentError("--overwrite and --verify are for arrays, not for datasets")
        wishes = Wishes(
            data_format=DataFormat("wkw" if data_format is None else data_format.value),
            layout=layout(
                one_or_three(chunk_shape), shard_shape=one_or_three(shard_shape), compress=compress
            ),
            memory=budget,
            jobs=tasks_here(executor, jobs),
        )
        check_place(source, destination, resume)
        plan = _dataset(opened, destination, voxel_size, layer, wishes, resume)
        _convert_to_dataset(plan, executor, jobs, budget, dry_run_only)
        return
    conversion = plan_conversion(
        opened,
        destination,
        data_format=None if data_format is None else data_format.value,
        compress=compress,
        chunk_shape=parse_shape(chunk_shape),
        shard_shape=parse_shape(shard_shape),
        overwrite=overwrite,
        verify=verify,
        memory=budget,
        jobs=tasks_here(executor, jobs),
        resume=resume,
    )
    _announce(conversion)
    list_dropped(conversion)
    if not dry_run_only:
        _convert_to_array(conversion, executor, jobs, budget)


def _check_no_dataset(source: Path) -> None:
    """Datasets are copied as a whole; of their layers, mags are arrays."""
    if (source / PROPERTIES_FILE_NAME).exists():
        raise InvalidArgumentError(
            f"{source} is a dataset; use voxbrick copy, or convert one of its arrays, {source}/LAYER/MAG"
        )
    around = source.absolute().parent
    if (around / PROPERTIES_FILE_NAME).exists() and source.name in Dataset.open(
        around, read_only=True
    ).layers:
        raise InvalidArgumentError(f"{source} is a layer of a dataset; convert one of its mags, {source}/MAG")


def _dataset(
    source: Source, path: Path, voxel_size: str, layer: str, wishes: Wishes, resume: bool
) -> DatasetPlan:
    return DatasetPlan(
        path=path,
        voxel_size=Size.in_nanometers(parse_numbers(voxel_size, 3, "voxel size") or ()),
        name=path.resolve().name,
        layers=plan_layers(source, layer, guessed_category(layer), wishes),
        resume=resume,
    )


def _convert_to_dataset(
    plan: DatasetPlan, executor: Workers, jobs: int, memory: int, dry_run_only: bool
) -> None:
    for line in describe(plan):
        typer.echo(line)
    if dry_run_only:
        typer.echo(dry_run(plan))
    else:
        carry_out(plan, "converting", executor, jobs, memory)


def _announce(conversion: Conversion) -> None:
    source, layout = conversion.source, conversion.layout
    typer.echo(
        f"{source.name}: {source.dtype} of {', '.join(source.axes)} = {show(source.shape)}, "
        f"{decimal(source.nbytes)}"
    )
    typer.echo(
        f"{conversion.destination}: {layout.data_format}, chunks {show(layout.chunk_shape)}, "
        f"shards {show(layout.shard_shape)}"
    )
    cut = conversion.transfer.cut
    typer.echo(
        f"memory: at most {decimal(cut.memory)} for voxels, "
        f"{cut.jobs} boxes of {show(cut.box_shape)} at a time"
    )
    shards = shards_of(conversion.transfer, layout.shard_shape)
    typer.echo(amounts(shards, 1, source.nbytes, cut.memory))


def _convert_to_array(conversion: Conversion, workers: Workers, jobs: int, memory: int) -> None:
    unit_bytes = conversion.source.dtype.itemsize
    with (
        executor_or_crew(workers, jobs, memory) as executor,
        progress("converting", conversion.total, unit_bytes=unit_bytes) as advance,
    ):
        conversion.run(advance, executor).close()
    summarise(
        conversion.destination, conversion.source.nbytes, "done, verified" if conversion.verify else "done"
    )
