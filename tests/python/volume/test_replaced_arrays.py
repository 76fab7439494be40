"""Arrays that change behind the back of who opened them, and arrays that are not what the properties say."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.datasets import SHARD, noise
from voxbrick import (
    BoundingBox,
    CorruptDataError,
    Dataset,
    InvalidMetadataError,
    MagView,
    NotFoundError,
    View,
    create_array,
)

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

DATA = noise(40, 24, 20)

REWRITES: dict[str, Callable[[MagView], None]] = {
    "compressed": lambda mag: mag.compress(),
    "larger shards": lambda mag: mag.rechunk(shard_shape=4 * SHARD),
    "smaller shards": lambda mag: mag.rechunk(chunk_shape=SHARD // 2, shard_shape=SHARD // 2),
    "twice": lambda mag: (mag.rechunk(shard_shape=4 * SHARD), mag.rechunk(shard_shape=SHARD))[0],
}


def rewritten(mag: MagView, rewrite: str) -> tuple[View, View]:
    """A view that reads and one that writes, both opened before another process lays the array out anew."""
    mag.write(DATA)
    stale = Dataset.open(mag.layer.dataset.path).get_layer("color").get_mag(1)
    views = stale.get_view(read_only=True), stale.get_view()
    for view in (stale, *views):
        view.read(absolute_offset=(0, 0, 0), size=(1, 1, 1))
    REWRITES[rewrite](mag)
    return views


@pytest.mark.parametrize("rewrite", REWRITES)
def test_what_was_opened_before_is_read(mag1: MagView, rewrite: str) -> None:
    view, _ = rewritten(mag1, rewrite)
    for box in (BoundingBox((33, 17, 17), (3, 3, 3)), view.bounding_box):
        np.testing.assert_array_equal(view.read(absolute_bounding_box=box)[0], DATA[box.to_slices()])
    assert view.content_is_equal(mag1)


@pytest.mark.parametrize("rewrite", REWRITES)
def test_what_was_opened_before_is_written(mag1: MagView, rewrite: str) -> None:
    _, view = rewritten(mag1, rewrite)
    expected = DATA.copy()
    for corner in ((30, 14, 14), (0, 0, 0), (36, 20, 16)):
        box = BoundingBox(corner, (4, 4, 4))
        expected[box.to_slices()] = 200
        view.write(np.full(box.size, 200, np.uint8), absolute_bounding_box=box)
    np.testing.assert_array_equal(mag1.read()[0], expected)


@pytest.mark.parametrize("rewrite", REWRITES)
def test_what_was_opened_before_is_described(mag1: MagView, rewrite: str) -> None:
    for view in rewritten(mag1, rewrite):
        assert view.info == Dataset.open(mag1.layer.dataset.path).get_layer("color").get_mag(1).info


def test_a_mag_that_was_opened_before_grows(mag1: MagView) -> None:
    mag1.write(DATA)
    stale = Dataset.open(mag1.layer.dataset.path).get_layer("color").get_mag(1)
    stale.read()
    mag1.rechunk(chunk_shape=SHARD // 2, shard_shape=SHARD // 2)
    stale.write(DATA, absolute_offset=(40, 0, 0))
    found = Dataset.open(mag1.layer.dataset.path).get_layer("color").get_mag(1).read()
    np.testing.assert_array_equal(found[0], np.concatenate([DATA, DATA]))


def test_what_is_gone_is_no_zeros(mag1: MagView) -> None:
    mag1.write(DATA)
    view = mag1.get_view()
    view.read()
    shutil.rmtree(mag1.path)
    with pytest.raises(NotFoundError, match="no array"):
        view.read()


@pytest.mark.parametrize("layout", [{"data_format": "wkw", "compress": True}], ids=["wkw_lz4"])
def test_damage_stays_damage(mag1: MagView) -> None:
    mag1.write(DATA)
    for file in mag1.path.rglob("x*.wkw"):
        file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(CorruptDataError):
        mag1.read()


def test_relative_paths_travel(mag1: MagView, monkeypatch: pytest.MonkeyPatch) -> None:
    mag1.write(DATA)
    path = mag1.layer.dataset.path
    monkeypatch.chdir(path.parent)
    mag = Dataset.open(path.name).get_layer("color").get_mag(1)
    views = mag.get_view(), mag.get_view(read_only=True)
    here = [pickle.dumps(view) for view in views]
    monkeypatch.chdir(path)
    for view in (*views, *map(pickle.loads, here), *(pickle.loads(pickle.dumps(view)) for view in views)):
        np.testing.assert_array_equal(view.read()[0], DATA)


# -- what the properties say ---------------------------------------------------------------------

CLAIMS: list[tuple[int, dict[str, Any], dict[str, Any], str | None]] = [
    (1, {}, {}, None),
    (3, {"numChannels": 3, "elementClass": "uint24"}, {}, None),
    (3, {}, {"channelIndex": 0}, None),
    (3, {}, {"channelIndex": 2}, None),
    (3, {}, {"path": "../shared/1"}, None),
    (3, {}, {"channelIndex": 3}, "3 channels, .* ask for 4"),
    (3, {}, {}, "3 channels, .* say 1 and no channelIndex"),
    (1, {"numChannels": 3, "elementClass": "uint24"}, {}, "1 channels, .* say 3"),
    (1, {"dataFormat": "zarr"}, {}, "format zarr3, .* say zarr"),
    (1, {"dataFormat": "wkw"}, {}, "format zarr3, .* say wkw"),
    (1, {"elementClass": "uint16"}, {}, "uint8, .* say uint16"),
]


@pytest.mark.parametrize(("channels", "layer_claims", "mag_claims", "message"), CLAIMS)
def test_arrays_and_properties_agree(
    tmp_path: Path, channels: int, layer_claims: Any, mag_claims: Any, message: str | None
) -> None:
    voxels = noise(channels, 4, 4, 4)
    shapes = {"shape": voxels.shape, "chunk_shape": (1, 2, 2, 2), "axes": "cxyz"}
    for folder in ("dataset/em/1", "shared/1"):
        with create_array(tmp_path / folder, data_format="zarr3", dtype="uint8", **shapes) as array:
            array.write((0, 0, 0, 0), voxels)
    box = {"topLeft": [0, 0, 0], "width": 4, "height": 4, "depth": 4}
    layer = {"name": "em", "category": "color", "elementClass": "uint8", "dataFormat": "zarr3"}
    layer |= {"numChannels": 1, "boundingBox": box, "mags": [{"mag": 1, **mag_claims}], **layer_claims}
    document = {"id": {"name": "d", "team": ""}, "scale": [1, 1, 1], "dataLayers": [layer]}
    (tmp_path / "dataset" / "datasource-properties.json").write_text(json.dumps(document))
    mag = Dataset.open(tmp_path / "dataset").get_layer("em").get_mag(1)
    if message is None:
        first = mag_claims.get("channelIndex", 0)
        np.testing.assert_array_equal(mag.read(), voxels[first : first + layer["numChannels"]])
        return
    with pytest.raises(InvalidMetadataError, match=message):
        mag.read()
