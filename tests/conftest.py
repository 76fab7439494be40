"""Makes `support`, `reference` and `interop` importable from every test."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).resolve().parent))

from interop.shared_fixtures import MISSING, SHARED

# How long an example takes says nothing on a machine that others use too.
settings.register_profile("voxbrick", deadline=None)
settings.load_profile("voxbrick")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Files that several projects share and that are therefore no part of this repository."""
    if not SHARED.is_dir():
        pytest.skip(MISSING)
    return SHARED
