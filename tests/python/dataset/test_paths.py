"""Paths that no dataset has, and those that the system refuses, are typed errors."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from voxbrick import Dataset, errors

Use = Callable[[Path], object]

USES: dict[str, Use] = {
    "open": Dataset.open,
    "create": lambda path: Dataset(path, (1, 1, 1)),
    "open or create": lambda path: Dataset(path, (1, 1, 1), exist_ok=True),
    "read only": lambda path: Dataset(path, read_only=True),
}


@pytest.fixture(params=USES.values(), ids=USES)
def use(request: pytest.FixtureRequest) -> Use:
    chosen: Use = request.param
    return chosen


@pytest.mark.parametrize("name", ["zero\0", "half\ud800", "deep\0/inner"])
def test_what_can_be_no_path(name: str, use: Use, tmp_path: Path) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="cannot be the path of a dataset"):
        use(tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["x" * 300, "x/" * 3000], ids=["name", "path"])
def test_what_is_too_long(name: str, use: Use, tmp_path: Path) -> None:
    with pytest.raises(errors.StorageError) as raised:
        use(tmp_path / name)
    assert raised.value.errno == errno.ENAMETOOLONG
    assert not list(tmp_path.iterdir())


def test_a_link_to_itself(use: Use, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("link")
    with pytest.raises(errors.VoxbrickError):
        use(tmp_path / "link")


def test_a_folder_in_the_place_of_the_properties(tmp_path: Path) -> None:
    (tmp_path / "datasource-properties.json").mkdir()
    with pytest.raises(errors.StorageError, match="cannot read"):
        Dataset.open(tmp_path)


def test_copies(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "source", (1, 1, 1))
    with pytest.raises(errors.InvalidArgumentError, match="path of a dataset"):
        dataset.copy_dataset(tmp_path / "zero\0")
    with pytest.raises(errors.StorageError):
        dataset.copy_dataset(tmp_path / ("x" * 300))


def test_bytes_that_are_no_text_are_a_path(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"n\xffme")
    Dataset(path, (1, 1, 1), name="odd")
    assert Dataset.open(path).name == "odd"


def test_a_layer_whose_name_is_too_long_is_the_only_one_that_cannot_be_used(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "brain", (1, 1, 1))
    for name in ["color", "other"]:
        dataset.add_layer(name, "color").add_mag(1)
    document = tmp_path / "brain" / "datasource-properties.json"
    properties = json.loads(document.read_text())
    properties["dataLayers"][1]["name"] = "x" * 300
    for layer in properties["dataLayers"]:
        for mag in layer["mags"] if "mags" in layer else layer["wkwResolutions"]:
            mag.pop("path", None)
    document.write_text(json.dumps(properties))
    again = Dataset.open(tmp_path / "brain")
    assert again.get_layer("color").get_mag(1).info.num_channels == 1
    with pytest.raises(errors.StorageError, match="too long"):
        again.get_layer("x" * 300).get_mag(1).info  # noqa: B018
