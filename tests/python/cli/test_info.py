"""What `voxbrick info` counts, and how it spells what JSON has not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import voxbrick
from support.ome_images import VERSIONS, axes, level, write_image
from voxbrick.cli import app

KEYWORDS: dict[str, Any] = {
    "data_format": "zarr3",
    "dtype": "float32",
    "shape": (64, 64),
    "chunk_shape": (32, 32),
}


def info(path: Path) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["info", str(path), "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def create(path: Path, **changes: Any) -> Path:
    with voxbrick.create_array(path, **KEYWORDS | changes) as array:
        array.write((0, 0), np.ones((64, 64), np.float32))
    return path


@pytest.mark.parametrize("linked", [False, True])
def test_files_of_others_are_not_counted(linked: bool, tmp_path: Path) -> None:
    path = create(tmp_path / "array", compress=False)
    expected = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    if linked:
        (path / "c").rename(tmp_path / "elsewhere")
        (path / "c").symlink_to(tmp_path / "elsewhere")
    (path / "notes").write_bytes(b"x" * 100_000)
    (path / "c/1/notes").write_bytes(b"x" * 100_000)
    facts = info(path)
    assert facts["stored_bytes"] == expected
    assert facts["compression_ratio"] == pytest.approx(64 * 64 * 4 / expected, abs=0.001)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (np.nan, "NaN"),
        (np.inf, "Infinity"),
        (-np.inf, "-Infinity"),
        ("0x7fc00001", "0x7fc00001"),
        (-0.0, -0.0),
        (0.1, float(np.float32(0.1))),
    ],
)
def test_fill_values_have_the_names_of_zarr(value: Any, name: Any, tmp_path: Path) -> None:
    found = info(create(tmp_path / "array", fill_value=value))["fill_value"]
    assert json.dumps(found) == json.dumps(name)


def test_attributes_that_json_has_not(tmp_path: Path) -> None:
    path = create(tmp_path / "array", attributes={"a": ["X", 1]})
    document = (path / "zarr.json").read_text()
    (path / "zarr.json").write_text(document.replace('"X"', "NaN"))
    assert info(path)["attributes"] == {"a": ["NaN", 1]}


def test_convert_lists_the_axes_by_name(tmp_path: Path) -> None:
    path = create(tmp_path / "array", axes="xy")
    result = CliRunner().invoke(app, ["convert", str(path), str(tmp_path / "copy"), "--dry-run"])
    assert "float32 of c, x, y, z = 1 x 64 x 64 x 1" in result.output


def test_an_image_beside_others_is_what_it_is_alone(tmp_path: Path) -> None:
    for name, size in {"fine": 1, "coarse": 2}.items():
        write_image(tmp_path / name, {"axes": axes("zyx"), "datasets": [level("0", size, size, size)]})
    (tmp_path / "lost").symlink_to("/nowhere")
    [layer] = info(tmp_path / "coarse")["layers"]
    assert [mag["mag"] for mag in layer["mags"]] == ["1"]


@pytest.mark.parametrize("version", VERSIONS)
def test_channels_of_axes_that_only_the_image_names(version: str, tmp_path: Path) -> None:
    entry = {"axes": axes("zcyx"), "datasets": [level("0", 1, 1, 1, 1)]}
    path = write_image(tmp_path / "image", entry, version, np.ones((4, 3, 4, 4), np.uint8))
    [layer] = info(path)["layers"]
    assert (layer["num_channels"], layer["mags"][0]["num_channels"]) == (3, 3)


def test_warnings_are_lines_like_others(tmp_path: Path) -> None:
    path = write_image(tmp_path / "image", {"axes": axes("zyx"), "datasets": [level("0", 1, 1, 1)]})
    (path / "labels").symlink_to("/nowhere")
    result = CliRunner().invoke(app, ["info", str(path), "--json"])
    assert json.loads(result.stdout)["kind"] == "dataset"
    [line] = result.stderr.splitlines()
    assert line.startswith(f"voxbrick: {path / 'labels'} is a link that leads nowhere")
