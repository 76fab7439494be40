"""How the box of a layer grows, and what it means for arrays, other mags and other processes."""

from __future__ import annotations

import errno
import json

import numpy as np
import pytest

from support.datasets import noise, small_mag
from support.slice_functions import send_all
from voxbrick import (
    BoundingBox,
    BoundsError,
    Dataset,
    InvalidArgumentError,
    Layer,
    MagView,
    NDBoundingBox,
    ReadOnlyError,
)
from voxbrick.volume.mag_array import MagArray

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

DATA = noise(4, 5, 6)


def saved_box(layer: Layer) -> BoundingBox:
    document = json.loads((layer.dataset.path / "datasource-properties.json").read_text())
    return BoundingBox.from_wkw_dict(document["dataLayers"][0]["boundingBox"])


def test_the_first_write_sets_the_box(mag1: MagView) -> None:
    mag1.write(DATA, absolute_offset=(10, 20, 30))
    assert mag1.layer.bounding_box == saved_box(mag1.layer) == BoundingBox((10, 20, 30), (4, 5, 6))


def test_later_writes_extend_it(mag2: MagView) -> None:
    mag2.write(DATA, absolute_offset=(10, 20, 30))
    mag2.write(DATA, absolute_offset=(100, 0, 0))
    assert mag2.layer.bounding_box == BoundingBox((10, 0, 0), (98, 30, 36))
    np.testing.assert_array_equal(mag2.read(absolute_offset=(100, 0, 0), size=(8, 10, 6))[0], DATA)


def test_the_rounded_box_of_the_mag_is_room_enough(mag2: MagView) -> None:
    box = BoundingBox((1, 2, 3), (5, 5, 5))
    mag2.layer.bounding_box = box
    mag2.write(DATA[:3, :3, :5], absolute_offset=(0, 2, 3))
    assert mag2.layer.bounding_box == box


def test_beyond_the_box_without_changing_it(mag1: MagView) -> None:
    mag1.write(DATA, json_update_allowed=False, absolute_offset=(70, 0, 0))
    assert mag1.layer.bounding_box.is_empty()
    np.testing.assert_array_equal(mag1.read(absolute_offset=(70, 0, 0), size=DATA.shape)[0], DATA)


def test_growth_can_be_forbidden(mag1: MagView) -> None:
    mag1.write(DATA, allow_resize=True)
    with pytest.raises(BoundsError, match="allow_resize"):
        mag1.write(DATA, absolute_offset=(1, 0, 0), allow_resize=False)
    assert mag1.layer.bounding_box == BoundingBox((0, 0, 0), (4, 5, 6))


def test_all_mags_get_room(mag1: MagView, mag2: MagView) -> None:
    mag1.write(DATA, absolute_offset=(71, 73, 75))
    for mag in (mag1, mag2):
        shape = mag.info.shape
        end = mag.bounding_box.in_mag(mag.mag).bottomright
        assert shape is None or all(np.array(shape[1:]) >= end)
        assert shape is None or not any(np.array(shape[1:]) % mag.info.shard_shape)


def test_the_info_of_a_mag_follows(mag1: MagView) -> None:
    """Its array may be open when the layer, or another process, opens it once more and lets it grow."""
    mag1.write(DATA)
    view, other = mag1.get_view(), Dataset.open(mag1.layer.dataset.path).get_layer("color")
    for layer, size in ((mag1.layer, 70), (other, 130)):
        assert view.info == mag1.info
        layer.bounding_box = BoundingBox((0, 0, 0), (size, size, size))
        for info in (mag1.info, view.info, mag1._array.stored_info()):
            assert info.shape is None or min(info.shape[1:]) >= size
        assert mag1.info == other.get_mag(1).info


def test_a_new_mag_has_room(layer: Layer) -> None:
    layer.bounding_box = BoundingBox((0, 0, 0), (33, 1, 1))
    mag = small_mag(layer, 2)
    mag.write(DATA[:, :1, :1], absolute_offset=(26, 0, 0), json_update_allowed=False)
    assert mag.read(absolute_offset=(32, 0, 0), size=(2, 2, 2)).item() == DATA[3, 0, 0]


def test_shrinking_deletes_nothing(mag1: MagView) -> None:
    mag1.write(DATA, absolute_offset=(10, 20, 30))
    mag1.layer.bounding_box = BoundingBox((0, 0, 0), (2, 2, 2))
    assert saved_box(mag1.layer) == BoundingBox((0, 0, 0), (2, 2, 2))
    np.testing.assert_array_equal(mag1.read(absolute_offset=(10, 20, 30), size=DATA.shape)[0], DATA)


@pytest.mark.parametrize(
    ("box", "error"),
    [
        (BoundingBox((-1, 0, 0), (4, 4, 4)), BoundsError),
        (NDBoundingBox((0, 0, 0, 0), (1, 1, 1, 1), "txyz", (1, 2, 3, 4)), InvalidArgumentError),
    ],
)
def test_boxes_that_are_refused(layer: Layer, box: NDBoundingBox, error: type[Exception]) -> None:
    with pytest.raises(error):
        layer.bounding_box = box
    assert layer.bounding_box.is_empty()


def test_a_view_never_lets_it_grow(mag1: MagView) -> None:
    mag1.layer.bounding_box = box = BoundingBox((0, 0, 0), (16, 16, 16))
    mag1.get_view().write(DATA)
    with pytest.raises(BoundsError):
        mag1.get_view().write(DATA, relative_offset=(13, 0, 0))
    assert mag1.layer.bounding_box == box


def test_a_view_keeps_the_box_it_was_made_with(mag1: MagView) -> None:
    mag1.layer.bounding_box = BoundingBox((0, 0, 0), (16, 16, 16))
    view = mag1.get_view()
    mag1.write(DATA, absolute_offset=(100, 0, 0))
    assert view.bounding_box == BoundingBox((0, 0, 0), (16, 16, 16))


def test_read_only_datasets_do_not_grow(mag1: MagView) -> None:
    layer = Dataset.open(mag1.layer.dataset.path, read_only=True).get_layer("color")
    with pytest.raises(ReadOnlyError) as caught:
        layer.bounding_box = BoundingBox((0, 0, 0), (1, 1, 1))
    assert isinstance(caught.value, RuntimeError)


def test_a_failing_write_promises_nothing(mag2: MagView, monkeypatch: pytest.MonkeyPatch) -> None:
    """The box tells what is there, not what should have been."""
    mag2.write(DATA)
    before = mag2.layer.bounding_box
    write = MagArray.write

    def fill_the_disk(array: MagArray, box: NDBoundingBox, voxels: np.ndarray) -> None:
        if box.topleft.x >= 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(array, box, voxels)

    monkeypatch.setattr(MagArray, "write", fill_the_disk)
    with pytest.raises(OSError, match="No space"):
        mag2.write(DATA, absolute_offset=(100, 0, 0))
    assert mag2.layer.bounding_box == saved_box(mag2.layer) == before
    with pytest.raises(OSError, match="No space"):
        send_all(mag2, [*DATA, *DATA], dimension="x", buffer_size=4)
    assert mag2.layer.bounding_box == saved_box(mag2.layer) == before


def test_two_who_let_it_grow(mag1: MagView) -> None:
    """Each knows only its own box and array, and neither takes room from the other."""
    other = Dataset.open(mag1.layer.dataset.path).get_layer("color").get_mag(1)
    mag1.write(DATA, absolute_offset=(200, 0, 0))
    other.write(DATA, absolute_offset=(0, 100, 0))
    assert saved_box(mag1.layer) == BoundingBox((0, 0, 0), (204, 105, 6))
    for offset in ((200, 0, 0), (0, 100, 0)):
        for mag in (mag1, other):
            found = mag.read(absolute_offset=offset, size=DATA.shape)
            np.testing.assert_array_equal(found[0], DATA)
