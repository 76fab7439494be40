"""Vectors: construction, arithmetic, and the values they refuse."""

from __future__ import annotations

import copy
import operator
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry import Vec3Int, VecInt

V = Vec3Int(1, 2, 3)
TX = VecInt(t=1, x=2)

components = st.integers(-(2**20), 2**20)
vectors = st.builds(Vec3Int, components, components, components)


@pytest.mark.parametrize(
    "same",
    [
        Vec3Int((1, 2, 3)),
        Vec3Int([1, 2, 3]),
        Vec3Int(np.array([1, 2, 3], dtype=np.uint8)),
        Vec3Int(component for component in (1, 2, 3)),
        Vec3Int(V),
        Vec3Int(x=1, y=2, z=3),
        Vec3Int(z=3, y=2, x=1),
        Vec3Int(3, 2, 1, axes=("z", "y", "x")),
        Vec3Int(1.0, np.float32(2), np.int8(3)),
        Vec3Int.from_xyz(1, 2, 3),
        Vec3Int.from_str("(1, 2, 3)"),
        Vec3Int.from_str("1,2,3"),
        Vec3Int.from_vec_or_int((1, 2, 3)),
        Vec3Int.from_vec3_float((1.9, 2.1, 3.0)),
        VecInt(1, 2, 3, axes=("x", "y", "z")),
        pickle.loads(pickle.dumps(V)),
        copy.deepcopy(V),
    ],
)
def test_forms_of_one_vector(same: VecInt) -> None:
    assert same == V
    assert hash(same) == hash((1, 2, 3))
    assert (same.x, same.y, same.z) == (1, 2, 3)
    assert all(type(component) is int for component in same)
    assert same.axes == ("x", "y", "z")


def test_uniform_vectors() -> None:
    assert Vec3Int.full(5) == Vec3Int.from_str("5") == Vec3Int.from_vec_or_int(np.int64(5))
    assert Vec3Int.zeros() == (0, 0, 0)
    assert Vec3Int.ones() == (1, 1, 1)
    assert VecInt.full(3, ("x", "t")).axes == ("x", "t")
    assert Vec3Int.full(2, ("x",)) == (2, 2, 2)
    assert (Vec3Int.zeros(("z", "y", "x")), Vec3Int.ones(None)) == ((0, 0, 0), (1, 1, 1))
    assert VecInt.zeros(("x", "t")) + VecInt.ones(("x", "t")) == (1, 1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Vec3Int(5),
        lambda: Vec3Int(),
        lambda: Vec3Int(None),
        lambda: Vec3Int(1, 2),
        lambda: Vec3Int(1, 2, 3, 4),
        lambda: Vec3Int("123"),
        lambda: Vec3Int(1.7, 2, 3),
        lambda: Vec3Int(np.array([1.5, 2, 3])),
        lambda: Vec3Int(float("nan"), 2, 3),
        lambda: Vec3Int(float("inf"), 2, 3),
        lambda: Vec3Int(x=1, y=2),
        lambda: Vec3Int(1, 2, z=3),
        lambda: Vec3Int(1, 2, 3, axes=("a", "b", "c")),
        lambda: Vec3Int.from_str("(1,2)"),
        lambda: Vec3Int.from_str("one"),
        lambda: Vec3Int(2**63, 0, 0),
        lambda: Vec3Int(0, -(2**63) - 1, 0),
        lambda: Vec3Int(2**62, 0, 0) * 4,
        lambda: VecInt(1, 2),
        lambda: VecInt(),
        lambda: VecInt(1, 2, axes=("x", "y", "z")),
        lambda: TX.y,
        lambda: TX - (1, 2, 3),
        lambda: V - (1, 1),
        lambda: V * 1.5,
        lambda: V * (1.5, 1, 1),
        lambda: V.with_replaced(3, 9),
        lambda: V.moveaxis(0, 3),
        lambda: V.moveaxis(-4, 0),
        lambda: V.moveaxis([0, 0], [1, 2]),
        lambda: V.moveaxis([0, -3], [1, 2]),
        lambda: V.moveaxis([0, 1], 2),
    ],
)
def test_refused(make: object) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the types are what is tested)
        make()  # type: ignore[operator]
    assert isinstance(caught.value, AssertionError)


def test_a_tuple_in_every_other_respect() -> None:
    assert isinstance(V, tuple)
    assert V == (1, 2, 3)
    assert V != [1, 2, 3]
    assert V < (1, 2, 4)
    assert np.zeros((4, 4, 4))[V] == 0
    assert repr(V) == "Vec3Int(1,2,3)"
    assert repr(TX) == "VecInt(1,2)"


@pytest.mark.parametrize("other", [4, (4, 4, 4), [4, 4, 4], np.array([4, 4, 4]), 4.0, np.int8(4)])
def test_arithmetic_takes_every_form_on_the_right(other: object) -> None:
    vec = Vec3Int(-7, 8, 9)
    assert vec + other == (-3, 12, 13)
    assert vec - other == (-11, 4, 5)
    assert vec * other == (-28, 32, 36)
    assert vec // other == (-2, 2, 2)
    assert vec % other == (1, 0, 1)
    assert vec.ceildiv(other) == (-1, 2, 3)
    assert vec.pairmax(other) == (4, 8, 9)
    assert vec.pairmin(other) == (-7, 4, 4)
    assert type(vec + other) is Vec3Int


def test_a_tuple_or_a_factor_on_the_left() -> None:
    assert operator.add((1, 1, 1), V) == V + 1
    assert operator.add([1, 1, 1], V) == V + 1
    assert 2 * V == V * 2


@given(vectors, vectors)
def test_arithmetic_agrees_with_numpy(a: Vec3Int, b: Vec3Int) -> None:
    for function in (operator.add, operator.sub, operator.mul):
        assert function(a, b) == tuple(function(a.to_np(), b.to_np()))
    assert (-a).to_list() == (-a.to_np()).tolist()


@given(vectors, st.integers(1, 1000))
def test_division_splits_a_vector(vec: Vec3Int, divisor: int) -> None:
    assert vec // divisor * divisor + vec % divisor == vec
    assert vec.ceildiv(divisor) == -(-vec // divisor)


@given(vectors)
def test_other_forms(vec: Vec3Int) -> None:
    assert Vec3Int.from_str(str(vec.to_tuple())) == vec
    assert Vec3Int(vec.to_np()) == Vec3Int(vec.to_list()) == vec
    assert vec.to_np().dtype == np.int64


def test_questions() -> None:
    assert V.prod() == 6
    assert V.contains(2)
    assert not V.contains(4)
    assert Vec3Int(0, 2, 3).is_positive()
    assert not Vec3Int(0, 2, 3).is_positive(strictly_positive=True)
    assert not V.is_uniform()
    assert Vec3Int.full(7).is_uniform()


def test_changes() -> None:
    assert V.with_x(7) == (7, 2, 3)
    assert V.with_y(7) == (1, 7, 3)
    assert V.with_z(7) == V.with_replaced(2, 7) == (1, 2, 7)
    assert V.add_or_none(None) is None
    assert V.add_or_none(V) == (2, 4, 6)


@pytest.mark.parametrize(
    ("source", "target"), [(0, 2), (2, 0), (-1, 0), ([0, -1], [-1, 0]), ([0, 1], [1, 2]), ([2, 0], [0, 1])]
)
def test_moveaxis_is_that_of_numpy(source: int | list[int], target: int | list[int]) -> None:
    expected = np.moveaxis(np.zeros(V), source, target).shape
    assert V.moveaxis(source, target) == expected


def test_axes_travel() -> None:
    for same in (TX + 0, VecInt(TX), pickle.loads(pickle.dumps(TX)), VecInt(1, 2, axes=TX.axes)):
        assert same == TX
        assert same.axes == ("t", "x")
        assert same.x == 2
    with pytest.raises(InvalidArgumentError, match="no axis 'y'"):
        _ = TX.y
