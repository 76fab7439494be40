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
    """One after the other, through one opened array."""

    def work(prepared: Path, scratch: Path) -> tuple[Action, Check]:
        expected = em(prepared)

        def action() -> list[np.ndarray]:
            read = READERS[engine](prepared / name)
            return [read(corner, (side,) * 3) for corner in corners]

        def check(found: list[np.ndarray]) -> None:
            for corner, box in zip(corners, found, strict=True):
                part = tuple(slice(c, c + side) for c in corner)
                assert np.array_equal(box, expected[(slice(None), *part)])

        return action, check

    return work
