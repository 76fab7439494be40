"""Planning a conversion: what is read, how it is laid out, in which boxes."""

from collections.abc import Sequence
from pathlib import Path

from voxbrick.array import PathLike
from voxbrick.conversion.boxes import Shape, fit
from voxbrick.conversion.conversion import Conversion
from voxbrick.conversion.layout import Layout, layout_for
from voxbrick.conversion.open_source import open_source
from voxbrick.conversion.source import ArraySource, Reordered, Source
from voxbrick.conversion.staging import check_destination
from voxbrick.errors import InvalidArgumentError

MEMORY = 1 << 30
"""Bytes that a conversion may take, if nothing else is said."""


def plan_conversion(
    source: Source | PathLike,
    destination: PathLike,
    *,
    data_format: str | None = None,
    compress: bool = True,
    chunk_shape: Sequence[int] | None = None,
    shard_shape: Sequence[int] | None = None,
    overwrite: bool = False,
    verify: bool = False,
    memory: int = MEMORY,
    jobs: int = 2,
) -> Conversion:
    """What `convert` would do; nothing is written.

    Raises:
        AlreadyExistsError: the destination exists, and is not to be overwritten or is no array.
        InvalidArgumentError: source and destination overlap, or `memory` is too small.
        UnsupportedError: the format cannot hold the source.
    """
    source = source if isinstance(source, Source) else open_source(source)
    destination = Path(destination)
    _check_apart(Path(source.name), destination)
    check_destination(destination, overwrite)
    data_format = data_format or _usual_format(source, destination)
    if data_format == "wkw":
        source = Reordered(source)
    layout = layout_for(
        source,
        data_format,
        compress=compress,
        chunk_shape=chunk_shape,
        shard_shape=shard_shape,
    )
    cell = _cell(source, layout)
    conversion = Conversion(
        source=source,
        destination=destination,
        layout=layout,
        cell=cell,
        box_shape=fit(cell, layout.chunk_shape, memory // (2 * jobs * source.dtype.itemsize)),
        jobs=jobs,
        overwrite=overwrite,
        verify=verify,
    )
    if conversion.memory > memory:
        raise InvalidArgumentError(
            f"{jobs} jobs need {conversion.memory} bytes for chunks of {layout.chunk_shape}; "
            f"allow more memory than {memory} bytes, or fewer jobs"
        )
    return conversion


def _usual_format(source: Source, destination: Path) -> str:
    """Zarr for names that say so and for what is WKW already, otherwise WKW."""
    is_wkw = isinstance(source, ArraySource) and source.data_format == "wkw"
    return "zarr3" if is_wkw or destination.suffix == ".zarr" else "wkw"


def _cell(source: Source, layout: Layout) -> Shape:
    whole = tuple(
        -(-max(1, extent) // chunk) * chunk
        for extent, chunk in zip(source.shape, layout.chunk_shape, strict=True)
    )
    cell = tuple(map(min, whole, layout.shard_shape))
    return (*whole[:-1], cell[-1]) if source.reads_whole_slices else cell


def _check_apart(source: Path, destination: Path) -> None:
    """Refuses to write into the source, or to replace a folder around it."""
    inner, outer = source.resolve(), destination.resolve()
    if inner == outer or inner in outer.parents or outer in inner.parents:
        raise InvalidArgumentError(
            f"{destination} and the source {source} lie in each other; choose another destination"
        )
