"""Notes on errors, warnings at the line of the caller, optional packages."""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from pathlib import Path
from types import ModuleType

from voxbrick.errors import UnsupportedError

_PACKAGE = str(Path(__file__).parent) + os.sep


def warn_deprecated(deprecated_item: str, alternative_item: str) -> None:
    """Warns that something is deprecated, at the line that called into this package."""
    warnings.warn(
        f"[DEPRECATION] `{deprecated_item}` is deprecated, please use `{alternative_item}` instead",
        DeprecationWarning,
        stacklevel=caller_level(),
    )


def caller_level() -> int:
    """The ``stacklevel`` that leads from the calling function to the code outside this package."""
    level = 1
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
        level += 1
    return level


def add_note(error: BaseException, note: str) -> None:
    """Says more about an error, once, without changing what it is."""
    notes = getattr(error, "__notes__", [])
    if note not in notes:
        # What the method add_note() does, which Python 3.10 lacks.
        error.__notes__ = [*notes, note]


def snake_to_camel_case(snake_case_name: str) -> str:
    """``four_bit`` as ``fourBit``."""
    first, *others = snake_case_name.split("_")
    return first + "".join(word.capitalize() for word in others)


def link_to(target: Path, link: Path, make_relative: bool) -> None:
    """A symbolic link, absolute or relative to the real place of the link's folder."""
    real = target.parent.resolve() / target.name
    link.symlink_to(os.path.relpath(real, link.parent.resolve()) if make_relative else real)


def extra(module: str, name: str) -> ModuleType:
    """The module, or an error that says how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise UnsupportedError(f"this needs the package {module}; pip install 'voxbrick[{name}]'") from error
