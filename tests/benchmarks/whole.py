"""Rows that read or write a whole volume."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from engines import READERS
from harness import Action, Check, Work
from volumes import em

Volume = Callable[[Path], np.ndarray]


def read_whole(engine: str, name: str, order: str) -> Work:
    def work(prepared: Path, scratch: Path) -> tuple[Action, Check]:
        expected = em(prepared)

        def action() -> np.ndarray:
            return READERS[engine](prepared / name, order)((0, 0, 0), expected.shape[1:])

        def check(found: np.ndarray) -> None:
            assert found.flags[f"{order}_CONTIGUOUS"]
            assert np.array_equal(found, expected)

        return action, check

    return work


def write_whole(write: Callable[..., None], reader: str, volume: Volume, order: str, *options: Any) -> Work:
    """`reader`, another engine, verifies what was written."""

    def work(prepared: Path, scratch: Path) -> tuple[Action, Check]:
        data = np.asarray(volume(prepared), order=order)

        def check(_: None) -> None:
            assert np.array_equal(READERS[reader](scratch / "new")((0, 0, 0), data.shape[1:]), data)

        return lambda: write(scratch / "new", data, *options), check

    return work


def read_boxes(engine: str, name: str, corners: list[tuple[int, ...]], side: int) -> Work:
    """One after the other, through one opened array; no result outlives the next read."""

    def work(prepared: Path, scratch: Path) -> tuple[Action, Check]:
        expected = em(prepared)
        shape = (side,) * 3

        def action() -> None:
            read = READERS[engine](prepared / name)
            for corner in corners:
                read(corner, shape)

        def check(_: None) -> None:
            read = READERS[engine](prepared / name)
            for corner in corners:
                part = tuple(slice(c, c + side) for c in corner)
                assert np.array_equal(read(corner, shape), expected[(slice(None), *part)])

        return action, check

    return work
