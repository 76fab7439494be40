"""The many kinds of errors of other packages' decoders."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voxbrick.errors import CorruptDataError, VoxbrickError


@contextmanager
def decoding(path: Path) -> Iterator[None]:
    """Whatever a decoder throws says that the file is damaged, unless the system or we refused."""
    try:
        yield
    except (VoxbrickError, FileNotFoundError, PermissionError, MemoryError):
        raise
    except Exception as error:
        raise CorruptDataError(f"{path} cannot be decoded: {error}") from error
