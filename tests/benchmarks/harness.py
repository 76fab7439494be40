"""What a benchmark row is, how one run of it is measured, and how rows become a table."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Action = Callable[[], Any]
Check = Callable[[Any], None]
# Gets the folder of prepared data and an empty one for this run; returns what is timed and what verifies it.
Work = Callable[[Path, Path], tuple[Action, Check]]

HERE = Path(__file__).resolve().parent
BEST = "best"
USED = "used"
"""Where the runs have their folders, each its own."""
SETTLED = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
"""The threads that numpy's BLAS starts at its import spin for 0.1 s: what imports fast would pay for them."""


@dataclass(frozen=True)
class Row:
    """A question with a number for an answer.

    With a peer, or the BEST of all, voxbrick is to be `target` times faster and, where that is asked, to need
    at most `memory_share` of its memory; without one, it is to need at most `limit_mb`, or, with `limit_us`,
    the result is the number of microseconds that a call costs. Memory is what is needed beyond what was held
    before and the result itself; for `memory_share` also what the package takes once it is imported.
    """

    name: str
    work: dict[str, Work]
    prepare: Callable[[Path], None]
    peer: str | None = None
    target: float = 1.0
    limit_mb: float = 0.0
    limit_us: float = 0.0
    memory_share: float = 0.0
    notes: Callable[[Path], str] = field(default=lambda prepared: "")


def measure_here(row: Row, engine: str, prepared: Path, scratch: Path) -> dict[str, float]:
    """One run, in this process."""
    bare = status_bytes("VmRSS")
    importlib.import_module(package_of(engine))  # is no part of the time
    package = status_bytes("VmRSS") - bare
    action, check = row.work[engine](prepared, scratch)
    before = forget_peak_memory()
    started = time.perf_counter()
    result = action()
    seconds = time.perf_counter() - started
    extra = peak_memory() - before - getattr(result, "nbytes", 0)
    check(result)
    found = {"seconds": seconds, "extra_mb": extra / 2**20, "package_mb": package / 2**20}
    return {**found, "cost_us": result} if row.limit_us else found


def forget_peak_memory() -> int:
    """The memory in use; from here on the peak is counted anew."""
    Path("/proc/self/clear_refs").write_text("5")
    return status_bytes("VmRSS")


def peak_memory() -> int:
    return status_bytes("VmHWM")


def status_bytes(key: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key))


def measure(row: Row, engine: str, prepared: Path) -> dict[str, float]:
    """One run, in a process of its own."""
    scratch = prepared / USED / str(len(list((prepared / USED).iterdir())))
    scratch.mkdir()
    command = [sys.executable, str(HERE), "--one", row.name, engine, str(scratch), "--folder", str(prepared)]
    done = subprocess.run(command, env=SETTLED, capture_output=True, text=True, check=False)
    empty(scratch)
    if done.returncode:
        raise SystemExit(f"{row.name}, {engine}: {done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])  # programs may have printed before


def empty(folder: Path) -> None:
    """Frees the space of the files, which stay until the end.

    Some file systems keep the places of files that were deleted half a minute ago from new ones: whoever
    makes files after that looks for other places for long, and more so with every run.
    """
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            os.truncate(path, 0)


def run_rows(rows: list[Row], runs: int, prepared: Path) -> bool:
    """Prints the table line by line; true if every target was reached."""
    shutil.rmtree(prepared / USED, ignore_errors=True)
    (prepared / USED).mkdir()
    print(f"{'question':44}{'voxbrick':>10}{'peer':>10}  {'':12}{'ratio':>7}{'target':>8}")
    reached = [run_row(row, runs, prepared) for row in rows]
    shutil.rmtree(prepared / USED)
    return all(reached)


def run_row(row: Row, runs: int, prepared: Path) -> bool:
    row.prepare(prepared)
    engines = [engine for engine in row.work if installed(engine)]
    results: dict[str, list[dict[str, float]]] = {engine: [] for engine in engines}
    for number in range(runs):
        for engine in rotated(engines, number):  # nobody always follows the same other one
            results[engine].append(measure(row, engine, prepared))
    report = report_time if row.peer else report_cost if row.limit_us else report_memory
    reached = report(row, results)
    if row.memory_share and row.peer in results:
        reached = report_share(row, results) and reached
    print(row.notes(prepared), end="", flush=True)
    return reached


def rotated(engines: list[str], number: int) -> list[str]:
    first = number % len(engines)
    return engines[first:] + engines[:first]


def installed(engine: str) -> bool:
    return importlib.util.find_spec(package_of(engine)) is not None


def package_of(engine: str) -> str:
    """Its first word; others may tell in which way it is used."""
    return engine.partition(" ")[0]


def report_time(row: Row, results: dict[str, list[dict[str, float]]]) -> bool:
    medians = {engine: statistics.median(run["seconds"] for run in runs) for engine, runs in results.items()}
    ours = medians.pop("voxbrick")
    name = min(medians, key=lambda engine: medians[engine], default=BEST) if row.peer == BEST else row.peer
    peer = medians.get(name or "")
    if peer is None:
        print(f"{row.name:44}{ours:10.4f}{'-':>10}  {name} is not installed")
        return True
    ratio = peer / ours
    verdict = "" if ratio >= row.target else "  missed"
    print(f"{row.name:44}{ours:10.4f}{peer:10.4f}  {name:12}{ratio:7.2f}{row.target:8.2f}{verdict}")
    return ratio >= row.target


def report_share(row: Row, results: dict[str, list[dict[str, float]]]) -> bool:
    ours, peers = (memory_of(results[engine]) for engine in ("voxbrick", row.peer))
    reached = sum(ours) <= row.memory_share * sum(peers)
    verdict = "" if reached else "  missed"
    texts = [f"{package:.1f} + {extra:.1f} MB" for package, extra in (ours, peers)]
    print(f"{'':24}{texts[0]}, {row.peer} {texts[1]}, limit {row.memory_share:.2f} of that{verdict}")
    return reached


def memory_of(runs: list[dict[str, float]]) -> tuple[float, float]:
    """What the package takes, and what the work."""
    return max(run["package_mb"] for run in runs), max(run["extra_mb"] for run in runs)


def report_memory(row: Row, results: dict[str, list[dict[str, float]]]) -> bool:
    extra = max(run["extra_mb"] for run in results["voxbrick"])
    verdict = "" if extra <= row.limit_mb else "  missed"
    print(f"{row.name:44}{extra:7.1f} MB beyond the result, limit {row.limit_mb:.0f} MB{verdict}")
    return extra <= row.limit_mb


def report_cost(row: Row, results: dict[str, list[dict[str, float]]]) -> bool:
    cost = statistics.median(run["cost_us"] for run in results["voxbrick"])
    verdict = "" if cost <= row.limit_us else "  missed"
    print(f"{row.name:44}{cost:7.1f} us a call, limit {row.limit_us:.0f} us{verdict}")
    return cost <= row.limit_us


def folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
