"""Memory for planes into which, or out of which, blocks are copied.

A block is a few bytes of each of many planes. Where these meet in the processor's cache they displace each
other when only a part of them was used: to copy blocks takes twice as long.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CACHE_LINE = 64
_CROWDED = 1024
"""Planes meet that begin at multiples of this."""
_GAP = 3 * _CACHE_LINE


def spread(
    shape: tuple[int, ...], dtype: np.dtype[Any], make: Callable[..., NDArray[Any]] = np.empty
) -> NDArray[Any]:
    """An array in Fortran order that begins with a cache line; `make` may be `np.zeros`, too.

    Each plane, all that has the same last index, is dense. Between planes there may be a gap.
    """
    plane = prod(shape[:-1]) * dtype.itemsize
    step = plane + _GAP if plane % _CROWDED == 0 else plane
    memory = make(step * shape[-1] + _CACHE_LINE, np.uint8)
    begin = -memory.ctypes.data % _CACHE_LINE
    strides = [dtype.itemsize * prod(shape[:axis]) for axis in range(len(shape) - 1)]
    return np.ndarray(shape, dtype, memory, begin, (*strides, step))
