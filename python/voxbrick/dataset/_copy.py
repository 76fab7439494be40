"""Copying what one array holds into another, a shard of the new one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import Any

from voxbrick.dataset._array import MagArray
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.utils import wait_and_ensure_success


def run(function: Callable[..., Any], jobs: Iterable[tuple[Any, ...]], executor: Executor | None) -> None:
    """Does all jobs: here and one after the other, or wherever an executor does them."""
    if executor is None:
        for job in jobs:
            function(*job)
    else:
        wait_and_ensure_success([executor.submit(function, *job) for job in jobs], executor)


def copy_voxels(source: MagArray, target: MagArray, frame: NDBoundingBox, executor: Executor | None) -> None:
    """Copies everything that is stored; ``frame`` is any box with the axes of the layer."""
    cells = _cells(source.stored_boxes(frame), target)
    if cells:
        target.reach(_around(cells))
    run(_copy_box, ((source, target, cell) for cell in cells), executor)


def _cells(stored: list[NDBoundingBox], target: MagArray) -> list[NDBoundingBox]:
    """For each shard of the target that meets something stored: the box around what it meets."""
    shard = target.info.shard_shape
    cells: dict[NDBoundingBox, NDBoundingBox] = {}
    for piece in (piece for box in stored for piece in box.chunk(shard, shard)):
        cell = piece.align_with_mag(shard, ceil=True)
        cells[cell] = cells[cell].extended_by(piece) if cell in cells else piece
    return list(cells.values())


def _around(boxes: list[NDBoundingBox]) -> NDBoundingBox:
    around = boxes[0]
    for box in boxes:
        around = around.extended_by(box)
    return around


def _copy_box(source: MagArray, target: MagArray, box: NDBoundingBox) -> None:
    target.write(box, source.read(box))
