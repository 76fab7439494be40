"""How layers and datasets are first shown: values that JSON can say, and nothing else."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from voxbrick import (
    Dataset,
    DatasetViewConfiguration,
    InvalidArgumentError,
    Layer,
    LayerViewConfiguration,
)


@pytest.fixture
def layer(dataset: Dataset) -> Layer:
    return dataset.add_layer("color", "color")


def test_values_of_numpy_and_lists_become_plain(layer: Layer) -> None:
    view = LayerViewConfiguration(
        color=[np.uint8(1), 2, 3],  # type: ignore[arg-type]
        intensity_range=(np.uint8(1), np.float32(5.5)),
        alpha=np.float64(0.5),
        is_disabled=np.bool_(True),
    )
    view.min = np.int16(-3)
    layer.default_view_configuration = view
    expected = LayerViewConfiguration((1, 2, 3), 0.5, (1, 5.5), -3, is_disabled=True)
    assert view == layer.default_view_configuration == expected
    reopened = Dataset.open(layer.dataset.path).get_layer("color")
    assert reopened.default_view_configuration == expected
    assert DatasetViewConfiguration(position=np.array([1, 2, 3])).position == (1, 2, 3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, np.float32("nan"), (0, math.nan), {"a": math.nan}, object()]
)
def test_what_json_cannot_say(value: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="cannot hold"):
        LayerViewConfiguration(max=value)
    view = LayerViewConfiguration(max=1)
    with pytest.raises(InvalidArgumentError, match="cannot hold"):
        view.max = value
    assert view.max == 1


@pytest.mark.parametrize("value", [None, {}, {"alpha": 1}, "alpha"])
def test_what_is_no_view_configuration(layer: Layer, value: Any) -> None:
    for owner in (layer, layer.dataset):
        with pytest.raises(InvalidArgumentError, match="expected a view configuration"):
            owner.default_view_configuration = value  # type: ignore[attr-defined]
        assert owner.default_view_configuration is None


def test_files_with_numbers_that_are_none_can_be_opened(layer: Layer) -> None:
    path = layer.dataset.path / "datasource-properties.json"
    document = json.loads(path.read_text())
    document["dataLayers"][0]["defaultViewConfiguration"] = {"alpha": math.nan, "min": 1}
    path.write_text(json.dumps(document))
    reopened = Dataset.open(layer.dataset.path).get_layer("color")
    assert reopened.default_view_configuration == LayerViewConfiguration(min=1)


def test_keys_in_snake_case_are_read(layer: Layer) -> None:
    """As the reference writes them. Saved again, a member has one spelling, and others are left alone."""
    path = layer.dataset.path / "datasource-properties.json"
    document = json.loads(path.read_text())
    others = {"mystery_number": 3, "otherThing": {"four_bit": 1}}
    whole = {"four_bit": True, "loading_strategy": None, "loadingStrategy": "BEST", **others}
    document["defaultViewConfiguration"] = whole
    document["dataLayers"][0]["defaultViewConfiguration"] = {"is_disabled": True, "isDisabled": False}
    path.write_text(json.dumps(document))
    dataset = Dataset.open(layer.dataset.path)
    expected = DatasetViewConfiguration(four_bit=True, loading_strategy="BEST")
    assert dataset.default_view_configuration == expected
    assert dataset.get_layer("color").default_view_configuration == LayerViewConfiguration(is_disabled=False)
    dataset.name = "another"
    assert json.loads(path.read_text())["defaultViewConfiguration"].items() >= {"four_bit": True}.items()
    dataset.default_view_configuration = DatasetViewConfiguration(four_bit=False)
    assert json.loads(path.read_text())["defaultViewConfiguration"] == {**others, "fourBit": False}
