"""When two views hold the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from voxbrick import BoundingBox, CorruptDataError, Dataset, MagView

from .conftest import noise

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
    one = mag_with(dataset, "one", np.full((2, 2, 2), np.nan, np.float32))
    assert one.content_is_equal(one)


def test_nothing_equals_nothing(dataset: Dataset) -> None:
    one, other = (dataset.add_layer(name, "color").add_mag(1) for name in ("one", "other"))
    assert one.content_is_equal(other)
    other.layer.bounding_box = BoundingBox((0, 0, 0), (1, 1, 1))
    assert not one.content_is_equal(other)


def test_damage_is_no_difference(dataset: Dataset) -> None:
    one, other = (mag_with(dataset, name, DATA, compress=True) for name in ("one", "other"))
    for file in other.path.rglob("x*.wkw"):
        file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(CorruptDataError):
        one.content_is_equal(other)
