"""Boxes with more axes than x, y and z."""

from __future__ import annotations

import pickle
from typing import Any

import attr
import numpy as np
import pytest

from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry import BoundingBox, Mag, NDBoundingBox

AXES = ("t", "x", "y", "z")
BOX = NDBoundingBox((0, 1, 2, 3), (2, 4, 4, 4), AXES, (1, 2, 3, 4))


def numbers(box: NDBoundingBox) -> tuple[int, ...]:
    return (*box.topleft, *box.size)


def test_axes_come_in_the_order_of_their_index() -> None:
    shuffled = NDBoundingBox((1, 2, 3, 0), (4, 4, 4, 2), ("x", "y", "z", "t"), (2, 3, 4, 1))
    assert shuffled == BOX
    assert shuffled.axes == shuffled.topleft.axes == AXES
    assert shuffled.index == (1, 2, 3, 4)
    assert len(BOX) == 4
    assert repr(BOX) == f"NDBoundingBox(topleft=(0, 1, 2, 3), size=(2, 4, 4, 4), axes={AXES})"


@pytest.mark.parametrize(
    "make",
    [
        lambda: NDBoundingBox((1, 2, 3), (4, 4, 4), ("x", "y", "z"), (0, 1, 2)),
        lambda: NDBoundingBox((1, 2, 3), (4, 4, 4), ("x", "y", "z"), (1, 1, 2)),
        lambda: NDBoundingBox((1, 2, 3), (4, 4, 4), ("x", "x", "z"), (1, 2, 3)),
        lambda: NDBoundingBox((1, 2, 3), (4, 4), ("x", "y", "z"), (1, 2, 3)),
        lambda: NDBoundingBox((1, 2), (4, 4), ("a", "b"), (1, 2)).size_xyz,
        lambda: BOX.offset((1, 1)),
        lambda: BOX.contains((1, 2, 3)),
        lambda: BOX.get_bounds("q"),
        lambda: BOX.extended_by(BOX.with_index((4, 1, 2, 3))),
        lambda: BOX.contains_bbox(BoundingBox((0, 0, 0), (1, 1, 1))),
    ],
)
def test_refused(make: Any) -> None:
    with pytest.raises(InvalidArgumentError):
        make()


def test_the_part_in_x_y_and_z() -> None:
    assert BOX.topleft_xyz == (1, 2, 3)
    assert BOX.size_xyz == (4, 4, 4)
    assert BOX.bottomright_xyz == (5, 6, 7)
    assert BOX.index_xyz == (2, 3, 4)
    assert numbers(BOX.with_topleft_xyz((9, 9, 9))) == (0, 9, 9, 9, 2, 4, 4, 4)
    assert numbers(BOX.with_size_xyz((9, 9, 9))) == (0, 1, 2, 3, 2, 9, 9, 9)
    assert numbers(BOX.with_bottomright_xyz((9, 9, 9))) == (0, 1, 2, 3, 2, 8, 7, 6)
    assert BOX.with_index_xyz((4, 3, 2)).axes == ("t", "z", "y", "x")
    assert BoundingBox.from_ndbbox(BOX.with_name("k")).name == "k"
    assert BoundingBox.from_ndbbox(BOX) == BoundingBox((1, 2, 3), (4, 4, 4))


def test_mags_scale_nothing_but_x_y_and_z() -> None:
    assert numbers(BOX.from_mag_to_mag1(Mag(2))) == (0, 2, 4, 6, 2, 8, 8, 8)
    assert BOX.from_mag_to_mag1(Mag(2)).in_mag(Mag(2)) == BOX
    assert numbers(BOX.align_with_mag(Mag(2), ceil=True)) == (0, 0, 2, 2, 2, 6, 4, 6)
    assert numbers(BOX.align_with_mag(Mag(2))) == (0, 2, 2, 4, 2, 2, 4, 2)


def test_three_components_mean_x_y_and_z() -> None:
    assert BOX.offset((1, 1, 1)) == BOX.offset((0, 1, 1, 1))
    assert BOX.padded_with_margins(1) == BOX.padded_with_margins((0, 1, 1, 1))
    assert len(list(BOX.chunk((2, 2, 2)))) == 16
    assert len(list(BOX.chunk((2, 2, 2, 2)))) == 8
    assert numbers(next(BOX.chunk((2, 2, 2), (2, 2, 2)))) == (0, 1, 2, 3, 1, 1, 2, 1)


def test_a_value_like_any_box() -> None:
    assert pickle.loads(pickle.dumps(BOX)) == attr.evolve(BOX, name="other") == BOX
    assert {BOX: 1}[attr.evolve(BOX)] == 1
    assert attr.evolve(BOX, size=(1, 1, 1, 1)).bottomright == (1, 2, 3, 4)
    assert BoundingBox((1, 2, 3), (4, 4, 4)) != BOX
    assert BOX.intersected_with(BOX) == BOX.extended_by(BOX) == BOX
    assert BOX.contains((0, 1, 2, 3))
    assert BOX.volume() == 128
    assert BOX.slice_array(np.zeros((9, 9, 9, 9))).shape == (2, 4, 4, 4)
    assert BOX.with_bounds("t", 1, 1).get_bounds("t") == (1, 2)
    assert BOX.with_bounds("t", None, 0).is_empty()


def test_forms() -> None:
    assert BOX.to_wkw_dict() == {
        "topLeft": [1, 2, 3],
        "width": 4,
        "height": 4,
        "depth": 4,
        "additionalAxes": [{"name": "t", "bounds": [0, 2], "index": 1}],
    }
    assert NDBoundingBox.from_wkw_dict(BOX.to_wkw_dict()) == BOX
    assert BOX.to_config_dict()["axes"] == AXES
    assert BOX.to_checkpoint_name() == "0_1_2_3_2_4_4_4"
