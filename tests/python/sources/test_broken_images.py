"""Broken images are named, or leave gaps that are as large as they would have been."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from numpy.testing import assert_array_equal

import voxbrick
from support.image_files import save_slices, voxels
from voxbrick.conversion import Reading, Source, open_source, plan_conversion
from voxbrick.geometry.grid import whole


def _all_of(source: Source) -> np.ndarray:
    return source.read(whole(source.shape))


def _break(path: Path, how: str) -> None:
    content = path.read_bytes()
    match how:
        case "empty":
            path.write_bytes(b"")
        case "cut":
            path.write_bytes(content[: len(content) // 2])
        case "text":
            path.write_text("not an image")
        case "gone":
            path.unlink()
            path.symlink_to("nowhere")


@pytest.mark.parametrize("suffix", [".tif", ".png"])
@pytest.mark.parametrize("how", ["empty", "cut", "text", "gone"])
def test_broken_images_are_named_and_nothing_appears(tmp_path: Path, how: str, suffix: str) -> None:
    paths = save_slices(tmp_path / "src", voxels((1, 90, 80, 4)), suffix)
    for broken in paths[1:3]:
        _break(broken, how)
    with pytest.raises(voxbrick.VoxbrickError, match=r"slice[12]"):
        plan_conversion(tmp_path / "src", tmp_path / "out").run()
    assert [path.name for path in tmp_path.iterdir()] == ["src"]


@pytest.mark.parametrize("suffix", [".tif", ".png"])
@pytest.mark.parametrize("how", ["empty", "cut", "text", "gone"])
def test_broken_images_can_be_skipped(tmp_path: Path, how: str, suffix: str) -> None:
    volume = voxels((1, 90, 80, 4))
    paths = save_slices(tmp_path / "src", volume, suffix)
    _break(paths[2], how)
    volume[..., 2] = 0
    source = open_source(tmp_path / "src", Reading(skip_broken=True))
    assert source.broken == [paths[2]]
    assert_array_equal(_all_of(source), volume)


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_a_broken_image_of_several_planes_leaves_as_large_a_gap(tmp_path: Path, broken: int) -> None:
    data = voxels((9, 20, 30))
    for number in range(3):
        pages = data[3 * number : 3 * number + 3]
        tifffile.imwrite(tmp_path / f"{number}.tif", pages, photometric="minisblack")
    path = tmp_path / f"{broken}.tif"
    path.write_bytes(path.read_bytes()[:200])
    data[3 * broken : 3 * broken + 3] = 0
    source = open_source(tmp_path, Reading(skip_broken=True))
    assert_array_equal(_all_of(source)[0], data.transpose(2, 1, 0))


def test_a_gap_of_unknown_depth_is_refused(tmp_path: Path) -> None:
    for number in range(3):
        pages = voxels((number + 1, 20, 30))
        tifffile.imwrite(tmp_path / f"{number}.tif", pages, photometric="minisblack")
    (tmp_path / "0.tif").write_bytes(b"")
    with pytest.raises(voxbrick.CorruptDataError, match=r"0\.tif .* the depth of the others are 2, 3"):
        open_source(tmp_path, Reading(skip_broken=True))
