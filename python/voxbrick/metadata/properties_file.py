"""The properties of one dataset on disk: read, and changed so that no one's change is lost.

1. A change is a function, not a new document.
2. Under a lock that excludes all other processes, the file is read again, the function changes
   what is there now, and the result replaces the file as a whole.

So layers and mags that others added in the meantime stay, and whoever changes the same value last
wins.

A folder of OME-Zarr images needs no file: it is written when something changes for the first time.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

from voxbrick.errors import AlreadyExistsError, NotFoundError, StorageError
from voxbrick.files.folders import check_path, leads_nowhere, make_folder, storage_error
from voxbrick.files.locking import create_text, lock, replace_text
from voxbrick.metadata.changes import Document
from voxbrick.metadata.defaults import PROPERTIES_FILE_NAME
from voxbrick.metadata.json import Node, read_object, text_of
from voxbrick.metadata.ome_dataset import document_of_images
from voxbrick.metadata.properties import DatasetProperties, LayerProperties, parse_layer, parse_properties


class PropertiesFile:
    """``datasource-properties.json`` in the folder of a dataset."""

    def __init__(self, folder: Path) -> None:
        check_path(folder)
        self.path = folder / PROPERTIES_FILE_NAME
        self._known = KnownLayers()

    def create(self, document: Document) -> DatasetProperties:
        """Makes the folder and writes the file, which must not be there yet."""
        properties = parse_properties(Node(document.json, str(self.path)))
        make_folder(self.path.parent)
        create_text(self.path, text_of(document.json))
        return properties

    def read(self) -> DatasetProperties:
        return self._parsed(self._load(self.path))

    def document(self) -> Document:
        """What the file says now, to look at."""
        root = self._load(self.path)
        self._parsed(root)
        return Document(root.members())

    def change(self, change: Callable[[Document], None]) -> DatasetProperties:
        """Applies a change to what the file says now; if that fails, all stays as it is."""
        self.create_if_missing()
        path = self.path.resolve()
        with lock(path):
            document = self.document()
            try:
                change(document)
                properties = self._parsed(Node(document.json, str(self.path)))
                replace_text(path, self._known.text(document.json))
            except BaseException:
                document.take_back()  # still under the lock, so it meets nobody else's work
                raise
            document.saved()
        return properties

    def _parsed(self, root: Node) -> DatasetProperties:
        return parse_properties(root, self._known.parse)

    def _load(self, path: Path) -> Node:
        try:
            return read_object(path, str(self.path))
        except (FileNotFoundError, NotADirectoryError) as error:
            found = document_of_images(self.path.parent)
            if found is not None:
                return Node(found, str(self.path.parent))
            message = (
                f"there is no dataset in {self.path.parent}: it has no {self.path.name}, and no OME-Zarr"
            )
            raise NotFoundError(message) from error
        except OSError as error:
            raise storage_error(error, "read", path) from error

    def create_if_missing(self) -> None:
        """Writes what images alone have said so far, for who is to hold the lock of the file."""
        path = self.path.resolve()
        if path.exists():
            return
        document = Document(self._load(path).members())
        with suppress(AlreadyExistsError):  # others may do the same
            create_text(path, text_of(document.json))


class KnownLayers:
    """The layers of a dataset as they were parsed and written last, by their JSON.

    What is still the same is neither parsed nor written out again: else a write that grows one layer would
    take the longer the more layers there are.
    """

    def __init__(self) -> None:
        self._properties: dict[bytes, LayerProperties] = {}
        self._texts: dict[bytes, str] = {}

    def parse(self, node: Node) -> LayerProperties:
        """What a layer is; see `parse_layer`."""
        key = _exact(node.value)
        known = self._properties.get(key)
        if known is None:
            self._properties[key] = known = parse_layer(node)
        return known

    def text(self, json: dict[str, Any]) -> str:
        """The text of a dataset as `text_of` makes it; what is of no layer of it is forgotten."""
        layers = json["dataLayers"]
        keys = [_exact(layer) for layer in layers]
        parsed, written = self._properties, self._texts
        self._properties = {key: parsed[key] for key in keys if key in parsed}
        self._texts = texts = {
            key: written.get(key) or text_of(layer) for key, layer in zip(keys, layers, strict=True)
        }
        place = token_hex(16)
        whole = text_of({**json, "dataLayers": [place] * bool(layers)})
        indented = (texts[key].rstrip().replace("\n", "\n" + 8 * " ") for key in keys)
        return whole.replace(f'"{place}"', f",\n{8 * ' '}".join(indented))


def _exact(json_value: Any) -> bytes:
    """Differs for values that are equal but not the same JSON, as 1, 1.0 and true are.

    Faster than their text. Later versions of the format depend on more than the value.
    """
    return marshal.dumps(json_value, 2)


def is_new(path: Path) -> bool:
    """Whether a dataset can be made there: nothing exists, or an empty folder.

    Properties that somebody is just writing are no content yet.

    Raises:
        NotFoundError: it is no folder, so it holds no dataset either.
        InvalidArgumentError: it cannot be the path of a folder.
        StorageError: the system does not let us look.
    """
    check_path(path)
    try:
        if leads_nowhere(path):
            raise StorageError(f"{path} is a link that leads nowhere")
        if not path.exists():
            return True
        if path.is_dir():
            return all(entry.name.startswith(f".{PROPERTIES_FILE_NAME}.") for entry in path.iterdir())
    except OSError as error:
        raise storage_error(error, "look at the folder", path) from error
    raise NotFoundError(f"{path} is no folder")
