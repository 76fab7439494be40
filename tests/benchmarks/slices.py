"""How fast are slices written and read through buffers of 32, and chunks downsampled by numpy?"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from harness import Action, Check, Row, Work
from prepared import volumes_only
from volumes import BLOCK, SHARD, wide

LAYOUTS = {"wkw-raw": ("wkw", False), "wkw-lz4hc": ("wkw", True), "zarr3": ("zarr3", True)}
ENGINES = ("voxbrick", "webknossos")
WRITER_OPTIONS: dict[str, dict[str, Any]] = {"voxbrick": {}, "webknossos": {"allow_unaligned": True}}
DEPTH = 32
EXTENT = (1024, 1024, 256)


def layer_of(engine: str, path: Path, layout: str) -> Any:
    package = import_module(engine)
    dataset = package.Dataset(path, voxel_size=(1, 1, 1))
    return dataset.add_layer(
        "color",
        "color",
        dtype_per_channel="uint8",
        data_format=LAYOUTS[layout][0],
        bounding_box=package.BoundingBox((0, 0, 0), EXTENT),
    )


def add_mag(layer: Any, mag: int, layout: str) -> Any:
    return layer.add_mag(mag, chunk_shape=BLOCK, shard_shape=SHARD, compress=LAYOUTS[layout][1])


def check_with_voxbrick(path: Path, expected: np.ndarray) -> None:
    import voxbrick

    with voxbrick.open_array(path) as array:
        rank = array.info.rank
        found = array.read((0,) * rank, expected.shape[-rank:])
    assert np.array_equal(found.reshape(expected.shape), expected)


def write_slices(engine: str, layout: str) -> Work:
    def work(prepared: Path, scratch: Path) -> tuple[Action, Check]:
        data = wide(prepared)
        mag = add_mag(layer_of(engine, scratch / "new", layout), 1, layout)

        def action() -> None:
            with mag.get_buffered_slice_writer(buffer_size=DEPTH, **WRITER_OPTIONS[engine]) as writer:
                for z in range(EXTENT[2]):
                    writer.send(data[..., z].copy(order="F"))  # as if it came from elsewhere

        return action, lambda _: check_with_voxbrick(scratch / "new" / "color" / "1", data)

    return work


def prepare_layout(layout: str) -> Callable[[Path], None]:
    """The dataset that is read, made by voxbrick."""

    def prepare(folder: Path) -> None:
        if not (folder / f"wide.{layout}").exists():
            layer = layer_of("voxbrick", folder / f"wide.{layout}", layout)
            add_mag(layer, 1, layout).write(wide(folder))

    return prepare


def opened(engine: str, prepared: Path, layout: str) -> Any:
    dataset = import_module(engine).Dataset.open(prepared / f"wide.{layout}")
    return dataset.get_layer("color").get_mag(1)


def read_slices(engine: str, layout: str) -> Work:
    def work(prepared: Path, scratch: Path) -> tuple[Action, Check]:
        mag = opened(engine, prepared, layout)

        def action() -> int:
            with mag.get_buffered_slice_reader(buffer_size=DEPTH) as reader:
                return sum(int(plane[..., ::64, ::64].sum()) for plane in reader)

        def check(found: int) -> None:
            assert found == int(wide(prepared)[:, ::64, ::64].sum())

        return action, check

    return work


def halve(views: tuple[Any, Any, int]) -> None:
    source, target, _ = views
    target.write(halved(source.read()), absolute_offset=target.bounding_box.topleft)


def halved(voxels: np.ndarray) -> np.ndarray:
    """Means of two by two by two."""
    pairs = [length for extent in voxels.shape[1:] for length in (extent // 2, 2)]
    return voxels.reshape(1, *pairs).mean((2, 4, 6), np.float32).astype(np.uint8)


def downsample(engine: str, layout: str) -> Work:
    def work(prepared: Path, scratch: Path) -> tuple[Action, Check]:
        from cluster_tools import get_executor

        mag = opened(engine, prepared, layout)
        target = add_mag(layer_of(engine, scratch / "new", layout), 2, layout)

        def action() -> None:
            with get_executor("multiprocessing", max_workers=2) as executor:
                mag.for_zipped_chunks(halve, target, executor=executor)

        def check(_: None) -> None:
            check_with_voxbrick(scratch / "new" / "color" / "2", halved(wide(prepared)))

        return action, check

    return work


def row(name: str, make: Callable[[str, str], Work], layout: str, prepare: Any, **targets: float) -> Row:
    work = {engine: make(engine, layout) for engine in ENGINES}
    return Row(f"{layout}: {name}", work, prepare, "webknossos", **targets)


ROWS = [
    *[
        row("slice writer", write_slices, layout, volumes_only, target=3.0, memory_share=0.5)
        for layout in LAYOUTS
    ],
    *[
        row("slice reader", read_slices, layout, prepare_layout(layout), target=2.0, memory_share=0.5)
        for layout in LAYOUTS
    ],
    *[
        row("downsampling, 2 workers", downsample, layout, prepare_layout(layout), target=1.5)
        for layout in LAYOUTS
    ],
]
