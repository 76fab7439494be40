"""Arrays of all formats as the source of a conversion, also where others left things beside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from numpy.testing import assert_array_equal
from typer.testing import CliRunner

import voxbrick
from support.source_arrays import VOXELS, n5, precomputed, zarr
from voxbrick import Dataset
from voxbrick.cli import app
from voxbrick.conversion import plan_conversion

FORMATS = {"zarr": zarr, "n5": n5, "precomputed": precomputed}


@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS)
def test_links_that_are_no_shards_are_in_nobodys_way(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "source")
    (tmp_path / "source" / "notes").symlink_to("/nowhere")
    with plan_conversion(tmp_path / "source", tmp_path / "copy").run() as copy:
        assert_array_equal(copy.read((0, 0, 0, 0), (1, 4, 4, 4))[0], VOXELS)
    (tmp_path / "source" / "notes").unlink()
    work = [plan_conversion(tmp_path / "source", tmp_path / "b", resume=True).work for _ in range(2)]
    (tmp_path / "source" / "notes").write_text("no part of the array, and no other source")
    assert plan_conversion(tmp_path / "source", tmp_path / "b", resume=True).work == work[0] == work[1]


@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS)
def test_shards_that_lead_nowhere_are_an_error(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "source")
    for shard in voxbrick.open_array(tmp_path / "source").list_files():
        if shard.suffix != ".json" and shard.name != "info":
            shard.unlink()
            shard.symlink_to("/nowhere")
    with pytest.raises(voxbrick.StorageError, match="leads nowhere"):
        plan_conversion(tmp_path / "source", tmp_path / "copy").run()
    assert not (tmp_path / "copy").exists()


def test_a_scale_is_another_source_when_its_info_has_changed(tmp_path: Path) -> None:
    precomputed(tmp_path / "source")
    scale, info = tmp_path / "source" / "4_4_40", tmp_path / "source" / "info"
    before = plan_conversion(scale, tmp_path / "copy").work
    info.write_text(info.read_text() + " ")
    assert plan_conversion(scale, tmp_path / "copy").work != before


def test_an_axis_may_not_come_twice_in_a_layer(tmp_path: Path) -> None:
    n5(tmp_path / "source", axes=["x", "x", "y"])
    with pytest.raises(voxbrick.UnsupportedError, match="each at most once"):
        Dataset(tmp_path / "dataset", (1, 1, 1)).add_layer_from_images(tmp_path / "source", "em")
    command = ["convert", str(tmp_path / "source"), str(tmp_path / "out"), "--voxel-size", "1,1,1"]
    result = CliRunner().invoke(app, command)
    assert (result.exit_code, "each at most once" in result.output) == (1, True)


def test_what_is_called_n5_is_no_wkw(tmp_path: Path) -> None:
    zarr(tmp_path / "source")
    with pytest.raises(voxbrick.UnsupportedError, match="can be read but not written"):
        plan_conversion(tmp_path / "source", tmp_path / "copy.n5")
    plan_conversion(tmp_path / "source", tmp_path / "copy.n5", data_format="wkw")
