"""Foreign decoders: packages that only some sources need, and their many kinds of errors."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from voxbrick.errors import CorruptDataError, UnsupportedError, VoxbrickError


def extra(module: str, name: str) -> ModuleType:
    """The module, or an error that says how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise UnsupportedError(f"this needs the package {module}; pip install 'voxbrick[{name}]'") from error


@contextmanager
def decoding(path: Path) -> Iterator[None]:
    """Whatever a decoder throws says that the file is damaged, unless the system or we refused."""
    try:
        yield
    except (VoxbrickError, FileNotFoundError, PermissionError, MemoryError):
        raise
    except Exception as error:
        raise CorruptDataError(f"{path} cannot be decoded: {error}") from error
