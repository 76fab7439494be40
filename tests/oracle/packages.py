"""The Python of each of the two packages, and scripts that run with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.limits import TIMEOUT

HERE = Path(__file__).resolve().parent
PYTHON = {
    "webknossos": os.environ.get("VOXBRICK_ORACLE", HERE.parents[1] / ".venv-oracle/bin/python"),
    "voxbrick": sys.executable,
}


def need_reference() -> None:
    """Skips a test where the reference package is not installed."""
    if not Path(PYTHON["webknossos"]).exists():
        pytest.skip("the reference package is not installed; `make test` tries that, with Python 3.11")


def run_with(package: str, script: str, *arguments: str | Path, folder: Path) -> None:
    """Runs a script of this folder with the Python of a package."""
    command = [PYTHON[package], HERE / script, *arguments]
    done = subprocess.run(command, cwd=folder, timeout=TIMEOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
