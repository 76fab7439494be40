"""Mounts file systems; skips the test where that is not allowed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from support.limits import TIMEOUT


def mount(folder: Path, *options: str) -> None:
    command = ["mount", *options, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
    if done.returncode:
        pytest.skip(f"{' '.join(command)}: {done.stderr.strip()}")


def unmount(folder: Path) -> None:
    """Even if the traceback of an error keeps a file open."""
    subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=TIMEOUT)
