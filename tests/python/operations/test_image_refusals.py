"""Images that make no layer, or that a script asks too much of, are refused before anything is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import voxbrick
from support.image_files import save, save_slices, voxels
from voxbrick import Dataset

VOXEL_SIZE = (11.0, 11.0, 25.0)


def _made(tmp_path: Path, **options: Any) -> Dataset:
    return Dataset.from_images(tmp_path / "src", tmp_path / "out", VOXEL_SIZE, **options)


@pytest.mark.parametrize(
    ("names", "options"),
    [
        (("a b", "ab"), {}),
        (("a b", "ab"), {"pattern": "{layer}/{z}.png"}),
        (("a/b_c", "a_b/c"), {"map_filepath_to_layer_name": "enforce_layer_per_folder"}),
    ],
)
def test_names_that_become_equal_are_refused(tmp_path: Path, names: tuple[str, ...], options: Any) -> None:
    for name in names:
        save(tmp_path / "src" / name / "1.png", voxels((1, 9, 8)))
    with pytest.raises(voxbrick.InvalidArgumentError, match=f"'{names[0]}' and '{names[1]}'"):
        _made(tmp_path, **options)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("../evil", {}, "a layer is named by"),
        ("color", {"topleft": (0, -5, 0)}, "topleft is"),
        ("color", {"max_layers": 0}, "max_layers is 0"),
        ("color", {"timepoint": 7}, "has one timepoint"),
    ],
)
def test_wishes_that_make_no_sense_are_refused_first(
    tmp_path: Path, name: str, options: dict[str, Any], message: str
) -> None:
    images = save_slices(tmp_path / "src", voxels((1, 9, 8, 4)))
    dataset = Dataset(tmp_path / "ds", VOXEL_SIZE)
    with pytest.raises(voxbrick.VoxbrickError, match=message):
        dataset.add_layer_from_images(images, name, **options)
    assert [path.name for path in dataset.path.iterdir()] == ["datasource-properties.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ds", "src"]
