"""A mag under random writes, reads, views, growth and reopening holds what a numpy array would hold."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from support.compare import assert_same_bits
from support.datasets import LAYOUTS
from voxbrick import BoundingBox, Dataset, Mag, MagView, Vec3Int, View

EDGE = 40
"""Of the model, in voxels of the mag; nothing is written beyond."""

corners = st.builds(Vec3Int, *[st.integers(0, EDGE - 1)] * 3)
seeds = st.integers(0, 2**32 - 1)


class ModelOfAMag(RuleBasedStateMachine):
    """The voxels are those of the mag; boxes that leave this class are in Mag(1)."""

    @initialize(
        layout=st.sampled_from(list(LAYOUTS.values())),
        mag=st.sampled_from(["1", "2-2-1"]),
        channels=st.sampled_from([1, 3]),
    )
    def create(self, layout: dict[str, Any], mag: str, channels: int) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.mag = Mag(mag)
        self.voxels = np.zeros((channels, EDGE, EDGE, EDGE), np.uint16, order="F")
        self.box = BoundingBox.empty()
        dataset = Dataset(Path(self.folder.name) / "dataset", (1, 1, 1))
        layer = dataset.add_layer("layer", "color", None, np.uint16, channels, layout["data_format"])
        layer.add_mag(mag, 4, 4, layout["compress"])
        self.reopen()

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    @rule()
    def reopen(self) -> None:
        dataset = Dataset.open(Path(self.folder.name) / "dataset")
        self.view: MagView = dataset.get_layer("layer").get_mag(self.mag)

    @rule(one=corners, other=corners, seed=seeds, grows=st.booleans())
    def write(self, one: Vec3Int, other: Vec3Int, seed: int, grows: bool) -> None:
        region = between(one, other)
        data = self.write_model(region, seed)
        quietly(self.view.write, data, None, grows, absolute_offset=region.topleft * self.mag)
        if grows and not self.aligned_box().contains_bbox(region):
            self.box = self.box.extended_by(region.from_mag_to_mag1(self.mag))

    @rule(one=corners, other=corners)
    def read(self, one: Vec3Int, other: Vec3Int) -> None:
        region = between(one, other)
        found = self.view.read(absolute_bounding_box=region.from_mag_to_mag1(self.mag))
        assert_same_bits(found, self.expected(region))

    @rule(corner=corners)
    def read_beyond_the_end(self, corner: Vec3Int) -> None:
        region = BoundingBox(corner, (EDGE, 3, EDGE))
        found = self.view.read(absolute_offset=corner * self.mag, size=region.size * self.mag)
        assert_same_bits(found, self.expected(region))

    @rule(one=corners, other=corners, seed=seeds, inner=corners)
    def write_into_a_view(self, one: Vec3Int, other: Vec3Int, seed: int, inner: Vec3Int) -> None:
        region = between(one, other).intersected_with(self.aligned_box(), dont_assert=True)
        if region.is_empty():
            return
        view: View = quietly(self.view.get_view, absolute_bounding_box=region.from_mag_to_mag1(self.mag))
        offset = inner % region.size
        part = BoundingBox(region.topleft + offset, region.size - offset)
        data = self.write_model(part, seed)
        quietly(view.write, data, relative_offset=offset * self.mag)
        assert_same_bits(view.read(), self.expected(region))

    @rule(one=corners, other=corners)
    def set_the_box(self, one: Vec3Int, other: Vec3Int) -> None:
        self.box = between(one, other).from_mag_to_mag1(self.mag).with_bounds_z(new_size_z=1)
        self.view.layer.bounding_box = self.box

    @rule()
    def compare_everything(self) -> None:
        assert self.view.layer.bounding_box == self.box
        if not self.box.is_empty():
            assert_same_bits(self.view.read(), self.expected(self.aligned_box()))

    @rule()
    def compress(self) -> None:
        self.view.compress()

    def aligned_box(self) -> BoundingBox:
        """The box of the mag, in its voxels."""
        return self.box.align_with_mag(self.mag, ceil=True).in_mag(self.mag)

    def write_model(self, region: BoundingBox, seed: int) -> np.ndarray:
        data = np.random.default_rng(seed).integers(0, 2**16, (len(self.voxels), *region.size), np.uint16)
        self.voxels[(slice(None), *region.to_slices())] = data
        return data

    def expected(self, region: BoundingBox) -> np.ndarray:
        """The voxels of a region, zeros beyond the model."""
        padded = np.zeros((len(self.voxels), *region.bottomright.pairmax(EDGE)), np.uint16, order="F")
        padded[:, :EDGE, :EDGE, :EDGE] = self.voxels
        return padded[(slice(None), *region.to_slices())].copy(order="F")


def between(one: Vec3Int, other: Vec3Int) -> BoundingBox:
    """The box that has the corners as its first and last position."""
    return BoundingBox.from_points([one, other])


def quietly(function: Any, *args: Any, **kwargs: Any) -> Any:
    """Without the warning about shards that are cut."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"\[WARNING\]")
        return function(*args, **kwargs)


TestModelOfAMag = ModelOfAMag.TestCase
TestModelOfAMag.settings = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
