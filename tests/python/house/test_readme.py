"""What the README shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).parents[3] / "README.md"


EXAMPLES = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(example: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(example, names)
    return names


def test_datasets_and_views() -> None:
    names = run(EXAMPLES[0])
    assert names["voxels"].shape == (1, 100, 100, 64)
    assert (names["voxels"] == 255 - names["mag"].read()[:, 100:200, 100:200]).all()
    assert names["brightest"] >= 254


def test_arrays() -> None:
    names = run(EXAMPLES[1])
    assert (names["box"] == names["volume"][:, 90:140, 80:130, 70:120]).all()


def test_ome_zarr() -> None:
    names = run(EXAMPLES[2])
    assert names["image"].get_layer("em").get_mag(1).read().shape == (1, 64, 64, 64)
    Path("brain.zarr/datasource-properties.json").unlink()
    assert list(names["wk"].Dataset.open("brain.zarr").layers) == ["em"]
