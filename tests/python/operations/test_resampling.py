"""Mags made of mags, against the slow reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voxbrick
from reference import resample as slow
from support.datasets import noise, small_mag
from voxbrick import (
    BoundingBox,
    CorruptDataError,
    Dataset,
    Layer,
    Mag,
    MagView,
    MisalignedError,
    NameNotFoundError,
    NameTakenError,
    NDBoundingBox,
    ReadOnlyError,
)
from voxbrick.operations import pyramid

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

BOX = BoundingBox((5, 3, 2), (45, 38, 21))
"""No border of it is one of a cell of any mag but the finest."""


def fill(layer: Layer, compress: bool = True, dtype: Any = np.uint8) -> np.ndarray:
    """Mag 1 with noise in the box, and other noise around it, which is not part of the layer."""
    mag = small_mag(layer, 1, compress)
    layer.bounding_box = BOX
    mag.write(noise(64, 64, 32, dtype=dtype), absolute_offset=(0, 0, 0), json_update_allowed=False)
    return mag.read()


def same(mag: MagView, voxels: np.ndarray) -> None:
    np.testing.assert_array_equal(mag.read(), voxels)


def expected(voxels: np.ndarray, mode: str, *steps: tuple[int, int, int]) -> np.ndarray:
    offset = [0, *BOX.topleft]
    for step in steps:
        factors = (1, *step)
        voxels = slow.downsample(voxels, factors, mode, offset)
        offset = [begin // factor for begin, factor in zip(offset, factors, strict=True)]
    return voxels


@pytest.mark.parametrize(
    ("interpolation", "mode"),
    [
        (None, "median"),
        ("MODE", "mode"),
        ("nearest", "nearest"),
        ("bilinear", "mean"),
        ("max", "max"),
        ("min", "min"),
    ],
)
def test_every_mag_is_made_of_the_one_before(
    layer: Layer, layout: Any, interpolation: str | None, mode: str
) -> None:
    voxels = fill(layer, layout["compress"])
    options = {} if interpolation is None else {"interpolation_mode": interpolation}
    layer.downsample(coarsest_mag=4, **options)
    assert list(layer.mags) == [Mag(1), Mag("2-2-1"), Mag("4-4-2")]
    same(layer.get_mag("2-2-1"), expected(voxels, mode, (2, 2, 1)))
    same(layer.get_mag("4-4-2"), expected(voxels, mode, (2, 2, 1), (2, 2, 2)))
    assert layer.bounding_box == BOX


def test_segments_are_downsampled_by_mode(dataset: Dataset) -> None:
    layer = dataset.add_layer("cells", "segmentation", dtype="uint32", largest_segment_id=7)
    voxels = fill(layer, dtype=np.uint32)
    layer.downsample(coarsest_mag=2, sampling_mode="isotropic")
    same(layer.get_mag(2), expected(voxels, "mode", (2, 2, 2)))
    assert layer.largest_segment_id == 7


def test_several_channels_and_any_factors(dataset: Dataset) -> None:
    layer = dataset.add_layer("color", "color", dtype="int16", num_channels=3, bounding_box=BOX)
    voxels = noise(3, *BOX.size, dtype=np.int16) - 50
    small_mag(layer, 1).write(voxels)
    layer.downsample_mag(1, "8-2-4", interpolation_mode="bilinear")
    same(layer.get_mag("8-2-4"), expected(voxels, "mean", (8, 2, 4)))


def test_a_list_of_mags(layer: Layer) -> None:
    voxels = fill(layer)
    layer.downsample_mag_list(1, [2, "4-4-2"])
    same(layer.get_mag("4-4-2"), expected(voxels, "median", (2, 2, 2), (2, 2, 1)))
    with pytest.raises(ValueError, match="coarser in some axis"):
        layer.downsample_mag_list(1, [8, "16-16-4"])


EXECUTORS = {
    "none": lambda: None,
    "sequential": lambda: voxbrick.get_executor("sequential"),
    "threads": lambda: voxbrick.get_executor("threads", 2),
    "processes": lambda: voxbrick.get_executor("processes", 2, start_method="spawn"),
}


@pytest.mark.parametrize("kind", EXECUTORS)
def test_results_do_not_depend_on_pieces_and_executors(
    layer: Layer, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    voxels = fill(layer)
    monkeypatch.setattr(pyramid, "WORKER_BYTES", 2**16)
    executor = EXECUTORS[kind]()
    try:
        layer.downsample(
            coarsest_mag=4, interpolation_mode="bilinear", executor=executor, progress_desc="mags"
        )
    finally:
        if executor is not None:
            executor.shutdown()
    same(layer.get_mag("4-4-2"), expected(voxels, "mean", (2, 2, 1), (2, 2, 2)))


@pytest.mark.parametrize("interpolation", ["median", "mode", "mean"])
def test_large_factors_do_not_depend_on_memory(layer: Layer, interpolation: str) -> None:
    voxels = fill(layer)
    layer.downsample_mag(1, "16-8-16", interpolation, memory=2**16)
    same(layer.get_mag("16-8-16"), expected(voxels, interpolation, (16, 8, 16)))


def test_new_mags_are_laid_out_like_the_one_they_are_made_of(layer: Layer) -> None:
    fill(layer, compress=False)
    layer.downsample(coarsest_mag=4)
    layer.downsample_mag(1, 8, compress=False, chunk_shape=16, shard_shape=32)
    infos = [layer.get_mag(mag).info for mag in ("2-2-1", "4-4-2", 8)]
    assert [(info.chunk_shape[0], info.shard_shape[0], info.compression_mode) for info in infos] == [
        (8, 16, True),
        (8, 16, True),
        (16, 32, False),
    ]


def test_mags_without_data(layer: Layer) -> None:
    fill(layer)
    layer.downsample(coarsest_mag=4, only_setup_mags=True)
    layer.downsample_mag(1, 8, only_setup_mag=True)
    assert not any(list(layer.get_mag(mag).get_bounding_boxes_on_disk()) for mag in ("2-2-1", "4-4-2", 8))


def test_overwriting_and_doing_it_again(layer: Layer) -> None:
    layer.redownsample()
    fill(layer)
    layer.redownsample()
    layer.downsample(coarsest_mag=4)
    changed = 100 - layer.get_mag(1).read()
    layer.get_mag(1).write(changed)
    with pytest.raises(NameTakenError, match="allow_overwrite"):
        layer.downsample_mag(1, "2-2-1")
    layer.downsample_mag(1, "2-2-1", allow_overwrite=True)
    same(layer.get_mag("2-2-1"), expected(changed, "median", (2, 2, 1)))
    layer.redownsample(interpolation_mode="max")
    same(layer.get_mag("4-4-2"), expected(changed, "max", (2, 2, 1), (2, 2, 2)))


def test_an_empty_layer_has_empty_mags(layer: Layer) -> None:
    small_mag(layer, 1)
    layer.downsample()
    assert list(layer.mags) == [Mag(1), Mag("2-2-1"), Mag("4-4-2")]


def test_upsampling_repeats_voxels(layer: Layer) -> None:
    cells = fill(layer)
    layer.downsample_mag(1, 4, only_setup_mag=True)
    layer.get_mag(4).write(coarse := noise(*layer.get_mag(4).bounding_box.in_mag(4).size))
    layer.delete_mag(1)
    layer.upsample(4, compress=True)
    assert list(layer.mags) == [Mag(4), Mag("2-2-1"), Mag(1)]
    begin = BOX.topleft % 4
    whole = slow.upsample(coarse, (4, 4, 4))
    inside = tuple(slice(a, a + n) for a, n in zip(begin, BOX.size, strict=True))
    same(layer.get_mag(1), whole[inside][np.newaxis])
    assert layer.get_mag(1).read().shape == cells.shape
    assert layer.bounding_box == BOX


@pytest.mark.parametrize(
    ("from_mag", "finest", "mags"),
    [("4-4-1", 1, "2-2-1 1"), ("4-4-2", "2-2-1", "2-2-1"), ("8-8-4", 2, "4-4-2 2")],
)
def test_the_mags_of_upsampling(layer: Layer, from_mag: str, finest: Any, mags: str) -> None:
    layer.bounding_box = BOX
    small_mag(layer, from_mag)
    layer.upsample(from_mag, finest)
    assert " ".join(map(str, list(layer.mags)[1:])) == mags


def test_what_cannot_be_made_of_whole_voxels(layer: Layer) -> None:
    layer.bounding_box = BOX
    small_mag(layer, "2-2-1")
    for wrong in (1, "1-2-2", "4-1-1"):
        with pytest.raises(MisalignedError):
            layer.downsample_mag("2-2-1", wrong)
    with pytest.raises(ValueError, match="not finer"):
        layer.upsample("2-2-1", "1-1-2")
    for method in (layer.downsample_mag, layer.upsample):
        with pytest.raises(NameNotFoundError):
            method(4, 4)
    assert list(layer.mags) == [Mag("2-2-1")]


def test_a_mag_that_cannot_be_finished_goes_again(layer: Layer, layout: Any) -> None:
    fill(layer, layout["compress"])
    if not layout["compress"]:
        pytest.skip("raw voxels are never damaged")
    for file in _files_of(layer.get_mag(1).path):
        file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises((CorruptDataError, ValueError)):
        layer.downsample(coarsest_mag=4)
    assert list(layer.mags) == [Mag(1)]
    assert sorted(path.name for path in layer.path.iterdir() if path.is_dir()) == ["1"]


def _files_of(folder: Path) -> list[Path]:
    names = ("header.wkw", "zarr.json", ".zarray")
    return [path for path in folder.rglob("*") if path.is_file() and path.name not in names]


def test_a_read_only_dataset_stays_as_it_is(layer: Layer) -> None:
    fill(layer)
    layer.downsample(coarsest_mag=2)
    same = Dataset.open(layer.dataset.path, read_only=True).get_layer(layer.name)
    for options in ({}, {"from_mag": 1, "coarsest_mag": 2, "allow_overwrite": True}):
        with pytest.raises(ReadOnlyError):
            same.downsample(**options)


def test_other_axes_are_left_alone(dataset: Dataset) -> None:
    box = NDBoundingBox((1, 2, 0, 4), (3, 10, 12, 8), ("t", "x", "y", "z"), (1, 2, 3, 4))
    layer = dataset.add_layer("movie", "color", num_channels=2, data_format="zarr3", bounding_box=box)
    voxels = noise(2, 3, 10, 12, 8)
    layer.add_mag(1, 4, 2).write(voxels)
    layer.downsample_mag(1, "4-2-1")
    found = layer.get_mag("4-2-1").read()
    np.testing.assert_array_equal(found, slow.downsample(voxels, (1, 1, 4, 2, 1), "median", (0, 1, 2, 0, 4)))
    layer.upsample("4-2-1", "2-2-1")
    same(layer.get_mag("2-2-1"), np.repeat(found, 2, axis=2)[:, :, 1:])


def test_all_layers_of_a_dataset(dataset: Dataset) -> None:
    for name, category in (("a", "color"), ("b", "segmentation")):
        fill(dataset.add_layer(name, category), compress=False)
    dataset.downsample(coarsest_mag=2)
    assert [list(layer.mags) for layer in dataset.layers.values()] == [[Mag(1), Mag("2-2-1")]] * 2
    dataset.get_layer("a").compress()
    compressed = [
        mag.info.compression_mode for layer in dataset.layers.values() for mag in layer.mags.values()
    ]
    assert compressed == [True, True, False, True]


def test_old_words_are_taken(layer: Layer) -> None:
    fill(layer)
    with pytest.warns(DeprecationWarning, match="args"):
        layer.downsample(coarsest_mag=2, args=object(), buffer_shape=(64, 64, 64))  # type: ignore[arg-type]
    layer.delete_mag(1)
    with pytest.warns(DeprecationWarning, match="min_mag"):
        layer.upsample("2-2-1", min_mag=1, buffer_edge_len=64)
    assert list(layer.mags) == [Mag("2-2-1"), Mag(1)]
