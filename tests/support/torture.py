"""Long forms of tests: `make torture` sets VOXBRICK_TORTURE, and TORTURE_SEED to repeat or vary them."""

from __future__ import annotations

import os
from random import Random

LONG = "VOXBRICK_TORTURE" in os.environ
SEED = int(os.environ.get("TORTURE_SEED", "0"))


def rounds(short: int, long: int) -> int:
    """How often a test marked with `pytest.mark.torture` repeats what it does."""
    return long if LONG else short


def seeded(*name: object) -> Random:
    """Random numbers that depend on the seed and on who draws them."""
    return Random(repr((SEED, *name)))
