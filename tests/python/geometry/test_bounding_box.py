"""Boxes in x, y and z."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import attr
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxbrick.errors import BoundsError, InvalidArgumentError, MisalignedError
from voxbrick.geometry import BoundingBox, Mag, NDBoundingBox, Vec3Int

BOX = BoundingBox((1, 2, 3), (4, 5, 6))
EMPTY = BoundingBox((7, 7, 7), (0, 3, 3))

corners = st.tuples(*[st.integers(-30, 30)] * 3)
extents = st.tuples(*[st.integers(0, 20)] * 3)
boxes = st.builds(BoundingBox, corners, extents)
mags = st.sampled_from([Mag(1), Mag(2), Mag("2-2-1"), Mag("8-4-2")])


def test_construction() -> None:
    assert BOX.topleft == (1, 2, 3)
    assert BOX.size == (4, 5, 6)
    assert BOX.bottomright == (5, 7, 9)
    assert BOX.axes == ("x", "y", "z")
    assert BOX.index == (1, 2, 3)
    assert (BOX.name, BOX.is_visible, BOX.color) == ("Unnamed Bounding Box", True, None)
    assert all(type(vec) is Vec3Int for vec in (BOX.topleft, BOX.size, BOX.bottomright, BOX.index))
    assert repr(BOX) == "BoundingBox(topleft=(1, 2, 3), size=(4, 5, 6))"


def test_a_negative_size_flips() -> None:
    assert BoundingBox((10, 10, 10), (-5, 5, 5)) == BoundingBox((5, 10, 10), (5, 5, 5))
    assert BOX.with_size((4, -5, 6)) == BoundingBox((1, -3, 3), (4, 5, 6))


@pytest.mark.parametrize(
    "make",
    [
        lambda: BoundingBox(5, 5),
        lambda: BoundingBox((1, 2), (3, 4)),
        lambda: BoundingBox((1.5, 2, 3), (4, 5, 6)),
        lambda: BoundingBox((1, 2, 3), (4, 5, 6), "my box"),
        lambda: BoundingBox((1, 2, 3), (4, 5, 6), None),
        lambda: BOX.contains((1, 2)),
        lambda: BOX.get_bounds("t"),
        lambda: BOX.get_shape("t"),
        lambda: BOX.with_bounds("t", 1, 1),
        lambda: BOX.offset(1),
        lambda: BOX.chunk((0, 2, 2)),
        lambda: BOX.chunk((-1, 2, 2)),
        lambda: BoundingBox.from_points([]),
        lambda: BoundingBox.from_csv("1,2,3"),
        lambda: BoundingBox.from_csv("1,2,3,4,5,a"),
        lambda: BoundingBox.from_checkpoint_name("1_2_3"),
        lambda: BoundingBox.from_auto("foo"),
        lambda: BoundingBox.from_auto(5),
        lambda: BoundingBox.from_auto({"a": 1}),
        lambda: BoundingBox.from_auto("{bad"),
        lambda: BoundingBox.from_auto("[1, 2"),
        lambda: BOX.intersected_with(NDBoundingBox((1, 2), (3, 4), ("x", "t"), (1, 2))),
    ],
)
def test_refused(make: Any) -> None:
    with pytest.raises(InvalidArgumentError):
        make()


def test_equal_by_what_it_covers() -> None:
    named = BoundingBox((1, 2, 3), (4, 5, 6), name="a", is_visible=False, color=(1, 0, 0, 1))
    assert named == BOX
    assert hash(named) == hash(BOX)
    assert BoundingBox((1, 2, 3), (4, 5, 7)) != BOX
    assert BOX != ((1, 2, 3), (4, 5, 6))
    assert copy.deepcopy(named) == pickle.loads(pickle.dumps(named)) == named
    assert pickle.loads(pickle.dumps(named)).color == (1, 0, 0, 1)


def test_a_value_that_never_changes() -> None:
    with pytest.raises(attr.exceptions.FrozenInstanceError):
        BOX.size = Vec3Int(1, 1, 1)  # type: ignore[misc]
    assert attr.evolve(BOX, size=(1, 1, 1)).bottomright == (2, 3, 4)


def test_changes() -> None:
    assert BOX.with_name("q").name == "q"
    assert not BOX.with_is_visible(False).is_visible
    assert BOX.with_color((1, 1, 1, 1)).color == (1, 1, 1, 1)
    assert BOX.with_topleft((0, 0, 0)).to_tuple6() == (0, 0, 0, 4, 5, 6)
    assert BOX.with_size((1, 1, 1)).to_tuple6() == (1, 2, 3, 1, 1, 1)
    assert BOX.with_bottomright((9, 9, 9)).to_tuple6() == (1, 2, 3, 8, 7, 6)
    assert BOX.with_bounds("x", None, 3).to_tuple6() == (1, 2, 3, 3, 5, 6)
    assert BOX.with_bounds_x(0).to_tuple6() == (0, 2, 3, 4, 5, 6)
    assert BOX.with_bounds_y(new_size_y=9).to_tuple6() == (1, 2, 3, 4, 9, 6)
    assert BOX.with_bounds_z(1, 2).to_tuple6() == (1, 2, 1, 4, 5, 2)
    assert BOX.with_name("q").with_topleft((0, 0, 0)).name == "q"
    assert BOX.offset((1, -1, 0)).to_tuple6() == (2, 1, 3, 4, 5, 6)
    assert BOX.get_bounds("y") == (2, 7)
    assert BOX.get_shape("y") == 5


@pytest.mark.parametrize(
    ("position", "inside"),
    [
        ((1, 2, 3), True),
        ((5, 2, 3), False),
        ((4.9, 2, 3), True),
        (np.array([4.9, 2, 3]), True),
        (np.array([0.9, 2, 3]), False),
    ],
)
def test_contains(position: Any, inside: bool) -> None:
    assert BOX.contains(position) is inside


def test_contains_bbox() -> None:
    assert BOX.contains_bbox(BOX)
    assert not BOX.contains_bbox(BOX.with_bounds_x(new_size_x=5))
    assert BOX.contains_bbox(EMPTY.offset((100, 100, 100)))


def test_empty_boxes() -> None:
    assert BoundingBox.empty() == BoundingBox((0, 0, 0), (0, 0, 0))
    assert EMPTY.is_empty()
    assert not BOX.is_empty()
    assert BOX.extended_by(EMPTY) == EMPTY.extended_by(BOX) == BOX
    assert EMPTY.extended_by(BoundingBox.empty()).is_empty()
    assert list(EMPTY.chunk((2, 2, 2))) == []


def test_intersection_of_boxes_apart() -> None:
    apart = BOX.offset((30, 0, 0))
    with pytest.raises(BoundsError, match="nothing in common"):
        BOX.intersected_with(apart)
    assert BOX.intersected_with(apart, dont_assert=True) == BoundingBox((31, 2, 3), (0, 5, 6))


@given(boxes, boxes)
def test_union_and_intersection(a: BoundingBox, b: BoundingBox) -> None:
    union = a.extended_by(b)
    assert union.contains_bbox(a)
    assert union.contains_bbox(b)
    common = a.intersected_with(b, dont_assert=True)
    assert a.contains_bbox(common)
    assert b.contains_bbox(common)
    assert common.is_empty() == b.intersected_with(a, dont_assert=True).is_empty()


@given(boxes, mags)
def test_alignment_brackets_the_box(box: BoundingBox, mag: Mag) -> None:
    inner, outer = box.align_with_mag(mag), box.align_with_mag(mag, ceil=True)
    assert box.contains_bbox(inner)
    assert outer.contains_bbox(box)
    for aligned in (inner, outer):
        assert aligned.in_mag(mag).from_mag_to_mag1(mag) == aligned


def test_alignment() -> None:
    assert BOX.align_with_mag(Mag(2)).to_tuple6() == (2, 2, 4, 2, 4, 4)
    assert BOX.align_with_mag(Mag(2), ceil=True).to_tuple6() == (0, 2, 2, 6, 6, 8)
    assert BOX.align_with_mag(Vec3Int(3, 3, 3), ceil=True).to_tuple6() == (0, 0, 3, 6, 9, 6)
    assert BoundingBox((1, 1, 1), (1, 1, 1)).align_with_mag(Mag(4)).is_empty()
    assert BoundingBox((1, 1, 1), (0, 0, 0)).align_with_mag(Mag(4), ceil=True).is_empty()


@pytest.mark.parametrize("box", [BOX.with_topleft((2, 2, 2)), BoundingBox((1, 2, 2), (2, 2, 2))])
def test_in_mag_wants_alignment(box: BoundingBox) -> None:
    with pytest.raises(MisalignedError, match=r"align_with_mag") as caught:
        box.in_mag(Mag(2))
    assert str(box) in str(caught.value)


def test_mags() -> None:
    assert BoundingBox((2, 4, 6), (2, 4, 4)).in_mag(Mag(2)).to_tuple6() == (1, 2, 3, 1, 2, 2)
    assert BOX.from_mag_to_mag1(Mag("2-2-1")).to_tuple6() == (2, 4, 3, 8, 10, 6)
    groups = BoundingBox.group_boxes_with_aligned_mag([BOX, BOX.offset((1, 0, 0))], Mag(16))
    assert groups == {BoundingBox((0, 0, 0), (16, 16, 16)): [BOX, BOX.offset((1, 0, 0))]}


def test_padding() -> None:
    assert BOX.padded_with_margins((1, 1, 1)) == BOX.padded_with_margins(1)
    assert BOX.padded_with_margins((2, 2, 2), 0).to_tuple6() == (-1, 0, 1, 6, 7, 8)
    assert BOX.padded_with_margins(-3).is_empty()


@pytest.mark.parametrize(
    ("shape", "alignments", "pieces"),
    [
        ((2, 2, 2), None, [(1, 2), (3, 2), (5, 1)]),
        ((2, 2, 2), (2, 2, 2), [(1, 1), (2, 2), (4, 2)]),
        ((4, 2, 2), (2, 2, 2), [(1, 3), (4, 2)]),
    ],
)
def test_chunks_along_x(shape: Any, alignments: Any, pieces: list[tuple[int, int]]) -> None:
    chunks = BoundingBox((1, 0, 0), (5, 2, 1)).chunk(shape, alignments)
    assert [(chunk.topleft.x, chunk.size.x) for chunk in chunks] == pieces


def test_chunk_borders_that_do_not_fit() -> None:
    with pytest.raises(MisalignedError):
        BOX.chunk((2, 2, 2), (3, 2, 2))
    with pytest.raises(MisalignedError):
        BOX.chunk((2, 2, 2), (0, 2, 2))


@given(boxes, st.tuples(*[st.integers(1, 9)] * 3), st.booleans())
def test_chunks_tile_the_box(box: BoundingBox, shape: tuple[int, int, int], align: bool) -> None:
    chunks = list(box.chunk(shape, shape if align else None))
    assert chunks == sorted(chunks, key=lambda chunk: chunk.topleft)
    assert sum(chunk.volume() for chunk in chunks) == box.volume()
    covered = np.zeros(box.size, dtype=int)
    for chunk in chunks:
        assert Vec3Int(shape).pairmin(chunk.size) == chunk.size
        chunk.offset(-box.topleft).slice_array(covered)[...] += 1
    assert (covered == 1).all()


def test_slices() -> None:
    assert BOX.volume() == 120
    assert BOX.to_slices() == (slice(1, 5), slice(2, 7), slice(3, 9))
    assert BOX.slice_array(np.zeros((10, 10, 10))).shape == (4, 5, 6)
    with pytest.raises(BoundsError, match="begins before"):
        BOX.offset((-2, 0, 0)).to_slices()


@given(boxes)
def test_every_form_is_read_back(box: BoundingBox) -> None:
    forms = [
        box,
        box.to_wkw_dict(),
        box.to_config_dict(),
        json.dumps(box.to_config_dict()),
        box.to_csv(),
        box.to_checkpoint_name(),
        box.to_tuple6(),
        list(box.to_tuple6()),
        json.dumps(box.to_tuple6()),
        (box.topleft, box.size),
    ]
    for form in forms:
        assert BoundingBox.from_auto(form) == box


def test_forms() -> None:
    assert BOX.to_wkw_dict() == {"topLeft": [1, 2, 3], "width": 4, "height": 5, "depth": 6}
    assert BOX.to_config_dict() == {"topleft": [1, 2, 3], "size": [4, 5, 6]}
    assert BOX.to_csv() == "1,2,3,4,5,6"
    assert BOX.to_checkpoint_name() == "1_2_3_4_5_6"
    assert BoundingBox.from_checkpoint_name("task_1_2_3_4_5_6_done") == BOX
    assert BoundingBox.from_points([(4, 6, 8), (1, 2, 3)]) == BOX


@pytest.mark.parametrize(
    "make", [BoundingBox.from_auto, BoundingBox.from_config_dict, BoundingBox.from_wkw_dict]
)
@pytest.mark.parametrize("keys", [{}, {"topleft": (0, 0, 0)}, {"topLeft": (0, 0, 0), "width": 1}])
def test_what_lacks_a_key_is_no_box(make: Any, keys: dict[str, Any]) -> None:
    with pytest.raises(KeyError, match="to be a box") as caught:
        make(keys)
    assert isinstance(caught.value, InvalidArgumentError)
