"""No test waits for ever: each has a limit, and so has each wait for a process or a thread."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import support.hanging
from support.limits import TIMEOUT

TESTS = Path(__file__).resolve().parents[2]

WAITS = {"acquire", "communicate", "join", "result", "wait"}
"""Methods that wait for ever when they are called without an argument."""
RUNS = {"call", "check_call", "check_output", "run"}
"""Functions of `subprocess` that wait for ever without ``timeout=``."""

PROCESSES = {"multiprocessing", "PROCESSES", "children.PROCESSES"}
"""Who makes a `Value`, whose lock a process that is killed keeps; `SharedNumber` has none."""


def _unbounded(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner, name = ast.unparse(node.func.value), node.func.attr
        keywords = {keyword.arg for keyword in node.keywords}
        if (
            (name in WAITS and not node.args and not keywords)
            or (owner == "subprocess" and name in RUNS and "timeout" not in keywords)
            or (owner in PROCESSES and name == "Value")
        ):
            yield f"{path.relative_to(TESTS)}:{node.lineno}: {ast.unparse(node)}"


def test_every_wait_has_a_limit() -> None:
    paths = {*TESTS.rglob("*.py")} - {*TESTS.glob("benchmarks/*.py"), Path(support.hanging.__file__)}
    assert [wait for path in paths for wait in _unbounded(path)] == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_test_that_hangs_fails_and_the_others_run() -> None:
    options = ["--timeout=2", "-o", "faulthandler_timeout=8", "-n1", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, support.hanging.__file__]
    done = subprocess.run(command, cwd=TESTS, capture_output=True, text=True, timeout=TIMEOUT)
    assert "2 failed, 1 passed" in done.stdout
    assert "Timeout (>2.0s)" in done.stdout
    assert "crashed while running" in done.stdout
