"""Zarr groups: reading what they say, and dropping what no longer holds.

A group may keep copies of the metadata of everything below it ("consolidated metadata"). Readers
believe them, so they hide arrays that were added or changed afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from voxbrick.errors import InvalidMetadataError, StorageError
from voxbrick.files.locking import replace_text
from voxbrick.metadata.defaults import ZARR_JSON_FILE_NAME, ZGROUP_FILE_NAME, ZMETADATA_FILE_NAME
from voxbrick.metadata.json import read_object


def read_document(path: Path) -> dict[str, Any]:
    """The JSON object in a file; empty if there is no file.

    Raises:
        InvalidMetadataError: the file holds something else.
        StorageError: it cannot be read.
    """
    try:
        return read_object(path, str(path)).members()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StorageError(error.errno, f"cannot read it: {error.strerror}", str(path)) from error


def drop_consolidated(folder: Path) -> None:
    """Lets a group, and all that enclose it, forget the metadata of what they hold.

    Behind a link the groups around its target know the same arrays.
    """
    for group in {*_enclosing(folder.absolute()), *_enclosing(folder.resolve())}:
        (group / ZMETADATA_FILE_NAME).unlink(missing_ok=True)
        _drop_from(group / ZARR_JSON_FILE_NAME)


def _enclosing(folder: Path) -> Iterator[Path]:
    """The folder and those around it, as long as they are groups."""
    for each in (folder, *folder.parents):
        if not any((each / name).is_file() for name in (ZARR_JSON_FILE_NAME, ZGROUP_FILE_NAME)):
            return
        yield each


def _drop_from(path: Path) -> None:
    if path.is_dir():  # a layer of that name
        return
    try:
        document = read_document(path)
    except InvalidMetadataError:
        return  # and so no reader believes what it says
    if document.pop("consolidated_metadata", None) is not None:
        replace_text(path, json.dumps(document, indent=4))
