"""Where the rows are shown: a mag with data, a view of its middle; and which function shows which row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from voxbrick import BoundingBox, Dataset, Layer, MagView, NDBoundingBox, View

BOX = BoundingBox((0, 0, 0), (96, 96, 96))
VIEW = BoundingBox((32, 32, 32), (64, 64, 64))
PART = BoundingBox((40, 48, 48), (16, 8, 4))
RELATIVE = PART.offset((-32, -32, -32))
FILE = 32
"""Edge of a file in Mag(1)."""

PLACES: dict[str, Any] = {
    "relative_offset": RELATIVE.topleft,
    "absolute_offset": PART.topleft,
    "relative_bounding_box": RELATIVE,
    "absolute_bounding_box": PART,
    "relative_bbox": RELATIVE,
    "absolute_bbox": PART,
}
"""Ways to say `PART`; offsets go with its size."""


class Scene:
    """A dataset whose mag, 2, holds voxels that are never 0; all boxes are in Mag(1)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.layer: Layer = Dataset(folder / "dataset", (1, 1, 1)).add_layer("color", "color")
        self.layer.bounding_box = BOX
        self.mag: MagView = self.layer.add_mag(2, 8, 2)
        self.voxels = np.random.default_rng(0).integers(1, 255, (1, 48, 48, 48), np.uint8)
        self.mag.write(self.voxels)
        self.view: View = self.mag.get_view(absolute_bounding_box=VIEW)

    def expected(self, box: NDBoundingBox) -> np.ndarray:
        """What was written there first."""
        return self.voxels[(slice(None), *box.in_mag(self.mag.mag).to_slices())]


def sized(keyword: str) -> dict[str, Any]:
    """The arguments that say `PART` by a keyword to a method that reads."""
    size = {"size": PART.size} if keyword.endswith("offset") else {}
    return {keyword: PLACES[keyword], **size}


Show = Callable[[Scene], None]
_Show = TypeVar("_Show", bound=Show)
TESTS: dict[str, Show] = {}


def shows(*rows: str) -> Callable[[_Show], _Show]:
    """Marks a function as what shows that some rows are true."""

    def mark(show: _Show) -> _Show:
        for row in rows:
            assert TESTS.setdefault(row, show) is show, f"{row} is shown twice"
        return show

    return mark
