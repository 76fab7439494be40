"""Laying an array out anew, in place or elsewhere.

In place means beside it first, in ``.NAME.partial``: the new array is complete before the old one is
moved away, and the old one is deleted only after the new one has taken its place. If the process is
killed, the next use of the mag puts back what was moved away, and the next rewriting clears up, or
with ``resume`` goes on with the shards that are missing.

Nobody else should write the mag meanwhile. Whoever does is found out by the files having changed,
until shortly before the new array takes its place, and the old one stays. What is taken up again
knows the files as they were when it was begun.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

import attr

from voxbrick.errors import AlreadyExistsError, StorageError, UnsupportedError
from voxbrick.files.staging import Stage, clear, clear_up_after, put_back, staged, was_put_in_place
from voxbrick.metadata.changes import Document
from voxbrick.metadata.types import DataFormat
from voxbrick.metadata.zarr_groups import drop_consolidated
from voxbrick.operations.chunks import How
from voxbrick.operations.copying import copy_voxels
from voxbrick.operations.handles import MagHandle
from voxbrick.volume.create import create_mag_array_like
from voxbrick.volume.layout import Layout
from voxbrick.volume.mag_array import ArrayPlace, MagArray

Files: TypeAlias = "dict[Path, tuple[int, ...]]"


@attr.frozen
class Rewriting:
    """A mag, and how its array is to be laid out."""

    mag_view: MagHandle
    asked: Layout
    how: How
    memory: int | None
    """Bytes that all workers together may take for voxels."""
    resume: bool
    """Goes on where an earlier run was interrupted, and keeps what is done if this one is."""

    def in_place(self) -> None:
        """Replaces the array by one with the same voxels in another layout.

        Raises:
            AlreadyExistsError: another process is doing the same.
            InvalidArgumentError: what was interrupted was other work, or the mag was written since.
            StorageError: somebody wrote the mag meanwhile; it is as before.
        """
        mag_view = self.mag_view
        mag_view._handle().array.close()  # another one may have taken its place since it was opened
        if not mag_view._handle().array.is_all_of(mag_view.bounding_box.axes):
            raise UnsupportedError(f"{mag_view} has an array with further axes or channels; copy it")
        if self.resume and self.is_done:
            settle(mag_view)
            return
        path = self._path
        put_back(path, read_only=False)
        files = _files(path)
        with staged(path, self._work(files), self.resume) as stage:
            self._fill(stage, files)
            stage.finish(mark=False)  # its layout tells
            _adapt_to(mag_view)

    def elsewhere(self, place: Path) -> None:
        """Makes a copy in a folder that is not there yet.

        Raises:
            AlreadyExistsError: there is something, or another process is doing the same.
            InvalidArgumentError: what was interrupted was other work, or the mag was written since.
            StorageError: somebody wrote the mag meanwhile; nothing is kept.
        """
        files = _files(self._path)
        with staged(place, self._work(files), self.resume) as stage:
            if stage.finished:
                return
            _check_free(place)
            self._fill(stage, files)
            _check_free(place)
            stage.finish()
        drop_consolidated(place.parent)

    @property
    def is_done(self) -> bool:
        """Whether the array is laid out like that already."""
        info, layout = self.mag_view.info, self._layout
        wanted = (layout.chunk_shape, layout.chunks_per_shard, layout.compress)
        return (info.chunk_shape, info.chunks_per_shard, info.compression_mode) == wanted

    @property
    def _path(self) -> Path:
        return self.mag_view._handle().array.place.path.resolve()

    @property
    def _layout(self) -> Layout:
        info = self.mag_view.info
        return self.asked.or_else(info.chunk_shape, info.chunks_per_shard, info.compression_mode)

    def _work(self, files: Files) -> dict[str, Any]:
        return {
            "laid out anew": repr(self._layout),
            "source": [str(self._path), _digest(files)],
            "bounding_box": self.mag_view.bounding_box.to_checkpoint_name(),
        }

    def _fill(self, stage: Stage, files: Files) -> None:
        """Copies what is missing, unless somebody writes the source before that is done."""
        # Who begins may have waited for another one who laid it out anew.
        before = files if stage.resumed else _files(self._path)
        mag_view = self.mag_view
        mag_view._handle().array.close()
        box = mag_view.bounding_box.in_mag(mag_view.mag)
        if not stage.resumed:
            create_mag_array_like(mag_view._handle().array, stage.data, self._layout, box)
        stage.begin()
        target = MagArray(ArrayPlace(stage.data, lock_path=mag_view._handle().array.place.lock_path))
        how = self.how._replace(checkpoint=stage.record("shards"))
        copy_voxels(mag_view._handle().array, target, box, how, self.memory, durable=self.resume)
        self._check_unchanged(stage, before, _files(self._path))

    def _check_unchanged(self, stage: Stage, before: Files, after: Files) -> None:
        changed = dict(before.items() ^ after.items())
        if changed:
            clear(stage.destination)
            message = (
                f"{self.mag_view} was written while it was laid out anew ({len(changed)} files, such as "
                f"{min(changed)}), so it was left as it is; try again when nobody writes"
            )
            raise StorageError(errno.EBUSY, message)


def settle(mag_view: MagHandle) -> None:
    """Does what is left to do of a mag that was laid out anew when who did that died."""
    if was_put_in_place(mag_view._handle().array.place.path.resolve()):
        _adapt_to(mag_view)
    clear_up_after(mag_view.path)


def _adapt_to(mag_view: MagHandle) -> None:
    """Lets all that describes an array follow it."""
    drop_consolidated(mag_view._handle().array.place.path.resolve().parent)
    mag_view._handle().array.close()
    if mag_view.info.data_format is DataFormat.WKW:
        length = mag_view.info.shard_shape.x

        def change(document: Document) -> None:
            document.set_cube_length(mag_view.layer.name, mag_view.mag, length)

        mag_view.layer._change(change)


def _check_free(place: Path) -> None:
    """An empty folder is no obstacle."""
    if os.path.lexists(place) and not (place.is_dir() and not any(place.iterdir())):
        raise AlreadyExistsError(f"{place} is there already")


def _files(folder: Path) -> Files:
    """What changes whenever somebody writes one of the files of an array."""
    found: Files = {}
    for parent, _, names in os.walk(folder):
        for path in (Path(parent, name) for name in names):
            with suppress(FileNotFoundError):  # a temporary one
                status = path.stat()
                found[path] = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return found


def _digest(files: Files) -> str:
    listed = sorted((os.fsencode(path), state) for path, state in files.items())
    return sha256(repr(listed).encode()).hexdigest()[:16]
