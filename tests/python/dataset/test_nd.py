"""Layers with more axes than x, y and z."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from support.datasets import noise
from voxbrick import (
    BoundingBox,
    Dataset,
    InvalidArgumentError,
    MagView,
    NDBoundingBox,
    UnsupportedError,
)

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

BOX = NDBoundingBox((0, 2, 0, 4), (3, 10, 12, 8), ("t", "x", "y", "z"), (1, 2, 3, 4))
DATA = noise(2, 3, 10, 12, 8)


@pytest.fixture
def mag(dataset: Dataset) -> MagView:
    layer = dataset.add_layer("movie", "color", num_channels=2, data_format="zarr3", bounding_box=BOX)
    return layer.add_mag(1, 4, 2, compress=True)


def test_everything(mag: MagView) -> None:
    mag.write(DATA)
    np.testing.assert_array_equal(mag.read(), DATA)
    np.testing.assert_array_equal(mag.get_view().read(), DATA)
    assert mag.layer.bounding_box == BOX


def test_boxes(mag: MagView) -> None:
    mag.write(DATA)
    part = BOX.with_bounds("t", 1, 2).with_size_xyz((4, 4, 4)).with_topleft_xyz((3, 4, 5))
    expected = DATA[:, 1:3, 1:5, 4:8, 1:5]
    np.testing.assert_array_equal(mag.read(absolute_bounding_box=part), expected)
    relative = part.offset(-BOX.topleft)
    np.testing.assert_array_equal(mag.read(relative_bounding_box=relative), expected)
    view = mag.get_view(absolute_bounding_box=part)
    view.write(expected + 1)
    np.testing.assert_array_equal(mag.read(absolute_bounding_box=part), expected + 1)
    assert mag.layer.bounding_box == BOX


def test_growth_along_every_axis(mag: MagView) -> None:
    far = BOX.offset((4, 100, 0, 0))
    mag.write(DATA, absolute_bounding_box=far)
    assert mag.layer.bounding_box == BOX.extended_by(far)
    np.testing.assert_array_equal(mag.read(absolute_bounding_box=far), DATA)
    assert not mag.read(absolute_bounding_box=BOX).any()
    saved = json.loads((mag.layer.dataset.path / "datasource-properties.json").read_text())
    assert saved["dataLayers"][0]["additionalAxes"] == [{"name": "t", "bounds": [0, 7], "index": 1}]


def test_coarse_mags(mag: MagView) -> None:
    mag2 = mag.layer.add_mag("2-2-1", 4, 2)
    mag2.write(DATA[:, :, ::2, ::2])
    np.testing.assert_array_equal(mag2.read(), DATA[:, :, ::2, ::2])
    assert mag2.bounding_box == BOX


@pytest.mark.parametrize(
    "arguments",
    [
        {"relative_offset": (0, 0, 0), "size": (1, 1, 1)},
        {"absolute_offset": (0, 0, 0), "size": (1, 1, 1)},
    ],
)
def test_offsets_are_for_three_dimensions(mag: MagView, arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgumentError, match="only usable for 3D"):
        mag.read(**arguments)
    with pytest.raises(InvalidArgumentError, match="only usable for 3D"):
        mag.get_view(**arguments)


def test_boxes_of_other_axes(mag: MagView) -> None:
    with pytest.raises(InvalidArgumentError, match="axes"):
        mag.read(absolute_bounding_box=BoundingBox((0, 0, 0), (1, 1, 1)))


def test_opened_again_it_is_the_same(mag: MagView) -> None:
    mag.write(DATA)
    layer = Dataset.open(mag.layer.dataset.path).get_layer("movie")
    assert layer.bounding_box == BOX
    assert layer.bounding_box.index == BOX.index
    assert layer.get_mag(1).content_is_equal(mag)


def test_a_copy_is_the_same(mag: MagView) -> None:
    mag.write(DATA)
    copy = mag.layer.dataset.add_copy_layer(mag.layer, "copy", chunk_shape=8, compress=False)
    assert copy.get_mag(1).content_is_equal(mag)


def test_wkw_has_three_dimensions(dataset: Dataset) -> None:
    layer = dataset.add_layer("movie", "color", bounding_box=BOX)
    with pytest.raises(UnsupportedError, match="WKW"):
        layer.add_mag(1)
    assert not layer.mags
    assert list(layer.path.iterdir()) == []


def test_arrays_that_keep_their_axes_in_another_order(dataset: Dataset) -> None:
    """Z first and no channels, as other programs write volumes."""
    import voxbrick

    volume = noise(16, 12, 10)
    array = voxbrick.create_array(
        dataset.path / "zyx" / "1",
        data_format="zarr3",
        dtype=np.uint8,
        shape=volume.shape,
        axes=("z", "y", "x"),
        chunk_shape=(4, 4, 4),
        shard_shape=(8, 8, 8),
    )
    array.write((0, 0, 0), volume)
    mag = dataset.add_layer_for_existing_files("zyx", "color").get_mag(1)
    mag.layer.bounding_box = BoundingBox((0, 0, 0), (10, 12, 16))
    assert mag.read().flags.f_contiguous
    np.testing.assert_array_equal(mag.read()[0], volume.T)
    mag.write(volume.T[2:4] + 1, absolute_offset=(2, 0, 0))
    np.testing.assert_array_equal(array.read((0, 0, 2), (16, 12, 2)), volume[..., 2:4] + 1)
    mag.write(volume.T, absolute_offset=(40, 0, 0))
    np.testing.assert_array_equal(mag.read(absolute_offset=(40, 0, 0), size=(10, 12, 16))[0], volume.T)
