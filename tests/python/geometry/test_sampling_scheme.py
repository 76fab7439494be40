"""Which mags a pyramid has."""

from __future__ import annotations

from typing import Any

import pytest

from voxbrick import (
    BoundingBox,
    Dataset,
    InvalidArgumentError,
    Layer,
    Mag,
    NameTakenError,
    SamplingSchemeError,
)

ANISOTROPIC = [
    ((11.24, 11.24, 28), "2-2-1 4-4-2 8-8-4 16-16-8"),
    ((4, 4, 40), "2-2-1 4-4-1 8-8-1 16-16-2"),
    ((1, 2, 3), "2-1-1 4-2-1 8-4-2 16-8-4"),
    ((1, 1, 1), "2 4 8 16"),
    ((1, 4, 16), "2-1-1 4-1-1 8-2-1 16-4-1"),
    ((16, 4, 1), "1-1-2 1-1-4 1-2-8 1-4-16"),
    ((1, 1, 2**0.5), "2-2-1 4-4-2 8-8-4 16-16-8"),
    ((2, 1, 1), "1-2-2 2-4-4 4-8-8 8-16-16"),
    ((1, 3, 2.9), "2-1-1 4-1-1 8-2-2 16-4-4"),
    ((30, 2, 3.5), "1-2-1 1-4-2 1-8-4 1-16-8"),
    ((11, 3.5, 1), "1-1-2 1-1-4 1-2-8 2-4-16"),
    ((7, 11, 13), "2-1-1 4-2-2 8-4-4 16-8-8"),
]


def make_layer(
    folder: Any, voxel_size: Any = (1, 1, 1), size: Any = (200, 200, 200), mags: str = "1"
) -> Layer:
    layer = Dataset(folder / "dataset", voxel_size).add_layer("layer", "color")
    layer.bounding_box = BoundingBox((0, 0, 0), size)
    for mag in mags.split():
        layer.add_mag(mag)
    return layer


def added(layer: Layer, **options: Any) -> str:
    """The names of the mags that downsampling would add."""
    before = layer.mags
    layer.downsample(only_setup_mags=True, **options)
    return " ".join(str(mag) for mag in layer.mags if mag not in before)


@pytest.mark.parametrize(("voxel_size", "mags"), ANISOTROPIC)
def test_anisotropic_mags_make_voxels_cubes(tmp_path: Any, voxel_size: Any, mags: str) -> None:
    assert added(make_layer(tmp_path, voxel_size), coarsest_mag=16) == mags


@pytest.mark.parametrize(
    ("mode", "mags"),
    [
        ("isotropic", "2 4 8 16"),
        ("constant_z", "2-2-1 4-4-1 8-8-1 16-16-1"),
        ("CONSTANT_Z", "2-2-1 4-4-1 8-8-1 16-16-1"),
    ],
)
def test_other_modes_do_not_look_at_the_voxel_size(tmp_path: Any, mode: str, mags: str) -> None:
    assert added(make_layer(tmp_path, (1, 2, 3)), coarsest_mag=16, sampling_mode=mode) == mags


@pytest.mark.parametrize(
    ("mode", "from_mag", "mags"),
    [
        ("isotropic", "2-2-1", "4-4-2 8-8-4 16-16-8"),
        ("anisotropic", "2-2-1", "4 8 16"),
        ("constant_z", "4-4-1", "8-8-1 16-16-1"),
    ],
)
def test_the_coarsest_mag_comes_first(tmp_path: Any, mode: str, from_mag: str, mags: str) -> None:
    assert added(make_layer(tmp_path, mags=from_mag), coarsest_mag=16, sampling_mode=mode) == mags


@pytest.mark.parametrize(
    ("size", "mags"),
    [
        ((100, 100, 5000), "2 4"),
        ((400, 400, 2), "2 4"),
        ((401, 100, 7), "2 4 8"),
        ((800, 801, 7), "2 4 8 16"),
        ((1600, 3, 7), "2 4 8 16"),
        ((6, 6, 6), "2 4"),
    ],
)
def test_slices_of_the_coarsest_mag_are_about_100_voxels_wide(tmp_path: Any, size: Any, mags: str) -> None:
    assert added(make_layer(tmp_path, size=size)) == mags


def test_a_layer_of_one_slice_keeps_it(tmp_path: Any) -> None:
    with pytest.warns(UserWarning, match="constant_z"):
        assert added(make_layer(tmp_path, size=(300, 300, 1)), coarsest_mag=8) == "2-2-1 4-4-1 8-8-1"


@pytest.mark.parametrize(
    ("others", "mags"),
    [("1 2-2-1 4-4-1", "2-2-1 4-4-1 8 16"), ("1 8-8-2", "2 4 8-8-2 16"), ("1", "2 4 8 16")],
)
def test_mags_are_those_of_other_layers(tmp_path: Any, others: str, mags: str) -> None:
    layer = make_layer(tmp_path)
    other = layer.dataset.add_layer_like(layer, "other")
    for mag in others.split():
        other.add_mag(mag)
    assert added(layer, coarsest_mag=16) == mags
    third = layer.dataset.add_layer_like(layer, "third")
    third.add_mag(1)
    assert added(third, coarsest_mag=16, align_with_other_layers=False) == "2 4 8 16"


def test_mags_are_those_of_another_dataset(tmp_path: Any) -> None:
    (tmp_path / "other").mkdir()
    model = make_layer(tmp_path / "other", mags="1 2-2-1")
    assert added(make_layer(tmp_path), coarsest_mag=4, align_with_other_layers=model.dataset) == "2-2-1 4"


def test_other_layers_that_do_not_agree(tmp_path: Any) -> None:
    layer = make_layer(tmp_path)
    for name, mag in (("a", 2), ("b", "2-2-1")):
        layer.dataset.add_layer_like(layer, name).add_mag(mag)
    with pytest.raises(SamplingSchemeError, match="align_with_other_layers"):
        layer.downsample()
    assert list(layer.mags) == [Mag(1)]


def test_two_mags_that_are_as_coarse_need_force(tmp_path: Any) -> None:
    layer = make_layer(tmp_path, mags="1 2-2-1")
    with pytest.raises(RuntimeError, match="force_sampling_scheme"):
        layer.downsample(from_mag=1, coarsest_mag=2)
    with pytest.warns(UserWarning, match="as coarse"):
        assert added(layer, from_mag=1, coarsest_mag=2, force_sampling_scheme=True) == "2"


def test_what_is_there_is_not_overwritten(tmp_path: Any) -> None:
    layer = make_layer(tmp_path, mags="1 2")
    with pytest.raises(NameTakenError, match="allow_overwrite"):
        layer.downsample(from_mag=1, coarsest_mag=4)
    assert list(layer.mags) == [Mag(1), Mag(2)]
    assert added(layer, from_mag=1, coarsest_mag=4, allow_overwrite=True) == "4"


@pytest.mark.parametrize(
    "options",
    [
        {"sampling_mode": "cubic"},
        {"interpolation_mode": "cubic"},
        {"interpolation_mode": "bicubic"},
        {"from_mag": 8, "coarsest_mag": 4},
        {"coarsest_mag": 3},
    ],
)
def test_what_makes_no_sense_changes_nothing(tmp_path: Any, options: Any) -> None:
    layer = make_layer(tmp_path)
    with pytest.raises(ValueError, match=r"cubic|finer|powers|no mag"):
        layer.downsample(**options)
    assert list(layer.mags) == [Mag(1)]


def test_a_layer_without_mags_cannot_be_downsampled(tmp_path: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="no mag"):
        make_layer(tmp_path, mags="").downsample()
