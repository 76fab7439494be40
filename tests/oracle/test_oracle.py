"""One script, run with the reference package and with voxbrick: the same values, warnings and files.

`make test` installs that package beside the others, as it needs Python 3.11 and older libraries.
"""

from __future__ import annotations

import builtins
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import voxbrick
from oracle.packages import HERE, PYTHON, need_reference, run_with

STATEMENTS = {"script.py": 190, "geometry.py": 90, "chunks.py": 90}
"""The scripts, and how many statements each has at least."""
PAIRS = [(made, opened) for made in PYTHON for opened in PYTHON]
Notes = list[dict[str, Any]]


def run(script: str, package: str, folder: Path) -> Notes:
    """What each statement of a script does in a folder."""
    notes = folder / f"{script}.json"
    run_with(package, "run.py", HERE / script, package, notes, folder=folder)
    found: Notes = json.loads(notes.read_text())
    return found


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Where the script was run with each package."""
    need_reference()
    folders = {package: tmp_path_factory.mktemp(package) for package in PYTHON}
    for package, folder in folders.items():
        for script in STATEMENTS:
            run(script, package, folder)
    return folders


def pairs(folders: dict[str, Path], script: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What each statement did with the reference package, and with voxbrick."""
    notes = [json.loads((folders[package] / f"{script}.json").read_text()) for package in PYTHON]
    return zip(*notes, strict=True)


def is_same(reference: dict[str, Any], ours: dict[str, Any]) -> bool:
    """Errors are ours, and built-in ones that the reference raises too."""
    what = [(note.get("value"), note["warnings"], "error" in note) for note in (reference, ours)]
    error = reference.get("error", ["object"])[0]
    return what[0] == what[1] and (not hasattr(builtins, error) or error in ours.get("error", [error]))


@pytest.mark.parametrize(("script", "statements"), STATEMENTS.items())
def test_the_same_script_does_the_same(folders: dict[str, Path], script: str, statements: int) -> None:
    found = list(pairs(folders, script))
    assert len(found) >= statements
    wrong = [both for both in found if is_same(*both) == bool(both[0]["differs"])]
    assert not wrong, json.dumps(wrong, indent=1)


def test_errors_are_ours(folders: dict[str, Path]) -> None:
    for _, ours in pairs(folders, "script.py"):
        assert "VoxbrickError" in ours.get("error", ["VoxbrickError"]), ours


@pytest.mark.parametrize("name", ["brain", "linked", "shallow", "created", "scaled", "parts", "flat", "deep"])
def test_the_same_properties(folders: dict[str, Path], name: str) -> None:
    paths = [folders[package] / name / "datasource-properties.json" for package in PYTHON]
    reference, ours = (json.loads(path.read_text()) for path in paths)
    assert ours == reference


def test_each_opens_what_the_other_made(folders: dict[str, Path], tmp_path: Path) -> None:
    notes = {}
    for made, opened in PAIRS:
        folder = tmp_path / f"{made}-{opened}"
        shutil.copytree(folders[made], folder, symlinks=True)
        notes[made, opened] = run("reopen.py", opened, folder)
    expected = notes["webknossos", "webknossos"]
    assert not [note for note in expected if "error" in note]
    for found in notes.values():
        assert found == expected


def test_views_of_datasets_are_read_from_either(folders: dict[str, Path]) -> None:
    """The reference writes `four_bit` and reads `fourBit`, so that it misses what it wrote itself."""
    for folder in folders.values():
        view = voxbrick.Dataset.open(folder / "viewed").default_view_configuration
        assert view == voxbrick.DatasetViewConfiguration(zoom=0.5, position=(1, 2, 3), four_bit=True)
