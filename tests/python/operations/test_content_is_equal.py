"""When two views hold the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from support.datasets import noise
from voxbrick import BoundingBox, CorruptDataError, Dataset, InvalidArgumentError, MagView

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

DATA = noise(20, 21, 22)


def mag_with(dataset: Dataset, name: str, data: np.ndarray, offset: Any = (0, 0, 0), **how: Any) -> MagView:
    channels = data.shape[0] if data.ndim == 4 else 1
    data_format = how.pop("data_format", "wkw")
    layer = dataset.add_layer(name, "color", None, data.dtype, channels, data_format)
    mag = layer.add_mag(1, **{"chunk_shape": 8, "chunks_per_shard": 2, **how})
    mag.write(data, absolute_offset=offset)
    return mag


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"offset": (3, 5, 7)},
        {"compress": True, "chunk_shape": 4},
        {"data_format": "zarr3", "offset": (16, 0, 1)},
    ],
)
def test_position_and_layout_do_not_matter(dataset: Dataset, how: dict[str, Any]) -> None:
    one, other = mag_with(dataset, "one", DATA), mag_with(dataset, "other", DATA, **how)
    assert one.content_is_equal(other)
    assert other.content_is_equal(one)
    with ThreadPoolExecutor(2) as executor:
        assert one.content_is_equal(other, executor=executor)
        other.write(other.read()[:, -1:, -1:, -1:] + 1, relative_offset=(19, 20, 21))
        assert not one.content_is_equal(other, executor=executor)
    assert not one.content_is_equal(other)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"compress": True},
        {"offset": (3, 5, 7)},
        {"offset": (16, 0, 8), "chunk_shape": 4},
        {"data_format": "zarr3"},
        {"data_format": "zarr3", "compress": True, "chunk_shape": 16},
        {"dtype": np.uint16},
    ],
)
@pytest.mark.parametrize("place", [(0, 0, 0), (19, 20, 21), (7, 8, 15)])
def test_a_difference_is_found_where_it_is(dataset: Dataset, how: dict[str, Any], place: Any) -> None:
    dtype = how.get("dtype", np.uint8)
    how = {key: value for key, value in how.items() if key != "dtype"}
    one = mag_with(dataset, "one", DATA, (1, 2, 3))
    other = mag_with(dataset, "other", DATA.astype(dtype), **how)
    assert one.find_difference(other) is None
    other.write(np.full((1, 1, 1), 200, dtype), relative_offset=place)
    assert one.find_difference(other) == BoundingBox((1, 2, 3), (1, 1, 1)).offset(place)
    assert other.find_difference(one) == BoundingBox(how.get("offset", (0, 0, 0)), (1, 1, 1)).offset(place)
    assert not one.content_is_equal(other)


def test_a_difference_is_in_mag1(dataset: Dataset) -> None:
    layer = dataset.add_layer("color", "color")
    mags = [layer.add_mag(2, 8, 2), dataset.add_layer("other", "color").add_mag(2, 8, 2)]
    for mag in mags:
        mag.write(DATA)
    mags[0].write(np.full((1, 1, 1), 200, np.uint8), absolute_offset=(6, 8, 20))
    assert mags[0].find_difference(mags[1]) == BoundingBox((6, 8, 20), (2, 2, 2))


def test_only_views_of_one_size_have_a_difference(dataset: Dataset) -> None:
    one = mag_with(dataset, "one", DATA)
    with pytest.raises(InvalidArgumentError, match="differ in size"):
        one.find_difference(one.get_view(relative_offset=(0, 0, 0), size=(20, 21, 21)))


def test_blocks_of_equal_bytes_are_not_decoded(dataset: Dataset) -> None:
    one, other = (mag_with(dataset, name, DATA, compress=True) for name in ("one", "other"))
    for file in [*one.path.rglob("x*.wkw"), *other.path.rglob("x*.wkw")]:
        file.write_bytes(file.read_bytes()[:-30] + b"\xff" * 30)
    with pytest.raises(CorruptDataError):
        one.read()
    assert one.content_is_equal(other)


def test_values_count_and_dtypes_do_not(dataset: Dataset) -> None:
    narrow = mag_with(dataset, "narrow", DATA)
    assert narrow.content_is_equal(mag_with(dataset, "wide", DATA.astype(np.uint16)))


def test_channels_count(dataset: Dataset) -> None:
    one, three = mag_with(dataset, "one", DATA), mag_with(dataset, "three", np.stack([DATA] * 3))
    assert not one.content_is_equal(three)


def test_sizes_count(dataset: Dataset) -> None:
    one = mag_with(dataset, "one", DATA)
    assert not one.content_is_equal(one.get_view(relative_offset=(0, 0, 0), size=(20, 21, 21)))


def test_nan_equals_nan(dataset: Dataset) -> None:
    """Whatever their bits; and 0 equals -0."""
    numbers = np.array([np.nan, np.inf, 0, 1], np.float32).reshape(4, 1, 1)
    one, other = mag_with(dataset, "one", numbers), mag_with(dataset, "other", -numbers)
    assert one.content_is_equal(one)
    assert one.find_difference(other) == BoundingBox((1, 0, 0), (1, 1, 1))
    other.write(numbers[1:2], relative_offset=(1, 0, 0))
    assert one.find_difference(other) == BoundingBox((3, 0, 0), (1, 1, 1))


def test_nothing_equals_nothing(dataset: Dataset) -> None:
    one, other = (dataset.add_layer(name, "color").add_mag(1) for name in ("one", "other"))
    assert one.content_is_equal(other)
    other.layer.bounding_box = BoundingBox((0, 0, 0), (1, 1, 1))
    assert not one.content_is_equal(other)


def test_damage_is_no_difference(dataset: Dataset) -> None:
    one, other = (mag_with(dataset, name, DATA, compress=True) for name in ("one", "other"))
    for file in other.path.rglob("x*.wkw"):
        file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(CorruptDataError) as caught:
        one.content_is_equal(other)
    assert caught.value.__notes__ == [
        f"in chunk 0 of 8, {BoundingBox((0, 0, 0), (16, 16, 16))} of {one.path}"
    ]


@pytest.mark.parametrize("other", [None, "other", DATA])
def test_only_views_are_compared(dataset: Dataset, other: Any) -> None:
    one = mag_with(dataset, "one", DATA)
    with pytest.raises(InvalidArgumentError, match=r"(?s)other is .*; give a view or a mag"):
        one.content_is_equal(other)
