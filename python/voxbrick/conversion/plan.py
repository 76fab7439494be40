"""Planning a conversion: what is read, how it is laid out, in which boxes."""

from collections.abc import Sequence
from pathlib import Path

from voxbrick.array import PathLike
from voxbrick.conversion.boxes import whole
from voxbrick.conversion.conversion import Conversion
from voxbrick.conversion.cut import MEMORY, cut
from voxbrick.conversion.layout import layout_for
from voxbrick.conversion.open_source import open_source
from voxbrick.conversion.seen import as_cxyz
from voxbrick.conversion.source import ArraySource, Source
from voxbrick.conversion.staging import check_apart, check_destination
from voxbrick.conversion.transfer import Transfer
from voxbrick.errors import UnsupportedError


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
    resume: bool = False,
) -> Conversion:
    """What `convert` would do; nothing is written.

    Raises:
        AlreadyExistsError: the destination exists, and is not to be overwritten or is no array.
        InvalidArgumentError: source and destination overlap, or `memory` is too small.
        UnsupportedError: the format cannot hold the source.
    """
    source = source if isinstance(source, Source) else open_source(source)
    destination = Path(destination)
    check_apart(Path(source.name), destination)
    if not resume:
        check_destination(destination, overwrite)
    data_format = data_format or _usual_format(source, destination)
    if data_format == "wkw":
        source = as_cxyz(source)
    layout = layout_for(
        source,
        data_format,
        compress=compress,
        chunk_shape=chunk_shape,
        shard_shape=shard_shape,
    )
    parts = cut(whole(source.shape), source, layout.chunk_shape, layout.shard_shape, memory, jobs)
    conversion = Conversion(
        transfer=Transfer(source=source, offset=(0,) * len(source.shape), cut=parts),
        destination=destination,
        layout=layout,
        overwrite=overwrite,
        verify=verify,
        resume=resume,
    )
    conversion.check()
    return conversion


def _usual_format(source: Source, destination: Path) -> str:
    """Zarr for names that say so and for what is WKW already, otherwise WKW."""
    if destination.suffix.lower() == ".n5":
        raise UnsupportedError(
            f"{destination} has the name of an N5 array, which can be read but not written; "
            "choose a data format or another name"
        )
    is_wkw = isinstance(source, ArraySource) and source.data_format == "wkw"
    return "zarr3" if is_wkw or destination.suffix == ".zarr" else "wkw"
