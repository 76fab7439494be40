"""Mags: their forms, their order, their arithmetic."""

from __future__ import annotations

import pickle
from typing import Any

import attr
import numpy as np
import pytest

from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry import Mag, Vec3Int

FLAT = Mag("2-2-1")


@pytest.mark.parametrize(
    ("form", "factors"),
    [
        (1, (1, 1, 1)),
        ("2", (2, 2, 2)),
        ("01", (1, 1, 1)),
        ("2-2-1", (2, 2, 1)),
        ("2-2-2", (2, 2, 2)),
        ((2, 2, 1), (2, 2, 1)),
        ([4, 4, 2], (4, 4, 2)),
        (np.array([2, 2, 1]), (2, 2, 1)),
        (Vec3Int(8, 8, 4), (8, 8, 4)),
        (Mag(4), (4, 4, 4)),
        (np.int64(2), (2, 2, 2)),
        (2**40, (2**40,) * 3),
    ],
)
def test_forms(form: Any, factors: tuple[int, int, int]) -> None:
    mag = Mag(form)
    assert mag.to_tuple() == mag.to_vec3_int() == tuple(mag) == factors
    assert (mag.x, mag.y, mag.z) == tuple(mag.to_list()) == tuple(mag.to_np())
    assert mag == Mag(factors) == factors
    assert hash(mag) == hash(Mag(factors))
    assert pickle.loads(pickle.dumps(mag)) == mag


@pytest.mark.parametrize(
    "junk", [3, 0, -2, 2.0, None, "", "2,2,1", "2-2", "a", "-2", " 2", (2, 2), (1, 2, 3), {"x": 2}]
)
def test_junk(junk: Any) -> None:
    with pytest.raises(InvalidArgumentError):
        Mag(junk)
    assert Mag(2) != junk


def test_names() -> None:
    assert str(Mag(2)) == Mag(2).to_layer_name() == "2"
    assert str(FLAT) == FLAT.to_layer_name() == FLAT.to_long_layer_name() == "2-2-1"
    assert Mag(2).to_long_layer_name() == "2-2-2"
    assert repr(FLAT) == "Mag(2-2-1)"


def test_equality_takes_every_form() -> None:
    assert Mag(2) == 2 == Mag("2")
    assert Mag(2) == "2-2-2"
    assert FLAT != 2


def test_order_is_that_of_the_largest_factor() -> None:
    assert Mag(1) < FLAT < 4
    assert not Mag(2) > FLAT
    assert not Mag(2) < FLAT
    assert FLAT <= Mag(2) <= FLAT
    assert sorted([Mag(4), Mag(2), FLAT, Mag(1)]) == [Mag(1), Mag(2), FLAT, Mag(4)]
    with pytest.raises(TypeError):
        _ = FLAT < "coarse"


def test_arithmetic() -> None:
    assert Mag(2) * 2 == Mag(4) // 1 == Mag(4)
    assert Mag(2) * (1, 1, 2) == "2-2-4"
    assert Mag(4) // Mag(2) == 2
    assert Vec3Int(4, 4, 4) * Mag(2) == (8, 8, 8)
    assert Vec3Int(4, 4, 4) // FLAT == (2, 2, 4)
    with pytest.raises(InvalidArgumentError, match="powers of two"):
        Mag(1) // 2
    with pytest.raises(InvalidArgumentError, match="powers of two"):
        Mag(2) * 3


def test_largest_factor() -> None:
    assert (Mag("4-4-2").max_dim, Mag("4-4-2").max_dim_log2) == (4, 2)


def test_a_value_that_never_changes() -> None:
    with pytest.raises(attr.exceptions.FrozenInstanceError):
        FLAT._mag = Vec3Int(1, 1, 1)  # type: ignore[misc]
    assert attr.evolve(FLAT, mag=4) == 4
    assert {FLAT: "flat"}[Mag((2, 2, 1))] == "flat"
