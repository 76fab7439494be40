"""Makes `support`, `reference` and `interop` importable from every test."""

from __future__ import annotations

import signal
import sys
from collections.abc import Generator
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).resolve().parent))

from interop.shared_fixtures import MISSING, SHARED
from support import torture
from support.limits import end_descendants

# How long an example takes says nothing on a machine that others use too.
settings.register_profile("voxbrick", deadline=None)
settings.load_profile("voxbrick")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Files that several projects share and that are therefore no part of this repository."""
    if not SHARED.is_dir():
        pytest.skip(MISSING)
    return SHARED


@pytest.hookimpl(wrapper=True)
def pytest_timeout_set_timer() -> Generator[None, object, object]:
    """A test that exceeds its time ends the processes it has started, and only then fails.

    Otherwise leaving it would wait for them, as `with ProcessPoolExecutor()` does.
    """
    result = yield
    fail = signal.getsignal(signal.SIGALRM)

    def end_descendants_and_fail(number: int, frame: FrameType | None) -> None:
        end_descendants()
        assert callable(fail)
        fail(number, frame)

    signal.signal(signal.SIGALRM, end_descendants_and_fail)
    return result


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the long forms of tests did, with `make torture`: how many kills, forks, races."""
    if torture.LONG:
        terminalreporter.section(f"figures, with TORTURE_SEED={torture.SEED}")
        for report in terminalreporter.getreports("passed"):
            for name, figure in report.user_properties:
                terminalreporter.line(f"{figure:>8} {name:12} {report.nodeid}")
