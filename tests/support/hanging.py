"""Tests that never end by themselves, for `test_time_limits.py`; pytest does not collect this file."""

from __future__ import annotations

import ctypes
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from time import sleep


def test_waiting_for_children() -> None:
    """Leaving the block waits for the child, whatever was raised in it."""
    with ProcessPoolExecutor(1, get_context("fork")) as executor:
        executor.submit(sleep, 3600).result()


def test_waiting_for_a_mutex_while_holding_the_gil() -> None:
    libc = ctypes.PyDLL(None)
    mutex = ctypes.create_string_buffer(64)  # as large as any `pthread_mutex_t`; zeros are a valid one
    libc.pthread_mutex_lock(mutex)
    libc.pthread_mutex_lock(mutex)


def test_nothing() -> None:
    """Runs although others hung."""
