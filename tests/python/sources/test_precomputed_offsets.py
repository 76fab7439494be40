"""Precomputed volumes have places: their scales lie in folders, and their voxels may not begin at 0."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import voxbrick
from support.commands import SIZE, done, run
from support.layouts import precomputed
from voxbrick import BoundingBox, Dataset, errors
from voxbrick.conversion import plan_conversion

VOXELS = np.arange(1, 513, dtype=np.uint8).reshape(8, 8, 8)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Something to convert that lies elsewhere."""
    voxbrick.create_array(tmp_path / "source", dtype="uint8").close()
    return tmp_path / "source"


def volume(path: Path, *offset: int) -> Path:
    precomputed(path, size=[8] * 3, voxel_offset=list(offset))
    chunk = "_".join(f"{begin}-{begin + 8}" for begin in offset)
    (path / "4_4_40").mkdir()
    (path / "4_4_40" / chunk).write_bytes(VOXELS.tobytes("F"))
    return path


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("key", ["4_4_40", "scales/deep/4_4_40"])
def test_no_array_is_made_in_the_place_of_a_scale(
    key: str, stored: bool, source: Path, tmp_path: Path
) -> None:
    precomputed(tmp_path / "volume", key=key)
    scale = tmp_path / "volume" / key
    if stored:
        scale.mkdir(parents=True)
    with pytest.raises(errors.AlreadyExistsError, match=r"4_4_40.*info"):
        voxbrick.create_array(scale, dtype="uint8")
    for overwrite in [False, True]:
        with pytest.raises(errors.AlreadyExistsError, match="4_4_40"):
            plan_conversion(source, scale, overwrite=overwrite)
    assert scale.exists() == stored
    assert voxbrick.open_array(scale).info.data_format == "neuroglancerPrecomputed"


def test_beside_scales_there_is_room(source: Path, tmp_path: Path) -> None:
    precomputed(tmp_path / "volume")
    voxbrick.create_array(tmp_path / "volume" / "other", dtype="uint8").close()
    voxbrick.create_array(tmp_path / "volume" / "4_4_40" / "inner", dtype="uint8").close()
    plan_conversion(source, tmp_path / "volume" / "8_8_40").run().close()


def test_what_is_above_and_cannot_be_read_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "info").symlink_to("/nowhere/at/all")
    voxbrick.create_array(tmp_path / "array", dtype="uint8").close()


def test_a_volume_may_be_overwritten_as_a_whole(source: Path, tmp_path: Path) -> None:
    precomputed(tmp_path / "volume")
    with plan_conversion(source, tmp_path / "volume", data_format="wkw", overwrite=True).run() as array:
        assert array.info.data_format == "wkw"


@pytest.mark.parametrize("data_format", ["wkw", "zarr", "zarr3"])
def test_a_layer_begins_where_the_volume_begins(data_format: str, tmp_path: Path) -> None:
    path = volume(tmp_path / "volume", 5, 0, 12)
    output = done("convert", path, tmp_path / "dataset", *SIZE, "--format", data_format)
    assert "dropped" not in output
    assert "at 5 x 0 x 12" in output
    layer = Dataset.open(tmp_path / "dataset").get_layer("color")
    assert layer.bounding_box == BoundingBox((5, 0, 12), (8, 8, 8))
    assert_array_equal(layer.get_mag(1).read()[0], VOXELS)


def test_layers_do_not_begin_below_zero(tmp_path: Path) -> None:
    path = volume(tmp_path / "volume", 5, -8, 12)
    result = run("convert", path, tmp_path / "dataset", *SIZE)
    assert "dropped" in result.stderr
    assert "5 x -8 x 12" in result.stderr
    layer = Dataset.open(tmp_path / "dataset").get_layer("color")
    assert layer.bounding_box == BoundingBox((0, 0, 0), (8, 8, 8))
    assert_array_equal(layer.get_mag(1).read()[0], VOXELS)


@pytest.mark.parametrize("data_format", ["zarr", "zarr3"])
def test_zarr_arrays_keep_the_place_as_an_attribute(data_format: str, tmp_path: Path) -> None:
    path = volume(tmp_path / "volume", 5, -8, 12)
    assert "dropped" not in done("convert", path, tmp_path / "array", "--format", data_format)
    with voxbrick.open_array(tmp_path / "array") as array:
        assert array.info.attributes["voxel_offset"] == [5, -8, 12]
        assert_array_equal(array.read((0, 0, 0, 0), (1, 8, 8, 8))[0], VOXELS)


def test_wkw_arrays_drop_the_place_and_say_so(tmp_path: Path) -> None:
    path = volume(tmp_path / "volume", 5, -8, 12)
    result = run("convert", path, tmp_path / "array", "--format", "wkw")
    assert result.exit_code == 0, result.output
    assert "5 x -8 x 12" in result.stderr
    assert "voxel_offset" in result.stderr
