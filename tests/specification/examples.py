"""The examples of the page, as they stand there."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from specification.scene import Scene, shows
from voxbrick import (
    SEGMENTATION_CATEGORY,
    BoundingBox,
    BoundsError,
    Dataset,
    Mag,
    MagView,
    SegmentationLayer,
    View,
)
from voxbrick.utils import named_partial

DATA = np.random.default_rng(0).integers(1, 255, (100, 200, 300), np.uint8)


def mag1_of(scene: Scene) -> MagView:
    """What the examples call a mag view: it has data at (10, 20, 30), and more room around."""
    layer = scene.layer.dataset.add_layer("example", "color")
    layer.bounding_box = BoundingBox((0, 0, 0), (256, 256, 384))
    mag = layer.add_mag(1, 32, 4)
    mag.write(DATA, absolute_offset=(10, 20, 30))
    return mag


def view_of(scene: Scene) -> View:
    mag1 = mag1_of(scene)
    with pytest.warns(UserWarning, match="alignment"):
        return mag1.get_view(absolute_offset=(10, 20, 30), size=(100, 200, 300))


@shows("example: write")
def write(scene: Scene) -> None:
    ds = Dataset(scene.folder / "example", voxel_size=(1, 1, 1))
    segmentation_layer = cast(SegmentationLayer, ds.add_layer("segmentation", SEGMENTATION_CATEGORY))
    mag = segmentation_layer.add_mag(Mag(1))
    mag.write(data=DATA)
    assert segmentation_layer.largest_segment_id is None
    segmentation_layer.refresh_largest_segment_id()
    assert segmentation_layer.largest_segment_id == DATA.max()


@shows("example: read")
def read(scene: Scene) -> None:
    """Relative, not absolute: at the origin of the dataset the view has no data."""
    view = view_of(scene)
    assert np.array_equal(view.read(relative_offset=(0, 0, 0), size=(100, 200, 300)), view.read())
    assert not np.array_equal(view.read(absolute_offset=(0, 0, 0), size=(100, 200, 300)), view.read())


@shows("example: get_view")
def get_view(scene: Scene) -> None:
    view = view_of(scene)
    with pytest.warns(UserWarning, match="alignment"):
        sub_view = view.get_view(relative_offset=(50, 60, 70), size=(10, 120, 230))
    assert sub_view.bounding_box == BoundingBox((60, 80, 100), (10, 120, 230))
    with pytest.raises(BoundsError):
        view.get_view(relative_offset=(50, 60, 70), size=(999, 120, 230))
    valid_sub_view = view.get_view(relative_offset=(50, 60, 70), size=(999, 120, 230), read_only=True)
    assert valid_sub_view.bounding_box.size == (999, 120, 230)


@shows("example: get_buffered_slice_writer")
def slice_writer(scene: Scene) -> None:
    view = view_of(scene)
    data_cube = np.moveaxis(DATA[..., ::-1], -1, 0)
    with pytest.warns(UserWarning, match="begins at z=30"):
        waiting = view.get_buffered_slice_writer()
    with waiting as writer:
        for data_slice in data_cube:
            writer.send(data_slice)
    assert np.array_equal(view.read()[0], DATA[..., ::-1])


@shows("example: get_buffered_slice_reader")
def slice_reader(scene: Scene) -> None:
    with view_of(scene).get_buffered_slice_reader() as reader:
        for number, slice_data in enumerate(reader):
            assert np.array_equal(slice_data[0], DATA[..., number])
    assert number == DATA.shape[-1] - 1


def some_work(args: tuple[View, int], some_parameter: int) -> None:
    view_of_single_chunk, i = args
    view_of_single_chunk.write(np.full(view_of_single_chunk.bounding_box.size, some_parameter + i, np.uint8))


@shows("example: for_each_chunk")
def for_each_chunk(scene: Scene) -> None:
    mag1 = mag1_of(scene)
    func = named_partial(some_work, some_parameter=42)
    mag1.for_each_chunk(
        func,
    )
    assert np.unique(mag1.read()).tolist() == list(range(42, 42 + 2 * 2 * 3))


def largest(view: View, some_parameter: int) -> int:
    return int(view.read().max()) + some_parameter


@shows("example: map_chunk")
def map_chunk(scene: Scene) -> None:
    func = named_partial(largest, some_parameter=42)
    results = mag1_of(scene).map_chunk(
        func,
    )
    assert len(results) == 2 * 2 * 3
    assert max(results) == int(DATA.max()) + 42


@shows("example: for_zipped_chunks")
def downsampling(scene: Scene) -> None:
    """Views of 16384 voxels are cut into chunks of 2048, if files of Mag(2) are 1024 long."""
    layer = scene.layer.dataset.add_layer("large", "color")
    layer.bounding_box = BoundingBox((0, 0, 0), (16384, 16384, 16384))
    sizes = set()
    layer.add_mag(1).for_zipped_chunks(
        lambda chunks: sizes.add((chunks[0].bounding_box.size, chunks[1].bounding_box.in_mag(Mag(2)).size)),
        layer.add_mag(2),
    )
    assert sizes == {((2048, 2048, 2048), (1024, 1024, 1024))}
