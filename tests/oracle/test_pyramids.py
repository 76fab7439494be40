"""Real images become datasets with pyramids, and the reference package finds the same voxels in them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import voxbrick as wk
from oracle.packages import need_reference, run_with

pytestmark = pytest.mark.filterwarnings("ignore:.* is one voxel deep")
FORMATS = ["wkw", "zarr3"]
COARSEST = 8
LAYOUT = {"chunk_shape": 32, "shard_shape": 256}


def real_images(folder: Path) -> list[Path]:
    """A checkout without links has texts in place of some."""
    found = sorted(folder.glob("*.tif*"))
    return [path for path in found if path.read_bytes().startswith((b"II*\0", b"MM\0*"))]


def tem_tiles(shared: Path, folder: Path, data_format: str) -> None:
    """Two sections of four tiles each, and segments that follow their grey values."""
    sections = folder.parents[1] / "sections"
    for section in "12":
        shutil.copytree(shared / "data" / "temca2" / section, sections / section)
    dataset = wk.Dataset.from_images(
        sections, folder, (4, 4, 35), pattern="{z}/{y}/{x}.jpg", data_format=data_format, **LAYOUT
    )
    [image] = dataset.layers.values()
    segments = dataset.add_layer(
        "segments", "segmentation", dtype_per_layer="uint32", data_format=data_format, largest_segment_id=15
    )
    segments.add_mag(1, **LAYOUT).write(image.get_mag(1).read().astype(np.uint32) // 16)


def slices(shared: Path, folder: Path, data_format: str) -> None:
    """A stack."""
    dataset = wk.Dataset(folder, (11, 11, 11))
    images = real_images(shared / "data" / "tiff")[:40]
    dataset.add_layer_from_images(images, "slices", data_format=data_format, compress=True, **LAYOUT)


def other_stacks(shared: Path, folder: Path, data_format: str) -> None:
    """One file of many pages, one in colours, and slices of different extents one by one."""
    dataset = wk.Dataset(folder, (10, 10, 30))
    for name in ("single_multipage_tiff_folder", "rgb_tiff", "tiff_with_different_shapes"):
        for image in real_images(shared / "data" / name):
            dataset.add_layer_from_images(
                image,
                f"{name}_{image.stem}",
                data_format=data_format,
                allow_multiple_layers=True,
                **LAYOUT,
            )


SOURCES: list[Callable[[Path, Path, str], None]] = [tem_tiles, slices, other_stacks]


@pytest.fixture(scope="module", params=FORMATS)
def folder(request: pytest.FixtureRequest, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Datasets by voxbrick, and what the reference package reads in them."""
    need_reference()
    folder = tmp_path_factory.mktemp(request.param)
    for name in ("source", "copy", "notes"):
        (folder / name).mkdir()
    for make in SOURCES:
        make(shared, folder / "source" / make.__name__, request.param)
    shutil.copytree(folder / "source", folder / "copy", dirs_exist_ok=True)
    for path in (folder / "source").iterdir():
        for layer in wk.Dataset.open(path).layers.values():
            layer.downsample(coarsest_mag=COARSEST)
    run_with(
        "webknossos", "pyramids.py", *(folder / name for name in ("source", "copy", "notes")), folder=folder
    )
    return folder


def mags(folder: Path) -> dict[str, wk.MagView]:
    """All mags by the names of what the reference package found."""
    return {
        f"{path.name}-{layer.name}-{mag.name}": mag
        for path in sorted((folder / "source").iterdir())
        for layer in wk.Dataset.open(path).layers.values()
        for mag in layer.mags.values()
    }


def test_the_reference_reads_all_mags(folder: Path) -> None:
    found = mags(folder)
    assert {path.stem for path in (folder / "notes").glob("*-read.npy")} == {f"{name}-read" for name in found}
    for name, mag in found.items():
        np.testing.assert_array_equal(np.load(folder / "notes" / f"{name}-read.npy"), mag.read(), name)


def test_the_reference_downsamples_alike(folder: Path) -> None:
    """By median and mode; where a voxel reaches beyond the box, what lies there is up to each."""
    found = mags(folder)
    names = {path.stem for path in (folder / "notes").glob("*-downsampled.npy")}
    assert names == {f"{name}-downsampled" for name in found}
    for name, mag in found.items():
        inside = tuple(slice(0, extent) for extent in mag.layer.bounding_box.size // mag.mag)
        expected = np.load(folder / "notes" / f"{name}-downsampled.npy")
        np.testing.assert_array_equal(
            mag.read()[(slice(None), *inside)], expected[(slice(None), *inside)], name
        )
