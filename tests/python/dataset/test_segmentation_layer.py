"""Segmentation layers: the largest id."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from support.datasets import noise, small_mag
from voxbrick import (
    CorruptDataError,
    Dataset,
    InvalidArgumentError,
    Layer,
    SegmentationLayer,
)

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")


def saved(layer: Layer) -> dict[str, Any]:
    document = json.loads((layer.dataset.path / "datasource-properties.json").read_text())
    [found] = [entry for entry in document["dataLayers"] if entry["name"] == layer.name]
    return dict(found)


@pytest.fixture
def segments(dataset: Dataset, layout: dict[str, Any]) -> SegmentationLayer:
    layer = dataset.add_layer("seg", "segmentation", "uint64", data_format=layout["data_format"])
    assert isinstance(layer, SegmentationLayer)
    return layer


@pytest.mark.parametrize(("given", "kept"), [(5, 5), (5.0, 5), (np.int32(5), 5), (None, None)])
def test_largest_id(segments: SegmentationLayer, given: Any, kept: int | None) -> None:
    segments.largest_segment_id = given
    assert segments.largest_segment_id == kept
    assert saved(segments).get("largestSegmentId") == kept


def test_fractions_are_refused(segments: SegmentationLayer) -> None:
    with pytest.raises(InvalidArgumentError):
        segments.largest_segment_id = 5.5  # type: ignore[assignment]


def test_refreshing(segments: SegmentationLayer) -> None:
    segments.refresh_largest_segment_id()
    assert segments.largest_segment_id is None
    mag = small_mag(segments, 1)
    segments.refresh_largest_segment_id()
    assert segments.largest_segment_id is None
    mag.write(np.zeros((40, 3, 3), np.uint64), absolute_offset=(5, 5, 5))
    segments.refresh_largest_segment_id()
    assert segments.largest_segment_id == 0
    mag.write(np.full((1, 1, 1), 2**63 + 5, np.uint64), absolute_offset=(44, 7, 7))
    segments.refresh_largest_segment_id(chunk_shape=16)
    assert segments.largest_segment_id == 2**63 + 5
    reopened = Dataset.open(segments.dataset.path).get_segmentation_layers()
    assert reopened[0].largest_segment_id == 2**63 + 5


def test_refreshing_looks_at_the_finest_mag_within_the_box(segments: SegmentationLayer) -> None:
    small_mag(segments, 2).write(np.full((8, 8, 8), 9, np.uint64))
    mag = small_mag(segments, 1)
    mag.write(np.full((5, 5, 5), 7, np.uint64), absolute_offset=(3, 3, 3))
    mag.write(np.full((5, 5, 5), 8, np.uint64), None, False, absolute_offset=(40, 0, 0))
    for executor in (None, ThreadPoolExecutor(2)):
        segments.largest_segment_id = None
        segments.refresh_largest_segment_id(executor=executor)
        assert segments.largest_segment_id == 7


def test_refreshing_negative_ids(dataset: Dataset) -> None:
    layer = dataset.add_layer("signed", "segmentation", "int32")
    small_mag(layer, 1).write(np.full((16, 16, 16), -5, np.int32))
    layer.refresh_largest_segment_id()  # type: ignore[attr-defined]
    assert layer.largest_segment_id == 0  # type: ignore[attr-defined]


def test_refreshing_damaged_segments(segments: SegmentationLayer) -> None:
    mag = small_mag(segments, 1, compress=True)
    mag.write(noise(16, 16, 16, dtype=np.uint64))
    [file] = (path for path in mag.path.rglob("*") if path.is_file() and path.stat().st_size > 2000)
    file.write_bytes(file.read_bytes()[:-50])
    with pytest.raises(CorruptDataError):
        Dataset.open(segments.dataset.path).get_segmentation_layers()[0].refresh_largest_segment_id()
