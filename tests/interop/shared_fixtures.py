"""Arrays written by other programs, and the manifest that says what they hold."""

from __future__ import annotations

import json
import os
import runpy
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("VOXBRICK_SHARED", REPOSITORY.parent / "shared"))
MISSING = f"no shared fixtures at {SHARED}; set VOXBRICK_SHARED to their folder"
FIXTURES = SHARED / "fixtures"
VISIBLE = FIXTURES / "visible"


@dataclass(frozen=True)
class Fixture:
    entry: dict[str, Any]

    @property
    def path(self) -> Path:
        return VISIBLE / self.entry["path"]

    @property
    def kind(self) -> str:
        return self.entry["kind"]

    @property
    def box(self) -> tuple[list[int], list[int]]:
        """Of a valid array: the box whose voxels are known."""
        return self.entry["expected"]["origin"], self.entry["expected"]["shape"]

    @property
    def voxels(self) -> np.ndarray:
        return formula()["expected"](self.entry["expected"])


def fixtures(
    group: str, kinds: Iterable[str], where: Callable[[dict[str, Any]], Any] = lambda entry: True
) -> list[Any]:
    """The entries of a group ("valid" or "corrupt"), as parameters of a test."""
    if not VISIBLE.is_dir():
        return [pytest.param(None, marks=pytest.mark.skip(reason=MISSING))]
    manifest = json.loads((VISIBLE / "MANIFEST.json").read_text())
    return [
        pytest.param(Fixture(entry), id=f"{entry['kind']}-{entry['name']}")
        for entry in manifest[group]
        if entry["kind"] in kinds and where(entry)
    ]


@cache
def formula() -> dict[str, Any]:
    """The voxel formula that ships with the fixtures."""
    return runpy.run_path(str(FIXTURES / "fixture_formula.py"))
