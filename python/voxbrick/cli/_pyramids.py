"""What commands say about the mags that they make of mags."""

from collections.abc import Iterable, Iterator

from rich.filesize import decimal

from voxbrick.cli._plans import amounts, show
from voxbrick.dataset.layer import Layer
from voxbrick.operations.estimate import Outlook


def describe(layer: Layer, outlooks: Iterable[Outlook]) -> Iterator[str]:
    """The mags of a layer that will be made."""
    names = ", ".join(str(each.mag) for each in outlooks)
    yield f"{layer.name}: mags {names}" if names else f"{layer.name}: no mags to make"
    for each in outlooks:
        yield f"  mag {each.mag}: {show(each.box.size)} voxels, {decimal(each.nbytes)}"


def dry_run(outlooks: list[Outlook], jobs: int) -> str:
    """What would be written."""
    return amounts(
        sum(each.shards for each in outlooks),
        len(outlooks),
        sum(each.nbytes for each in outlooks),
        max((min(jobs, each.shards) * each.memory for each in outlooks), default=0),
    )
