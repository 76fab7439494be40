"""Views of views: their boxes, whether they may be written, when they warn, how they travel."""

from __future__ import annotations

import multiprocessing
import pickle
import warnings
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
import pytest

from support.datasets import SHARD, noise
from voxbrick import (
    BoundingBox,
    BoundsError,
    ConflictingArgumentsError,
    InvalidArgumentError,
    MagView,
    MisalignedError,
    ReadOnlyError,
    View,
)

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

BOX = BoundingBox((10, 20, 30), (100, 200, 300))


@pytest.fixture
def mag(mag1: MagView) -> MagView:
    mag1.layer.bounding_box = BoundingBox((0, 0, 0), (128, 256, 384))
    return mag1


@pytest.fixture
def view(mag: MagView) -> View:
    return mag.get_view(absolute_offset=BOX.topleft, size=BOX.size)


def test_messages_name_the_boxes_in_both_mags(mag2: MagView) -> None:
    mag2.layer.bounding_box = BoundingBox((0, 0, 0), (32, 32, 32))
    beyond = {"absolute_offset": (0, 0, 0), "size": (34, 32, 32)}
    with pytest.raises(BoundsError, match=r"\(34, 32, 32\)\) \(in Mag\(2-2-1\): .*\(17, 16, 32\)"):
        mag2.get_view(**beyond)
    with pytest.raises(BoundsError, match=r"\(-4, 0, 0\).*in Mag\(2-2-1\): .*\(-2, 0, 0\).*origin"):
        mag2.read(absolute_offset=(-4, 0, 0), size=(2, 2, 2))


def test_the_same_box(mag: MagView, view: View) -> None:
    assert type(mag.get_view()) is View
    assert mag.get_view().bounding_box == mag.layer.bounding_box
    assert view.get_view().bounding_box == view.bounding_box == BOX


@pytest.mark.parametrize(
    "arguments",
    [
        {"relative_offset": (50, 60, 70), "size": (10, 120, 230)},
        {"absolute_offset": (60, 80, 100), "size": (10, 120, 230)},
        {"relative_bbox": BoundingBox((50, 60, 70), (10, 120, 230))},
        {"absolute_bbox": BoundingBox((60, 80, 100), (10, 120, 230))},
        {"relative_bounding_box": BoundingBox((50, 60, 70), (10, 120, 230))},
        {"absolute_bounding_box": BoundingBox((60, 80, 100), (10, 120, 230))},
    ],
)
def test_ways_to_say_which_part(view: View, arguments: dict[str, Any]) -> None:
    part = view.get_view(**arguments)
    assert part.bounding_box == BoundingBox((60, 80, 100), (10, 120, 230))
    assert part.get_view(relative_offset=(1, 2, 3), size=(1, 1, 1)).bounding_box.topleft == (61, 82, 103)


TOO_LARGE = {"relative_offset": (50, 60, 70), "size": (51, 120, 230)}


def test_only_read_only_views_may_leave(view: View) -> None:
    with pytest.raises(BoundsError, match="read_only=True"):
        view.get_view(**TOO_LARGE)
    part = view.get_view(**TOO_LARGE, read_only=True)
    assert part.bounding_box == BoundingBox((60, 80, 100), (51, 120, 230))
    assert part.read().shape == (1, 51, 120, 230)


def test_read_only_is_inherited(view: View) -> None:
    part = view.get_view(read_only=True)
    assert part.read_only
    assert part.get_view().read_only
    with pytest.raises(ReadOnlyError) as caught:
        part.get_view(read_only=False)
    assert isinstance(caught.value, AssertionError)
    assert not view.read_only


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"relative_offset": (0, 0, 0)}, InvalidArgumentError),
        ({"relative_bbox": BOX, "absolute_bbox": BOX}, ConflictingArgumentsError),
        ({"relative_bbox": BOX, "relative_bounding_box": BOX}, ConflictingArgumentsError),
        ({"absolute_bbox": BOX, "absolute_bounding_box": BOX}, ConflictingArgumentsError),
        ({"relative_bbox": BOX, "absolute_bounding_box": BOX}, ConflictingArgumentsError),
        ({"relative_bbox": BOX, "size": (1, 1, 1)}, InvalidArgumentError),
        ({"relative_offset": (0, 0, 0), "size": (0, 1, 1)}, BoundsError),
        ({"absolute_offset": (-1, 0, 0), "size": (1, 1, 1), "read_only": True}, BoundsError),
    ],
)
def test_refused(view: View, arguments: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        view.get_view(**arguments)


def test_a_view_without_a_box(mag: MagView) -> None:
    view = View(mag.path, mag.info, None, mag.mag)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgumentError, match="without a box"):
        view.read()


def test_an_empty_layer_has_an_empty_view(mag1: MagView) -> None:
    assert mag1.get_view().bounding_box.is_empty()


def test_deprecated_forms_count_voxels_of_the_mag(mag2: MagView) -> None:
    mag2.layer.bounding_box = BoundingBox((0, 0, 0), (128, 256, 384))
    view = mag2.get_view(absolute_offset=(20, 40, 30), size=(40, 48, 28))
    with pytest.warns(DeprecationWarning, match="offset"):
        assert view.get_view((1, 2, 3), (2, 3, 4)).bounding_box == BoundingBox((22, 44, 33), (4, 6, 4))
    with pytest.warns(DeprecationWarning, match="offset"):
        assert mag2.get_view((1, 2, 3), (2, 3, 4)).bounding_box == BoundingBox((2, 4, 3), (4, 6, 4))
    with pytest.warns(DeprecationWarning, match="size"):
        assert view.get_view(size=(2, 3, 4)).bounding_box == BoundingBox((20, 40, 30), (4, 6, 4))


def test_alignment_with_the_mag(mag2: MagView) -> None:
    mag2.layer.bounding_box = BoundingBox((0, 0, 0), (128, 256, 384))
    odd = {"absolute_offset": (1, 0, 0), "size": (2, 2, 2)}
    with pytest.raises(MisalignedError):
        mag2.get_view(**odd)
    view = mag2.get_view(**odd, read_only=True)
    with pytest.raises(MisalignedError):
        view.read()


class TestAlignmentWarning:
    """Writable views warn where they cut shards inside the view they are from."""

    pytestmark = pytest.mark.filterwarnings("error")

    def test_cut_shards(self, mag: MagView) -> None:
        with pytest.warns(UserWarning, match=r"get_view\(\) was called without") as caught:
            mag.get_view(absolute_offset=(1, 0, 0), size=(16, 16, 16))
        assert caught[0].filename == __file__

    def test_whole_shards(self, mag: MagView) -> None:
        mag.get_view(absolute_offset=(16, 32, 0), size=(16, 32, 384))
        mag.get_view(absolute_offset=(1, 0, 0), size=(16, 16, 16), read_only=True)

    def test_the_edge_of_a_view(self, mag: MagView) -> None:
        mag.layer.bounding_box = BoundingBox((3, 3, 3), (20, 20, 20))
        mag.get_view(absolute_offset=(3, 3, 16), size=(13, 20, 7))


def test_what_is_written_later_is_seen(mag: MagView, view: View) -> None:
    data = noise(*BOX.size)
    mag.write(data, absolute_offset=BOX.topleft)
    np.testing.assert_array_equal(view.read()[0], data)


def write_into(view: View) -> tuple[str, BoundingBox, bool]:
    view.write(np.full(view.bounding_box.size, 7, np.uint8), allow_unaligned=True)
    return type(view).__name__, view.bounding_box, view.read_only


def test_views_travel(mag: MagView) -> None:
    parts = [mag.get_view(absolute_offset=(x, 0, 0), size=(SHARD, SHARD, SHARD)) for x in (0, SHARD, 64)]
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(2, mp_context=context) as executor:
        told = list(executor.map(write_into, parts))
    assert told == [("View", part.bounding_box, False) for part in parts]
    assert all((part.read() == 7).all() for part in parts)


def test_mags_travel_with_their_dataset(mag: MagView) -> None:
    copy = pickle.loads(pickle.dumps(mag))
    assert type(copy) is MagView
    assert (copy.mag, copy.bounding_box, copy.path) == (mag.mag, mag.bounding_box, mag.path)
    assert copy.layer.dataset == mag.layer.dataset


def test_a_pickled_view_is_small(view: View) -> None:
    view.read()
    copy = pickle.loads(pickle.dumps(view))
    assert len(pickle.dumps(view)) < 1024
    assert (copy.bounding_box, copy.info) == (view.bounding_box, view.info)


def test_the_warning_of_a_view_comes_once_per_place(mag: MagView) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for x in range(1, 9):
            mag.get_view(absolute_offset=(x, 0, 0), size=(16, 16, 16))
    assert len(caught) == 1
