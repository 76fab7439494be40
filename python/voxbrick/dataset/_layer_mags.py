"""What a layer offers to add mags, and to take them away."""

from __future__ import annotations

from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import attr

from voxbrick.dataset.mag_view import MagView
from voxbrick.errors import NameTakenError
from voxbrick.geometry.mag import Mag
from voxbrick.operations import mags
from voxbrick.volume.layout import Shape, layout

if TYPE_CHECKING:
    from voxbrick.dataset.layer import Layer


class MagMethods:
    """The part of `Layer` that adds and removes mags."""

    def add_mag(
        self,
        mag: Any,
        chunk_shape: Shape | None = None,
        chunks_per_shard: Shape | None = None,
        compress: bool = False,
        *,
        shard_shape: Shape | None = None,
        chunk_size: Shape | None = None,
        block_len: int | None = None,
        file_len: int | None = None,
    ) -> MagView:
        """Adds an empty mag.

        Args:
            mag: in any form that `Mag` takes.
            chunk_shape: the unit that is read and compressed, in voxels of the mag; (32, 32, 32)
                by default. A number stands for three of itself.
            chunks_per_shard: how many chunks a file holds along each axis; (32, 32, 32) by
                default, (1, 1, 1) for Zarr version 2.
            compress: whether chunks are compressed.
            shard_shape: the same as ``chunk_shape * chunks_per_shard``, instead of the latter.
            chunk_size: deprecated, use ``chunk_shape``.
            block_len: deprecated, use ``chunk_shape``.
            file_len: deprecated, use ``chunks_per_shard``.

        Raises:
            NameTakenError: the layer has that mag.
            InvalidArgumentError: the data format has no such chunks or shards.
        """
        asked = layout(
            chunk_shape,
            chunks_per_shard,
            shard_shape,
            compress,
            chunk_size=chunk_size,
            block_len=block_len,
            file_len=file_len,
        )
        layer = _layer(self)
        mags.add(layer, Mag(mag), asked)
        return layer.get_mag(mag)

    def get_or_add_mag(
        self,
        mag: Any,
        chunk_shape: Shape | None = None,
        chunks_per_shard: Shape | None = None,
        compress: bool | None = None,
        *,
        shard_shape: Shape | None = None,
        chunk_size: Shape | None = None,
        block_len: int | None = None,
        file_len: int | None = None,
    ) -> MagView:
        """The mag if the layer has it, laid out as it is asked for; else `add_mag`."""
        asked = layout(
            chunk_shape,
            chunks_per_shard,
            shard_shape,
            compress,
            chunk_size=chunk_size,
            block_len=block_len,
            file_len=file_len,
        )
        layer = _layer(self)
        if Mag(mag) not in layer.mags:
            try:
                mags.add(layer, Mag(mag), attr.evolve(asked, compress=bool(compress)))
                return layer.get_mag(mag)
            except NameTakenError:
                layer.dataset._read_again()  # others added it since
        mags.check_layout(layer.get_mag(mag), asked)
        return layer.get_mag(mag)

    def add_mag_for_existing_files(self, mag: Any) -> MagView:
        """Adds a mag whose array is there already, in the folder of that name."""
        layer = _layer(self)
        mags.adopt(layer, Mag(mag))
        return layer.get_mag(mag)

    def add_copy_mag(
        self,
        foreign_mag_view_or_path: MagView | str | Path,
        extend_layer_bounding_box: bool = True,
        chunk_shape: Shape | None = None,
        chunks_per_shard: Shape | None = None,
        compress: bool | None = None,
        executor: Executor | None = None,
        *,
        shard_shape: Shape | None = None,
    ) -> MagView:
        """Adds a mag with the voxels of another layer's mag; its layout can be another one."""
        layer = _layer(self)
        foreign = _foreign_mag(layer, foreign_mag_view_or_path)
        asked = layout(chunk_shape, chunks_per_shard, shard_shape, compress)
        mags.copy(layer, foreign, asked, extend_layer_bounding_box, executor)
        return layer.get_mag(foreign.mag)

    def add_symlink_mag(
        self,
        foreign_mag_view_or_path: MagView | str | Path,
        make_relative: bool = False,
        extend_layer_bounding_box: bool = True,
    ) -> MagView:
        """Adds a link to the folder of another layer's mag."""
        layer = _layer(self)
        foreign = _foreign_mag(layer, foreign_mag_view_or_path)
        mags.link(layer, foreign, make_relative, extend_layer_bounding_box)
        return layer.get_mag(foreign.mag)

    def add_fs_copy_mag(
        self,
        foreign_mag_view_or_path: MagView | str | Path,
        extend_layer_bounding_box: bool = True,
    ) -> MagView:
        """Adds a copy of the files of another layer's mag."""
        layer = _layer(self)
        foreign = _foreign_mag(layer, foreign_mag_view_or_path)
        mags.copy_files(layer, foreign, extend_layer_bounding_box)
        return layer.get_mag(foreign.mag)

    def delete_mag(self, mag: Any) -> None:
        """Removes a mag and its files; of a link only the link.

        Raises:
            NameNotFoundError: the layer has no such mag.
        """
        layer = _layer(self)
        mags.delete(layer, layer.get_mag(mag))


def _layer(part: MagMethods) -> Layer:
    return cast("Layer", part)


def _foreign_mag(layer: Layer, mag: MagView | str | Path) -> MagView:
    """A mag of another layer, also by the path of its folder."""
    if isinstance(mag, MagView):
        return mag
    path = Path(mag).absolute()
    dataset = type(layer.dataset).open(path.parent.parent, read_only=True)
    return dataset.get_layer(path.parent.name).get_mag(path.name)
