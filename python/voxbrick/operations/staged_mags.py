"""A mag that is made of another one appears when it is complete, or replaces an old one as a whole.

It is filled in a hidden folder beside its place (see `staging`), where it is also recorded which
shards are done. Only then it is moved to its place, and only after that the properties list it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import attr

from voxbrick.errors import AlreadyExistsError
from voxbrick.files import fingerprint
from voxbrick.files.checkpoint import Checkpoint
from voxbrick.files.staging import Stage, staged, was_put_in_place
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.metadata.properties import MagViewProperties
from voxbrick.operations import mags
from voxbrick.operations.handles import LayerHandle, MagHandle, ViewHandle
from voxbrick.volume.create import create_mag_array
from voxbrick.volume.layout import Layout, with_defaults
from voxbrick.volume.mag_array import ArrayPlace, MagArray

if TYPE_CHECKING:
    from contextlib import ExitStack


METADATA = ("header.wkw", "zarr.json", ".zarray", ".zattrs")
"""The files of an array that hold no voxels."""

Fill: TypeAlias = "Callable[[MagHandle, ViewHandle, Checkpoint], None]"
"""Fills a view from a mag, and records what is done."""


@attr.frozen
class StagedMag:
    """A mag of a layer that is to be made of another one."""

    layer: LayerHandle
    source: MagHandle
    mag: Mag
    asked: Layout
    """Of a new mag; one that is there keeps its layout."""
    described: dict[str, Any]
    """How it is made, as JSON values: only the same work is taken up again."""

    def make(self, fill: Fill, resume: bool, stages: ExitStack) -> None:
        """Makes it; the record of what is done goes when the stages are closed.

        Raises:
            AlreadyExistsError: a folder that is no mag of the layer is in its place.
            InvalidArgumentError: what was interrupted was other work.
        """
        place = self._place()
        self._check_free(place)
        stage = stages.enter_context(staged(place, self._work(), resume))
        if not stage.finished:
            self._fill(stage, fill)
        self._register()

    def _fill(self, stage: Stage, fill: Fill) -> None:
        if not stage.resumed:
            self._create(stage.data)
        stage.begin()
        fill(self.source, self._view_of(stage.data), stage.record("shards"))
        stage.finish(mark=False)  # the properties tell

    @property
    def _old(self) -> MagHandle | None:
        return self.layer.mags.get(self.mag)

    def _place(self) -> Path:
        """The folder of the array; where there is a link, the one that it leads to."""
        if self._old is not None:
            return self._old.path.resolve()
        return MagViewProperties(self.mag).folder(self.layer.dataset.path, self.layer.name)

    def _check_free(self, place: Path) -> None:
        """What an earlier run left there before it could say so in the properties is no obstacle."""
        if self._old is None and os.path.lexists(place) and not was_put_in_place(place):
            raise AlreadyExistsError(f"{place} is there already, though {self.layer} has no mag {self.mag}")

    def _create(self, path: Path) -> None:
        """An empty array; instead of an old one the same without its voxels."""
        if self._old is not None:
            _copy_without_voxels(self._old, path)
            return
        layer = self.layer
        layout = with_defaults(
            mags.layout_like(self.source, self.asked, layer.data_format), layer.data_format
        )
        create_mag_array(
            path, layer.data_format, layer.dtype_per_channel, layer.num_channels, layout, self._extent()
        )

    def _extent(self) -> NDBoundingBox:
        return self._box().in_mag(self.mag)

    def _box(self) -> NDBoundingBox:
        return self.layer.bounding_box.align_with_mag(self.mag, ceil=True)

    def _view_of(self, path: Path) -> ViewHandle:
        old = self._old
        place = ArrayPlace(path) if old is None else attr.evolve(old._handle().array.place, path=path)
        array = MagArray(place)
        array.reach(self._extent())
        return ViewHandle(array, self._box(), self.mag, read_only=False)

    def _work(self) -> dict[str, Any]:
        return {
            **self.described,
            "source": [str(self.source.path), fingerprint.of_folder(self.source.path)],
            "bounding_box": self.layer.bounding_box.to_checkpoint_name(),
            "asked": repr(self.asked),
        }

    def _register(self) -> None:
        old = self._old
        if old is None:
            mags.adopt(self.layer, self.mag)
        else:
            old._handle().array.close()


def _copy_without_voxels(mag: MagHandle, path: Path) -> None:
    """If the array holds more than the layer, with all that it holds."""
    if not mag._handle().array.is_all_of(mag.bounding_box.axes):
        shutil.copytree(mag.path, path)
        return
    path.mkdir()
    for name in METADATA:
        if (mag.path / name).exists():
            shutil.copyfile(mag.path / name, path / name)
