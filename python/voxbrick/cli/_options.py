"""Options that several commands have."""

from enum import Enum
from typing import Annotated, Literal, TypeAlias

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
