"""How the tests of slices write and read them."""

from __future__ import annotations

from typing import Any

import numpy as np

from support.datasets import noise
from voxbrick import View

DATA = noise(1, 20, 18, 22)


def slices_of(data: np.ndarray, axis: int) -> list[np.ndarray]:
    """Of channels first data, along one of the axes after the channels."""
    return list(np.moveaxis(data, axis + 1, 0))


def send_all(view: View, slices: Any, **how: Any) -> None:
    with view.get_buffered_slice_writer(**how) as writer:
        for plane in slices:
            writer.send(plane)


def read_all(view: View, **how: Any) -> list[np.ndarray]:
    with view.get_buffered_slice_reader(**how) as reader:
        return list(reader)
