"""Compares voxbrick with other programs; see README.md."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import conversions
import deep_shards
import memory
import resample
import slices
import small_writes
import views
import wkw_boxes
import wkw_reads
import wkw_writes
import zarr_boxes
import zarr_chunks
import zarr_reads
import zarr_writes
from harness import Row, measure_here, run_rows

QUESTIONS = [
    wkw_reads,
    wkw_boxes,
    wkw_writes,
    zarr_reads,
    zarr_boxes,
    zarr_writes,
    zarr_chunks,
    small_writes,
    slices,
    deep_shards,
    resample,
    conversions,
    memory,
    views,
]
ROWS: list[Row] = [row for question in QUESTIONS for row in question.ROWS]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python tests/benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", help="rows whose name contains one of these; all if none is given"
    )
    parser.add_argument("--runs", type=int, default=5, help="runs of each engine (default 5)")
    parser.add_argument("--folder", type=Path, help="where to keep the data; a temporary folder if not given")
    parser.add_argument("--one", nargs=3, metavar=("ROW", "ENGINE", "SCRATCH"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        return run_one(*arguments.one, arguments.folder)
    chosen = [row for row in ROWS if not arguments.names or any(name in row.name for name in arguments.names)]
    if arguments.folder:
        arguments.folder.mkdir(parents=True, exist_ok=True)
        return not run_rows(chosen, arguments.runs, arguments.folder)
    with tempfile.TemporaryDirectory(prefix="voxbrick-bench-") as folder:
        return not run_rows(chosen, arguments.runs, Path(folder))


def run_one(name: str, engine: str, scratch: str, folder: Path) -> int:
    [row] = [row for row in ROWS if row.name == name]
    print(json.dumps(measure_here(row, engine, folder, Path(scratch))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
