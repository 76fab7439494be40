"""Which room of the package may see which: see ``python/README.md``.

The lists of what is not as it should be may only shrink: an entry that is no longer true is an error, too.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import voxbrick

grimp = pytest.importorskip("grimp", reason="needs the package grimp")

PACKAGE = Path(voxbrick.__file__).parent

FLOORS = [
    {"errors"},
    {"_support"},
    {"geometry", "array", "files", "resample"},
    {"work", "metadata"},
    {"volume", "sources"},
    {"conversion"},
    {"operations"},
    {"dataset"},
    {"cli", "utils"},
]
"""A room sees the floors below its own; rooms of one floor do not see each other."""

PARENTS = {("dataset.mag_view", "dataset.layer"), ("dataset.layer", "dataset.dataset")}
"""Types only: a mag knows its layer, and a layer its dataset."""

UPWARD: set[str] = {
    "metadata.ome_writing -> dataset.layer",
    "metadata.ome_writing -> dataset.mag_view",
    "operations -> dataset",
    "operations.adopted_layers -> dataset.dataset",
    "operations.adopted_layers -> dataset.layer",
    "operations.chunks -> dataset.view",
    "operations.compare -> dataset.view",
    "operations.copying -> dataset.layer",
    "operations.copying -> dataset.mag_view",
    "operations.copying -> dataset.view",
    "operations.estimate -> dataset.layer",
    "operations.estimate -> dataset.mag_view",
    "operations.kind -> dataset.layer",
    "operations.layer_folders -> dataset.dataset",
    "operations.layer_folders -> dataset.layer",
    "operations.layer_folders -> dataset.mag_view",
    "operations.layers -> dataset.dataset",
    "operations.layers -> dataset.layer",
    "operations.mags -> dataset.dataset",
    "operations.mags -> dataset.layer",
    "operations.mags -> dataset.mag_view",
    "operations.merge -> dataset.mag_view",
    "operations.merge -> dataset.view",
    "operations.plans -> dataset.dataset",
    "operations.plans -> dataset.layer",
    "operations.plans -> dataset.mag_view",
    "operations.preview -> dataset.layer",
    "operations.preview -> dataset.mag_view",
    "operations.pyramid -> dataset.mag_view",
    "operations.pyramid -> dataset.view",
    "operations.resampling -> dataset.dataset",
    "operations.resampling -> dataset.layer",
    "operations.resampling -> dataset.mag_view",
    "operations.resampling -> dataset.view",
    "operations.rewrite -> dataset.mag_view",
    "operations.segment_ids -> dataset.layer",
    "operations.segment_ids -> dataset.view",
    "operations.staged_mags -> dataset.layer",
    "operations.staged_mags -> dataset.mag_view",
    "operations.staged_mags -> dataset.view",
    "operations.tiff_export -> dataset.mag_view",
    "operations.tiff_export -> dataset.view",
}
"""Work on layers, mags and views that still names their classes."""

BACKWARD: set[str] = {
    "dataset._dataset_copies -> dataset.dataset",
    "dataset._dataset_images -> dataset.dataset",
    "dataset._dataset_layers -> dataset.dataset",
    "dataset._layer_mags -> dataset.layer",
    "dataset._layer_resampling -> dataset.dataset",
    "dataset._layer_resampling -> dataset.layer",
    "dataset._utils.buffered_slice_reader -> dataset.view",
    "dataset._utils.buffered_slice_writer -> dataset.view",
    "dataset._view_chunks -> dataset.view",
    "dataset._view_compare -> dataset.view",
    "dataset._view_deprecated -> dataset.view",
    "dataset._view_slices -> dataset.view",
}
"""Inside of a room, for types only: parts of classes that name the class."""

FUNCTIONS_THAT_IMPORT: set[str] = {
    "dataset._dataset_images._wishes",
    "dataset._dataset_images.add_layer_from_images",
    "dataset._dataset_images.from_images",
    "operations.chunks.check_view",
    "operations.chunks.shown_progress",
    "operations.layers.foreign_layer",
    "operations.mags.foreign_mag",
    "utils._tracked",
    "utils.get_executor_for_args",
}
"""Functions that import a part of the package when they are called."""

IMPORTERS_OF_THE_ENGINE = {"__init__", "array.array", "array.create", "resample"}

REACH_INTO_VIEWS: set[str] = {
    "metadata.ome_writing",
    "operations.chunks",
    "operations.compare",
    "operations.copying",
    "operations.estimate",
    "operations.layers",
    "operations.mags",
    "operations.merge",
    "operations.plans",
    "operations.pyramid",
    "operations.rewrite",
    "operations.segment_ids",
    "operations.staged_mags",
}
"""Who uses the array of a view beside `volume` and `dataset`."""

FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


@cache
def arrows() -> frozenset[tuple[str, str]]:
    """All imports between modules, also those for types only; without those of the package's own face."""
    graph = grimp.build_graph("voxbrick", cache_dir=None)
    found = (
        (above.removeprefix("voxbrick."), below.removeprefix("voxbrick."))
        for above in graph.modules
        for below in graph.find_modules_directly_imported_by(above)
    )
    return frozenset(pair for pair in found if "voxbrick" not in pair and pair not in PARENTS)


def room(module: str) -> str:
    return module.split(".")[0]


def points_down(above: str, below: str) -> bool:
    return room(above) == room(below) or FLOOR.get(room(above), -1) > FLOOR.get(room(below), 99)


def modules() -> Iterator[tuple[str, str]]:
    """The name and the source of each."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".")
        yield name, path.read_text()


def test_every_room_has_a_floor() -> None:
    rooms = {room(module) for pair in arrows() for module in pair} - {"__main__"}
    assert rooms == set(FLOOR)


def test_arrows_point_down() -> None:
    upward = {f"{above} -> {below}" for above, below in arrows() if not points_down(above, below)}
    assert upward - {"__main__ -> cli"} == UPWARD


def test_no_circle() -> None:
    below = defaultdict(set)
    for upper, lower in arrows():
        if f"{upper} -> {lower}" not in UPWARD | BACKWARD:
            below[upper].add(lower)
    TopologicalSorter(below).prepare()  # which names the circle
    assert {f"{upper} -> {lower}" for upper, lower in arrows()} >= BACKWARD


def test_functions_import_nothing_of_the_package() -> None:
    found = set()
    for name, text in modules():
        for function in ast.walk(ast.parse(text)):
            if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for node in ast.walk(function):
                    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("voxbrick"):
                        found.add(f"{name}.{function.name}")
    assert found == FUNCTIONS_THAT_IMPORT


def test_only_few_import_the_engine() -> None:
    pattern = re.compile(r"from voxbrick import _core|from voxbrick\._core import|import voxbrick\._core")
    assert {name.replace(".__init__", "") for name, text in modules() if pattern.search(text)} == (
        IMPORTERS_OF_THE_ENGINE
    )


def test_only_volume_and_dataset_know_the_array_of_a_view() -> None:
    found = {name for name, text in modules() if re.search(r"(?<!self)\._array\b", text)}
    others = {name for name in found if room(name) not in ("volume", "dataset")}
    assert others == REACH_INTO_VIEWS
