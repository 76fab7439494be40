"""Which room of the package may see which: see ``python/README.md``.

The lists of exceptions may only shrink: an entry that is no longer true is an error, too.
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

FUNCTIONS_THAT_IMPORT = {
    "dataset.dataset._wishes",
    "dataset.dataset.add_layer_from_images",
    "dataset.dataset.from_images",
    "operations.chunks.shown_progress",
    "utils._tracked",
    "utils.get_executor_for_args",
}
"""What they import brings along packages that most scripts do not need."""

IMPORTERS_OF_THE_ENGINE = {"__init__", "array.array", "array.create", "files.locking", "resample"}

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
    assert upward - {"__main__ -> cli"} == set()


def test_no_circle() -> None:
    below = defaultdict(set)
    for upper, lower in arrows():
        below[upper].add(lower)
    TopologicalSorter(below).prepare()  # which names the circle


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
    assert others == set()
