"""Reading and writing boxes."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from specification.scene import PART, PLACES, VIEW, Scene, shows, sized
from voxbrick import BoundingBox, InvalidArgumentError, NDBoundingBox

DATA = np.full(PART.size // 2, 255, np.uint8)
"""As large as `PART`, and nowhere else in the scene."""
BOXES = [keyword for keyword in PLACES if not keyword.endswith("bbox")]

# -- read ------------------------------------------------------------------------------------------


def read_at(keyword: str, scene: Scene) -> None:
    for view in (scene.view, scene.mag.get_view(absolute_bounding_box=VIEW)):
        assert np.array_equal(view.read(**sized(keyword)), scene.expected(PART))


for keyword in BOXES:
    shows(f"read({keyword})")(partial(read_at, keyword))


@shows("read(offset)", "read(size)", "deprecated: read(offset)")
def old_read(scene: Scene) -> None:
    with pytest.deprecated_call(match="relative_offset"):
        assert np.array_equal(scene.view.read((4, 8, 8), (8, 4, 2)), scene.expected(PART))
    with pytest.deprecated_call(match="absolute_offset"):
        assert np.array_equal(scene.mag.read((20, 24, 24), (8, 4, 2)), scene.expected(PART))


@shows("read_bbox", "read_bbox(bounding_box)", "deprecated: read_bbox")
def old_read_of_boxes(scene: Scene) -> None:
    with pytest.deprecated_call(match="relative_bounding_box or absolute_bounding_box"):
        assert np.array_equal(scene.view.read_bbox(), scene.expected(VIEW))
        part = scene.view.read_bbox(BoundingBox((4, 8, 8), (8, 4, 2)))
    assert np.array_equal(part, scene.expected(PART))


@shows("read", "read: by default all data of the bounding box")
def read(scene: Scene) -> None:
    voxels = scene.view.read()
    assert type(voxels) is np.ndarray
    assert np.array_equal(voxels, scene.expected(VIEW))


@shows("read: what exceeds the data on disk is 0")
def beyond_the_data(scene: Scene) -> None:
    voxels = scene.view.read(absolute_offset=(94, 94, 94), size=(1000, 4, 4))
    assert voxels[0, 0, 0, 0] == scene.voxels[0, -1, -1, -1]
    assert np.count_nonzero(voxels) == 1


# -- write -----------------------------------------------------------------------------------------


def write_at(keyword: str, scene: Scene) -> None:
    before = scene.voxels.copy()
    scene.view.write(DATA, **{keyword: PLACES[keyword]})
    scene.expected(PART)[:] = DATA
    assert np.array_equal(scene.mag.read(), scene.voxels)
    assert not np.array_equal(before, scene.voxels)


for keyword in BOXES:
    shows(f"write({keyword})")(partial(write_at, keyword))


@shows("write(offset)", "deprecated: write(offset)")
def old_write(scene: Scene) -> None:
    for view, offset in ((scene.view, (4, 8, 8)), (scene.mag, (20, 24, 24))):
        scene.mag.write(scene.voxels)
        with pytest.deprecated_call(match="relative_offset or absolute_offset"):
            view.write(DATA, offset)
        assert (scene.mag.read(**sized("absolute_offset")) == 255).all()


@shows("write", "write(data)", "write: by default to the view's bounding box")
def write(scene: Scene) -> None:
    scene.view.write(np.full((1, 32, 32, 32), 255, np.uint8))
    scene.expected(VIEW)[:] = 255
    assert np.array_equal(scene.mag.read(), scene.voxels)


@shows("write(json_update_allowed)")
def growth(scene: Scene) -> None:
    before = scene.layer.bounding_box
    for allowed, after in ((False, before), (True, BoundingBox((0, 0, 0), (116, 104, 100)))):
        scene.mag.write(DATA, absolute_offset=(100, 96, 96), json_update_allowed=allowed)
        assert scene.layer.bounding_box == after
        assert (scene.mag.read(absolute_offset=(100, 96, 96), size=PART.size) == 255).all()


@shows("write: offsets are only usable for 3D datasets")
def more_axes(scene: Scene) -> None:
    box = NDBoundingBox((0, 0, 0, 0), (2, 8, 8, 8), ("t", "x", "y", "z"), (1, 2, 3, 4))
    layer = scene.layer.dataset.add_layer("film", "color", data_format="zarr3", bounding_box=box)
    mag = layer.add_mag(1, 8, 1)
    data = np.arange(2 * 8**3, dtype=np.uint16).reshape(1, 2, 8, 8, 8).astype(np.uint8)
    for keyword in ("relative_offset", "absolute_offset"):
        with pytest.raises(InvalidArgumentError, match="only usable for 3D"):
            mag.write(data, **{keyword: (0, 0, 0)})
    mag.write(data, relative_bounding_box=box)
    assert np.array_equal(mag.read(absolute_bounding_box=box), data)


@shows("write: the largest segment id is not updated, but refreshed or set")
def segments(scene: Scene) -> None:
    layer = scene.layer.dataset.add_layer("segments", "segmentation", largest_segment_id=3)
    layer.add_mag(2, 8, 2).write(DATA)
    assert layer.largest_segment_id == 3  # type: ignore[attr-defined]
    layer.refresh_largest_segment_id()  # type: ignore[attr-defined]
    assert layer.largest_segment_id == 255  # type: ignore[attr-defined]
    layer.largest_segment_id = 300  # type: ignore[attr-defined]
    assert layer.largest_segment_id == 300  # type: ignore[attr-defined]


@shows("write: compressed data need not be aligned with the blocks on disk")
def unaligned(scene: Scene) -> None:
    scene.mag.compress()
    with pytest.warns(UserWarning, match="without block alignment"):
        scene.view.write(DATA, absolute_bounding_box=PART)
    scene.expected(PART)[:] = DATA
    assert np.array_equal(scene.mag.read(), scene.voxels)
