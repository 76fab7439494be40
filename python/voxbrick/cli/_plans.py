"""What plans of conversions say, and how they are carried out."""

from collections.abc import Iterable, Iterator, Sequence
from math import prod
from pathlib import Path
from typing import Any

import typer
from rich.filesize import decimal

from voxbrick.cli._options import Workers
from voxbrick.cli._work import executor_or_crew
from voxbrick.conversion.plan import Conversion
from voxbrick.conversion.transfer import Transfer
from voxbrick.dataset.dataset import Dataset
from voxbrick.files.space import stored_bytes
from voxbrick.geometry.grid import Shape, around
from voxbrick.metadata.types import DataFormat
from voxbrick.operations.plans import DatasetPlan, LayerPlan, MagPlan
from voxbrick.work.progress import progress


def show(entries: Iterable[object]) -> str:
    """32 x 32 x 32."""
    return " x ".join(map(str, entries))


def shards_of(transfer: Transfer, shard: Shape) -> int:
    """How many files the voxels fill, at most."""
    extent = around(transfer.target, shard).shape
    return prod(-(-n // size) for n, size in zip(extent, shard, strict=True))


def amounts(shards: int, documents: int, nbytes: int, memory: int) -> str:
    """The line of a dry run."""
    return (
        f"writes at most {shards} shards, {shards + documents} files, {decimal(nbytes)} of voxels "
        f"before compression; takes at most {decimal(memory)} of memory"
    )


def describe(plan: DatasetPlan) -> Iterator[str]:
    """What will be made of what."""
    size = plan.voxel_size
    yield f"{plan.path}: dataset {plan.name!r}, voxels of {show(size.factor)} {size.unit}"
    for layer in plan.layers:
        yield from _layer_lines(layer)


def _layer_lines(layer: LayerPlan) -> Iterator[str]:
    for mag in layer.mags:
        source, layout = mag.transfer.source, mag.layout
        yield (
            f"  {layer.name} ({layer.category}), mag {mag.name}: {source.shape[0]} channels of "
            f"{source.dtype}, {show(mag.extent.size)} voxels at {show(mag.extent.topleft)}, "
            f"{decimal(source.nbytes)}"
        )
        yield (
            f"    {mag.data_format}, chunks {show(layout.chunk_shape or ())}, "
            f"{show(layout.chunks_per_shard or ())} per shard, "
            f"{'compressed' if layout.compress else 'not compressed'}; "
            f"{mag.transfer.cut.jobs} x {show(mag.transfer.cut.box_shape)} at a time"
        )


def dry_run(plan: DatasetPlan) -> str:
    """What would be written."""
    mags = [mag for layer in plan.layers for mag in layer.mags]
    documents = 1 + sum(1 if mag.data_format is DataFormat.WKW else 2 for mag in mags)
    memory = max((mag.transfer.cut.memory for mag in mags), default=0)
    return amounts(sum(map(_shards, mags)), documents, plan.nbytes, memory)


def _shards(mag: MagPlan) -> int:
    cut = mag.transfer.cut
    assert mag.layout.chunks_per_shard is not None
    per_shard = (1,) * (len(cut.chunk) - 3) + tuple(mag.layout.chunks_per_shard)
    return shards_of(mag.transfer, tuple(map(int.__mul__, cut.chunk, per_shard)))


def list_broken(broken: Sequence[Path]) -> None:
    """Names the images that were skipped."""
    for path in broken:
        typer.echo(f"skipped, cannot be decoded: {path}", err=True)


def list_dropped(conversion: Conversion) -> None:
    """Names what the new array has no place for."""
    source = conversion.source
    if conversion.layout.data_format != "wkw":
        return
    if source.attributes:
        typer.echo(f"dropped: the attributes {', '.join(source.attributes)}; WKW has none", err=True)
    if any(source.begin):
        typer.echo(f"dropped: the first voxel's place {show(source.begin)}; WKW begins at 0", err=True)


def carry_out(plan: DatasetPlan, label: str, workers: Workers, jobs: int, memory: int) -> None:
    """Makes the dataset, with a progress bar."""
    unit_bytes = round(plan.nbytes / max(plan.voxels, 1))
    with (
        executor_or_crew(workers, jobs, memory) as executor,
        progress(label, plan.voxels, unit_bytes=unit_bytes) as advance,
    ):
        plan.run(Dataset, advance, executor)
    summarise(plan.path, plan.nbytes)


def summarise(path: Path, nbytes: int, what: Any = "done") -> None:
    """How much the result takes."""
    stored = stored_bytes(path)
    typer.echo(f"{what}: {decimal(stored)} on disk, {nbytes / max(stored, 1):.2f} times smaller")
