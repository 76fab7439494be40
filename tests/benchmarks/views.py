"""What do views cost beyond the engine, and how fast is the largest segment id found?"""

import statistics
import time
from pathlib import Path

import numpy as np
from harness import Action, Row

SIZE = (512, 512, 256)
CALLS = 2000
PART = {"absolute_offset": (40, 50, 60), "size": (32, 32, 32)}


def dataset(folder: Path) -> Path:
    """Makes a dataset with a segmentation."""
    import voxbrick

    path = folder / "views"
    if not path.exists():
        layer = voxbrick.Dataset(path, (1, 1, 1)).add_layer("segments", "segmentation", "uint32")
        layer.add_mag(1).write(segments())
    return path


def segments() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 2**31, SIZE, np.uint32)


def open_mag(folder: Path):
    import voxbrick

    return voxbrick.Dataset.open(dataset(folder)).get_layer("segments").get_mag(1)


def cost(call: Action, other: Action = lambda: None) -> float:
    """Microseconds that one call takes longer than the other; they take turns."""
    return statistics.median(seconds(call) - seconds(other) for _ in range(CALLS)) * 1e6


def seconds(call: Action) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def read_beyond_the_engine(prepared: Path, scratch: Path):
    mag = open_mag(prepared)
    array = mag._array._opened()
    offset, shape = (0, *PART["absolute_offset"]), (1, *PART["size"])
    return lambda: cost(lambda: mag.read(**PART), lambda: array.read(offset, shape)), np.isfinite


def get_view(prepared: Path, scratch: Path):
    mag = open_mag(prepared)
    return lambda: cost(lambda: mag.get_view(**PART, read_only=True)), np.isfinite


def refresh(prepared: Path, scratch: Path):
    layer = open_mag(prepared).layer
    return layer.refresh_largest_segment_id, lambda _: check_largest(layer.largest_segment_id)


def largest_of_memory(prepared: Path, scratch: Path):
    return segments().max, check_largest


def check_largest(found: int) -> None:
    assert found == segments().max()


ROWS = [
    Row(
        "views: read 32^3, beyond the engine's read",
        {"voxbrick": read_beyond_the_engine},
        dataset,
        limit_us=60.0,
    ),
    Row("views: get_view", {"voxbrick": get_view}, dataset, limit_us=25.0),
    Row(
        "views: largest id in files, numpy's in memory",
        {"voxbrick": refresh, "numpy": largest_of_memory},
        dataset,
        "numpy",
        0.2,
    ),
]
