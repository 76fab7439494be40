"""What only a mag can do: tell what is stored, be compressed, be merged."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.datasets import noise, small_mag
from voxbrick import (
    BoundingBox,
    Dataset,
    InvalidArgumentError,
    MagView,
    StorageError,
    UnsupportedError,
    View,
    get_executor,
)
from voxbrick.operations import copying

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

DATA = noise(20, 24, 28)


@pytest.fixture
def written(mag1: MagView) -> MagView:
    """Data that cuts shards on all sides."""
    mag1.write(DATA, absolute_offset=(10, 10, 10))
    return mag1


def test_what_is_stored(written: MagView) -> None:
    shards = [BoundingBox((x, y, z), (16, 16, 16)) for x in (0, 16) for y in (0, 16, 32) for z in (0, 16, 32)]
    assert list(written.get_bounding_boxes_on_disk()) == shards
    assert [view.bounding_box for view in written.get_views_on_disk(read_only=True)] == shards
    parts = list(written.get_views_on_disk())
    assert [view.bounding_box for view in parts] == [
        shard.intersected_with(written.bounding_box) for shard in shards
    ]
    for view in parts:
        view.write(view.read() + 1)
    np.testing.assert_array_equal(written.read()[0], DATA + 1)
    written.layer.bounding_box = BoundingBox((0, 0, 0), (32, 48, 48))
    assert all(not view.read_only for view in written.get_views_on_disk())


def test_what_lies_beyond_the_layer_has_no_writable_view(written: MagView) -> None:
    written.layer.bounding_box = BoundingBox((0, 0, 0), (16, 16, 16))
    assert [view.bounding_box.size for view in written.get_views_on_disk()] == [(16, 16, 16)]
    assert len(list(written.get_views_on_disk(read_only=True))) == 18


def test_what_is_deleted_has_a_text(written: MagView) -> None:
    written.layer.dataset.delete_layer("color")
    assert "deleted" in repr(written)


def test_what_is_stored_in_a_coarse_mag(mag2: MagView) -> None:
    mag2.write(DATA[:2, :2, :2], absolute_offset=(40, 0, 20))
    assert list(mag2.get_bounding_boxes_on_disk()) == [BoundingBox((32, 0, 16), (32, 32, 16))]


@pytest.mark.parametrize("workers", [0, 2])
def test_compressing_in_place(written: MagView, workers: int) -> None:
    written.write(DATA[:1, :1, :1], json_update_allowed=False, absolute_offset=(100, 0, 0))
    view = written.get_view()
    if workers:
        with ThreadPoolExecutor(workers) as executor:
            written.compress(executor=executor)
    else:
        written.compress()
    assert written.info.compression_mode
    assert written.info.chunk_shape == (8, 8, 8)
    for reader in (written, view, Dataset.open(written.layer.dataset.path).get_layer("color").get_mag(1)):
        np.testing.assert_array_equal(reader.read()[0], DATA)
    assert written.read(absolute_offset=(100, 0, 0), size=(1, 1, 1)).item() == DATA[0, 0, 0]
    assert [path.name for path in written.layer.path.iterdir() if path.is_dir()] == ["1"]
    written.write(DATA + 1, absolute_offset=(10, 10, 10))
    np.testing.assert_array_equal(written.read()[0], DATA + 1)


def test_a_failing_compression_changes_nothing(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    mag = small_mag(dataset.add_layer("color", "color"), 1)
    mag.write(DATA)

    def fail(*_: Any) -> None:
        raise StorageError("disk full")

    monkeypatch.setattr(copying.CopyShard, "__call__", fail)
    with pytest.raises(StorageError):
        mag.compress()
    np.testing.assert_array_equal(mag.read()[0], DATA)
    assert not mag.info.compression_mode
    assert [path.name for path in mag.layer.path.iterdir()] == ["1"]


def test_compressing_elsewhere(tmp_path: Path, written: MagView) -> None:
    before = written.info
    written.compress(target_path=tmp_path / "target")
    target = Dataset(tmp_path / "new", (1, 1, 1))
    (tmp_path / "target" / "color").rename(target.path / "color")
    layer = target.add_layer_for_existing_files("color", "color", bounding_box=written.bounding_box)
    assert layer.get_mag(1).content_is_equal(written)
    assert layer.get_mag(1).info.compression_mode
    assert written.info == before


def test_rechunking(written: MagView) -> None:
    written.rechunk(chunk_shape=4, shard_shape=32)
    assert (written.info.chunk_shape, written.info.shard_shape) == ((4, 4, 4), (32, 32, 32))
    np.testing.assert_array_equal(written.read()[0], DATA)
    again = Dataset.open(written.layer.dataset.path).get_layer("color")
    assert again.get_mag(1).info == written.info


def test_deprecated_args(written: MagView) -> None:
    from argparse import Namespace

    with pytest.warns(DeprecationWarning, match="executor"):
        written.compress(args=Namespace())


def test_merging(written: MagView) -> None:
    layer = written.layer.dataset.add_layer_like(written.layer, "overlay")
    overlay = small_mag(layer, 1)
    patch = noise(5, 5, 5)
    patch[::2] = 0
    overlay.write(patch, absolute_offset=(12, 12, 12))
    overlay.write(patch, absolute_offset=(60, 0, 0))
    written.merge_with_view(overlay)
    expected = DATA.copy()
    expected[2:7, 2:7, 2:7] = np.where(patch == 0, expected[2:7, 2:7, 2:7], patch)
    np.testing.assert_array_equal(written.read(absolute_offset=(10, 10, 10), size=DATA.shape)[0], expected)
    np.testing.assert_array_equal(written.read(absolute_offset=(60, 0, 0), size=(5, 5, 5))[0], patch)


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_merging_on_an_executor(written: MagView, kind: str) -> None:
    overlay = small_mag(written.layer.dataset.add_layer_like(written.layer, "overlay"), 1)
    overlay.write(DATA + 1, absolute_offset=(10, 10, 10))
    with get_executor(kind, 2) as executor:
        written.merge_with_view(overlay, executor)
    np.testing.assert_array_equal(written.read()[0], DATA + 1)


def test_an_error_in_merging_names_the_chunk_and_ends_it(
    written: MagView, monkeypatch: pytest.MonkeyPatch
) -> None:
    overlay = small_mag(written.layer.dataset.add_layer_like(written.layer, "overlay"), 1)
    overlay.write(DATA, absolute_offset=(10, 10, 10))
    merged: list[int] = []

    def fail_at_first(_: Any, chunk: tuple[View, int]) -> None:
        merged.append(chunk[1])
        raise ZeroDivisionError

    monkeypatch.setattr("voxbrick.operations.mags._MergeInto.__call__", fail_at_first)
    with ThreadPoolExecutor(1) as executor:
        with pytest.raises(ZeroDivisionError) as caught:
            written.merge_with_view(overlay, executor)
        assert caught.value.__notes__[0].startswith("in chunk 0 of 18, BoundingBox")
    assert len(merged) < 18
    with pytest.raises(InvalidArgumentError, match="the executor is 'threads'"):
        written.merge_with_view(overlay, "threads")  # type: ignore[arg-type]


def test_wkw_is_no_zarr_array(dataset: Dataset) -> None:
    with pytest.raises(UnsupportedError, match="WKW"):
        dataset.add_layer("color", "color").add_mag(1).get_zarr_array()


def test_zarr_arrays(dataset: Dataset) -> None:
    pytest.importorskip("zarr", minversion="3")
    mag = dataset.add_layer("color", "color", data_format="zarr3").add_mag(1, 8, 2)
    mag.write(DATA)
    np.testing.assert_array_equal(mag.get_zarr_array()[0, :20, :24, :28], DATA)
