"""Comparing arrays."""

from __future__ import annotations

import numpy as np
import pytest


def assert_same_bits(found: np.ndarray, expected: np.ndarray) -> None:
    """Equal in shape, dtype and every bit (NaN payloads and -0.0 included)."""
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    if found.tobytes() != expected.tobytes():
        np.testing.assert_array_equal(found, expected)
        pytest.fail("the values are equal, their bits are not")
