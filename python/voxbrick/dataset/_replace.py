"""Files that are written as a whole: a reader finds the old text or the new one, also after a power cut.

A text is written into a neighbour first, whose lock the writer holds. Who is killed may leave it behind:
the next writer of the same file takes it over.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voxbrick.dataset._lock import exclusive
from voxbrick.disk import sync
from voxbrick.errors import AlreadyExistsError, StorageError


def replace_text(path: Path, text: str) -> None:
    """Gives a file a new text, or makes it."""
    with _neighbour(path, text) as neighbour:
        if path.exists():
            shutil.copymode(path, neighbour)
            sync(neighbour)  # else its name may last while its text does not, and both texts are lost
        neighbour.replace(path)


def create_text(path: Path, text: str) -> None:
    """Makes a file that must not be there yet; of two who try, one gets an error."""
    with _neighbour(path, text) as neighbour:
        try:
            os.link(neighbour, path)
        except OSError as error:
            if path.exists():
                raise AlreadyExistsError(f"{path} is there already") from error
            # Without hard links nothing tells apart two who make the file at the same time.
            neighbour.replace(path)


@contextmanager
def _neighbour(path: Path, text: str) -> Iterator[Path]:
    """A file with the text in the same folder, gone afterwards."""
    neighbour = path.with_name(f".{path.name}.tmp")
    try:
        with exclusive(neighbour, make=True):
            try:
                neighbour.write_text(text, encoding="utf-8")
                yield neighbour
            finally:
                neighbour.unlink(missing_ok=True)
    except AlreadyExistsError:
        raise
    except OSError as error:
        message = f"cannot write it: {error.strerror}"
        raise StorageError(error.errno, message, str(path)) from error
