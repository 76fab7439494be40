"""Options that several commands have."""

import math
import re
from enum import Enum
from typing import Annotated, Any, Literal, TypeAlias

import typer


class Workers(str, Enum):
    """Where the work is done."""

    THREADS = "threads"
    PROCESSES = "processes"
    DASK = "dask"
    SLURM = "slurm"


class Format(str, Enum):
    """How arrays are stored."""

    WKW = "wkw"
    ZARR = "zarr"
    ZARR3 = "zarr3"


Jobs: TypeAlias = Annotated[int, typer.Option(min=1, help="How many shards are worked on at the same time.")]
Memory: TypeAlias = Annotated[
    str,
    typer.Option(
        help="How much memory voxels may take, in all jobs together, with Slurm in each task: 512M or 8G, "
        "in powers of 1024. The program itself takes some 100M more for each process."
    ),
]
Executor: TypeAlias = Annotated[
    Workers,
    typer.Option(
        help="Where the work is done: threads of this process, processes of this machine, a local "
        "cluster of Dask, or tasks of Slurm."
    ),
]
DryRun: TypeAlias = Annotated[
    bool, typer.Option("--dry-run", help="Only say what would be written: shards, files, bytes, memory.")
]
Resume: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--resume",
        help="Go on where an earlier run was interrupted or killed, and keep what is done if this one is.",
    ),
]
SkipBroken: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--skip-broken", help="Leave a gap where an image cannot be decoded, and list these images."
    ),
]
Order: TypeAlias = Annotated[
    Literal["F", "C"],
    typer.Option(help="Of raw voxels: F if the first axis is the fastest, C if it is the slowest."),
]
Align: TypeAlias = Annotated[
    bool, typer.Option("--align/--no-align", help="Where other layers have a mag as coarse, make the same.")
]
ChunkShape: TypeAlias = Annotated[
    str | None, typer.Option(help="Shape of a chunk, the unit of compression: 32 or 32,32,32. Default: 32.")
]
ShardShape: TypeAlias = Annotated[
    str | None,
    typer.Option(
        help="Shape of a shard, which is one file: 1024 or 1024,1024,256. Default: 1024, of zarr3 "
        "4096,4096,32, of zarr that of a chunk."
    ),
]
VoxelSize: TypeAlias = Annotated[
    str | None, typer.Option(help="Extent of a voxel in nanometers: 11.24,11.24,28.")
]


# -- values ----------------------------------------------------------------------------------------
#
# Sizes and shapes as people write them.

UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def parse_bytes(text: str) -> int:
    """Understands 2G, 512M, 1.5GiB, 1000000."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    if match is None:
        raise typer.BadParameter(f"{text!r} is no amount of memory; write 512M or 2G")
    return math.floor(float(match[1]) * UNITS[match[2].upper()])


def parse_shape(text: str | None) -> tuple[int, ...] | None:
    """Understands 32, and 32,32,32; None stays None."""
    if text is None:
        return None
    if not re.fullmatch(r"[1-9]\d*(,[1-9]\d*)*", text):
        raise typer.BadParameter(f"{text!r} is no shape; write 32 or 32,32,32")
    return tuple(int(part) for part in text.split(","))


def one_or_three(text: str | None) -> Any:
    """A shape of space: one number stands for three of itself."""
    shape = parse_shape(text)
    return shape[0] if shape is not None and len(shape) == 1 else shape


def parse_numbers(text: str | None, count: int, what: str) -> tuple[float, ...] | None:
    """Understands as many numbers as asked for, with commas between them."""
    if text is None:
        return None
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) != count or not all(map(math.isfinite, numbers)):
        raise typer.BadParameter(f"{text!r} is no {what}; write {count} numbers with commas between them")
    return numbers


def parse_whole_numbers(text: str | None, count: int, what: str) -> tuple[int, ...] | None:
    """The same without fractions."""
    numbers = parse_numbers(text, count, what)
    if numbers is None:
        return None
    if any(number != int(number) for number in numbers):
        raise typer.BadParameter(f"{text!r} is no {what}; its numbers have to be whole")
    return tuple(map(int, numbers))
