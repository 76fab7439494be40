"""What child processes do; they import it by name."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_array_equal

import voxbrick

SHAPE = (2, 40, 24, 20)
"""Of the whole volume: c, x, y, z."""


HEEDS_CTRL_C = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
"""Scripts begin with it: children of a background job, as of some test runners, ignore Ctrl-C."""


def copy_slab(source: voxbrick.Array, target: voxbrick.Array, begin: int, end: int) -> None:
    offset = (0, begin, 0, 0)
    target.write(offset, source.read(offset, (SHAPE[0], end - begin, *SHAPE[2:])))


def check_all(array: voxbrick.Array, expected: np.ndarray) -> None:
    assert_array_equal(array.read((0, 0, 0, 0), SHAPE), expected)
