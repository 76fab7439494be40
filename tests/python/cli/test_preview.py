"""Previews: what they show of layers, and of what is odd."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from numpy.testing import assert_array_equal
from PIL import Image

from support.commands import VOLUME, done, make_dataset
from voxbrick import Dataset
from voxbrick.operations.preview import segment_colours


def test_previews(tmp_path: Path) -> None:
    output = done("preview", make_dataset(tmp_path).path, tmp_path / "p.png", "--at", "7,8,9", "--mag", "1")
    assert output.split() == [str(tmp_path / f"p_{layer}.png") for layer in ("color", "ids")]
    color, ids = (np.asarray(Image.open(path)) for path in output.split())
    for channel in range(3):
        assert_array_equal(color[:30, :40, channel].T, VOLUME[0, ..., 9])
    assert_array_equal(ids[:30, :40], segment_colours(VOLUME[0, ..., 9].T))
    # The second slice is x to the right and z down; voxels are ten times as deep as wide.
    assert_array_equal(color[::10, 44:84, 0][:20].T, VOLUME[0, :, 8, :])
    assert color.shape == (200, 40 + 4 + 40 + 4 + 200, 3)


def test_previews_of_what_is_odd(tmp_path: Path) -> None:
    """Layers without voxels are left out; what is no number is black."""
    dataset = Dataset(tmp_path / "ds", (1, 1, 1))
    dataset.add_layer("nothing", "color")
    floats = np.linspace(0, 1, 16 * 16 * 4, dtype=np.float32).reshape(16, 16, 4)
    floats[:8] = np.nan
    dataset.add_layer("floats", "color", dtype_per_channel="float32").add_mag(1).write(floats)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        done("preview", dataset.path, tmp_path / "p.png")
        done("preview", dataset.path, tmp_path / "p.jpg")
    picture = np.asarray(Image.open(tmp_path / "p.png"))
    assert not picture[:16, :8].any()
    assert picture[:16, 8:16].any()
    assert (tmp_path / "p.jpg").read_bytes().startswith(b"\xff\xd8\xff")


def test_segments_have_colours_of_their_own() -> None:
    ids = np.array([[0, 1, 2, 2**32, 2**63]], np.uint64)
    colours = segment_colours(ids)[0]
    assert not colours[0].any()
    assert colours[1:].min() >= 64
    assert len({tuple(colour) for colour in colours.tolist()}) == 5
