"""voxbrick convert SOURCE DESTINATION."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.filesize import decimal

from voxbrick._progress import progress
from voxbrick.cli._errors import reports_errors
from voxbrick.cli._values import parse_bytes, parse_shape
from voxbrick.conversion import Conversion, Reading, open_source, plan_conversion
from voxbrick.disk import stored_bytes


@reports_errors
def convert(
    source: Annotated[
        Path,
        typer.Argument(help="An array, a .npy file, a NIfTI image, or a folder of image slices."),
    ],
    destination: Annotated[Path, typer.Argument(help="The folder of the new array.")],
    data_format: Annotated[
        str | None,
        typer.Option(
            "--format", help="wkw, zarr (version 2) or zarr3. Default: zarr3 from WKW and for *.zarr."
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
        str | None, typer.Option(help="Extent x,y,z of a WKW source. Default: all that is stored.")
    ] = None,
    overwrite: Annotated[bool, typer.Option(help="Replace the array at DESTINATION.")] = False,
    verify: Annotated[bool, typer.Option(help="Read all back and compare.")] = False,
    memory: Annotated[str, typer.Option(help="How much memory the voxels may take.")] = "1G",
    jobs: Annotated[int, typer.Option(min=1, help="Boxes worked on at the same time.")] = 2,
) -> None:
    """Converts a volume into a new WKW or Zarr array, shard by shard, in bounded memory."""
    conversion = plan_conversion(
        open_source(source, Reading(shape=parse_shape(shape))),
        destination,
        data_format=data_format,
        compress=compress,
        chunk_shape=parse_shape(chunk_shape),
        shard_shape=parse_shape(shard_shape),
        overwrite=overwrite,
        verify=verify,
        memory=parse_bytes(memory),
        jobs=jobs,
    )
    _announce(conversion)
    begin = time.monotonic()
    with progress("converting", conversion.total, unit_bytes=conversion.source.dtype.itemsize) as advance:
        conversion.run(advance).close()
    _summarise(conversion, time.monotonic() - begin)


def _announce(conversion: Conversion) -> None:
    source, layout = conversion.source, conversion.layout
    typer.echo(
        f"{source.name}: {source.dtype} of {_show(source.axes)} = {_show(source.shape)}, "
        f"{decimal(source.nbytes)}"
    )
    typer.echo(
        f"{conversion.destination}: {layout.data_format}, chunks {_show(layout.chunk_shape)}, "
        f"shards {_show(layout.shard_shape)}"
    )
    typer.echo(
        f"memory: at most {decimal(conversion.transfer.cut.memory)} for voxels, "
        f"{conversion.transfer.cut.jobs} boxes of {_show(conversion.transfer.cut.box_shape)} at a time"
    )


def _summarise(conversion: Conversion, seconds: float) -> None:
    stored = stored_bytes(conversion.destination)
    verified = ", verified" if conversion.verify else ""
    typer.echo(
        f"done in {seconds:.1f} s{verified}: {decimal(stored)} on disk, "
        f"{conversion.source.nbytes / stored:.2f} times smaller"
    )


def _show(entries: tuple[object, ...]) -> str:
    return " x ".join(map(str, entries))
