"""Programs to compare with, each in a virtual environment of its own: their requirements need not agree.

An environment is made when a test first asks for it, and kept in `.venv-peers`, or where
VOXBRICK_PEERS says. Where it cannot be made, tests that need it are skipped, and say why.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from support.limits import TIMEOUT, killed_after_timeout

REPOSITORY = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("VOXBRICK_PEERS", REPOSITORY / ".venv-peers"))
WORKER = Path(__file__).with_name("peer_worker.py")
PATIENCE = 600  # seconds that an installation may take


class PeerError(Exception):
    """The peer refused."""


class Peer:
    """A process that calls the functions of a script with JSON values, one call at a time."""

    def __init__(self, python: Path, script: Path) -> None:
        command = [str(python), str(WORKER), str(script)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, function: str, **arguments: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):  # then there is no answer either
            self._process.stdin.write(json.dumps([function, arguments], default=str) + "\n")
            self._process.stdin.flush()
        with killed_after_timeout(self._process):
            answer = json.loads(self._process.stdout.readline() or '{"error": "the peer died"}')
        if "error" in answer:
            raise PeerError(answer["error"])
        return answer["result"]

    def close(self) -> None:
        with suppress(BrokenPipeError), killed_after_timeout(self._process):
            self._process.communicate(timeout=2 * TIMEOUT)


def peer(script: Path, name: str, *requirements: str) -> Peer:
    """A peer that runs in the environment of that name; skips the test where there can be none."""
    why_not = _made(name, requirements)
    if why_not:
        pytest.skip(why_not)
    return Peer(_python(name), script)


def _python(name: str) -> Path:
    return HOME / name / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@cache
def _made(name: str, requirements: tuple[str, ...]) -> str | None:
    """Makes an environment unless it is there; returns why it cannot be."""
    stamp = HOME / name / "requirements.json"
    wanted = json.dumps([sys.version, *requirements])
    if stamp.is_file() and stamp.read_text() == wanted:
        return None
    shutil.rmtree(stamp.parent, ignore_errors=True)
    try:
        venv.create(stamp.parent, with_pip=True)
        install = [_python(name), "-m", "pip", "install", "--quiet", *requirements]
        subprocess.run(install, check=True, capture_output=True, text=True, timeout=PATIENCE)
    except (subprocess.SubprocessError, OSError) as error:
        lines = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        return f"cannot install {', '.join(requirements)}: {lines[-1] if lines else error!r}"
    stamp.write_text(wanted)
    return None
