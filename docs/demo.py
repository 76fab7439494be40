"""A real volume, from MRI to WKW to sharded Zarr and back: `python docs/demo.py`.

1. Take the MRI scan that comes with the package nibabel.
2. Convert it to compressed WKW, and from there to Zarr v3 with shards.
3. Read a box that reaches beyond the data: what lies outside is zero.
4. Prove that all of it is equal, say how fast it was, and draw three slices.
"""

import argparse
import tempfile
import time
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL.Image import fromarray
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table

from voxbrick import Array
from voxbrick.conversion import ArraySource, NiftiSource, Source, plan_conversion
from voxbrick.geometry.grid import whole

SCAN = "tests/data/example4d.nii.gz"
MARGIN = 16


class Step(NamedTuple):
    """One row of the report."""

    what: str
    seconds: float
    raw: int
    stored: int


def run(output: Path) -> list[Step]:
    """Does it all in a folder; raises if anything is not equal."""
    scan = NiftiSource(Path(str(resources.files("nibabel"))) / SCAN)
    voxels = scan.read(whole(scan.shape))
    wkw, to_wkw = _convert(scan, output / "scan_wkw", "wkw")
    zarr, to_zarr = _convert(ArraySource(wkw, scan.shape[1:]), output / "scan.zarr", "zarr3")
    steps = [to_wkw, to_zarr, *(_read_beyond(array, voxels) for array in (wkw, zarr))]
    draw(zarr.read(*whole(scan.shape))[0], output / "slices.png")
    return steps


def _convert(source: Source, destination: Path, data_format: str) -> tuple[Array, Step]:
    plan = plan_conversion(
        source, destination, data_format=data_format, shard_shape=(64,), overwrite=True, verify=True
    )
    begin = time.perf_counter()
    array = plan.run()
    seconds = time.perf_counter() - begin
    what = f"convert to {data_format}, verified"
    return array, Step(what, seconds, source.nbytes, _stored(array))


def _read_beyond(array: Array, voxels: NDArray[Any]) -> Step:
    """Reads more than there is and compares it with what should come."""
    expected = np.pad(voxels, [(0, 0)] + [(0, MARGIN)] * 3)
    begin = time.perf_counter()
    found = array.read((0, 0, 0, 0), expected.shape)
    seconds = time.perf_counter() - begin
    np.testing.assert_array_equal(found, expected)
    what = f"read {array.info.data_format} and {MARGIN} voxels beyond, equal"
    return Step(what, seconds, found.nbytes, _stored(array))


def _stored(array: Array) -> int:
    return sum(file.stat().st_size for file in array.list_files())


def draw(volume: NDArray[Any], path: Path) -> None:
    """A picture of the three slices through the middle of an (x, y, z) volume, side by side."""
    grey = np.clip(volume / np.percentile(volume, 99.5) * 255, 0, 255).astype(np.uint8)
    x, y, z = (extent // 2 for extent in volume.shape)
    slices = [np.flipud(plane.T) for plane in (grey[:, :, z], grey[:, y, :], grey[x, :, :])]
    height = max(len(plane) for plane in slices)
    above = [(height - len(plane)) // 2 for plane in slices]
    centred = [
        np.pad(plane, [(top, height - len(plane) - top), (0, 4)])
        for plane, top in zip(slices, above, strict=True)
    ]
    picture = fromarray(np.hstack(centred))
    picture.resize((picture.width * 3, picture.height * 3)).save(path)


def report(steps: list[Step]) -> Table:
    """The steps as a table."""
    table = Table("step", "raw", "on disk", "ratio", "time", "speed", title="voxbrick demo")
    for step in steps:
        table.add_row(
            step.what,
            decimal(step.raw),
            decimal(step.stored),
            f"{step.raw / step.stored:.2f}",
            f"{step.seconds * 1000:.1f} ms",
            f"{step.raw / step.seconds / 1e6:.0f} MB/s",
        )
    return table


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="demo.py", description=__doc__)
    parser.add_argument("--output", type=Path, help="folder for the results; default: a new one")
    output = parser.parse_args().output or Path(tempfile.mkdtemp(prefix="voxbrick-demo-"))
    steps = run(output)
    console = Console()
    console.print(report(steps))
    console.print(f"arrays and slices.png lie in {output}", soft_wrap=True)


if __name__ == "__main__":
    main()
