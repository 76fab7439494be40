"""What tells a function apart from others, in this run of a program and in the next one.

A checkpoint that took other work for the same would leave out chunks that were never done. So all
that was bound to a function counts, and of functions without a name of their own also the code. Objects
whose state changes while the work goes on say by ``__work_identity__()`` what they are, as values.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path, PurePath
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

_ATOMS = (type(None), bool, int, float, complex, str, bytes, np.generic, np.dtype, PurePath)


def function_marks(func: Any) -> dict[str, str]:
    """The name of a function, and a digest of what is bound to it."""
    named = func
    while isinstance(named, partial):
        named = named.func
    return {"function": _name(named), "parameters_and_code": _Digests().of(func)}


def _name(value: Any) -> str:
    named = value if hasattr(value, "__qualname__") else type(value)
    module = named.__module__
    return f"{_main_name() if module == '__main__' else module}.{named.__qualname__}"


def _main_name() -> str:
    """That of the script: two of them may have functions of the same name."""
    main = sys.modules["__main__"]
    spec, file = getattr(main, "__spec__", None), getattr(main, "__file__", None)
    if spec is not None:
        return str(spec.name)
    return "__main__" if file is None else Path(file).name


class _Digests:
    """The digests of a value and of all that is in it, each worked out once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, str]] = {}
        """By identity, together with the value, so that no other one takes its identity."""

    def of(self, value: Any) -> str:
        if id(value) not in self._known:
            self._known[id(value)] = value, "itself"  # if the value is met again inside of itself
            content = sha256(f"{type(value).__module__}.{type(value).__qualname__}".encode())
            for part in self._parts(value):
                content.update(b"\0" + part)
            self._known[id(value)] = value, content.hexdigest()[:32]
        return self._known[id(value)][1]

    def _parts(self, value: Any) -> Iterator[bytes]:
        if isinstance(value, _ATOMS):
            yield repr(value).encode()
        elif isinstance(value, np.ndarray):
            yield repr((value.dtype, value.shape)).encode()
            yield from self._each(value.tolist()) if value.dtype.hasobject else [value.tobytes()]
        elif isinstance(value, (set, frozenset)):
            yield from sorted(self._each(value))
        elif isinstance(value, dict):
            yield from sorted(self._each(value.items()))
        elif isinstance(value, (list, tuple)):
            yield from self._each(value)
        elif isinstance(value, CodeType):
            yield value.co_code
            yield from self._each([value.co_consts, value.co_names])
        elif isinstance(value, (type, ModuleType, BuiltinFunctionType)):
            yield getattr(value, "__qualname__", value.__name__).encode()
            yield str(getattr(value, "__module__", None)).encode()
        elif isinstance(value, FunctionType):
            yield _name(value).encode()
            if "<" in value.__qualname__:  # a lambda, or local to another function
                yield from self._each(_inside(value))
        else:
            yield from self._each(_state(value))

    def _each(self, values: Iterable[Any]) -> Iterator[bytes]:
        return (self.of(value).encode() for value in values)


def _inside(function: FunctionType) -> list[Any]:
    cells = [_content(cell) for cell in function.__closure__ or ()]
    return [function.__code__, function.__defaults__, function.__kwdefaults__, cells]


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _state(value: Any) -> Iterable[Any]:
    """What is in an object; its ``__work_identity__()``, if it has one."""
    if isinstance(value, partial):
        return value.func, value.args, value.keywords
    if isinstance(value, MethodType):
        return value.__self__, value.__func__
    if hasattr(type(value), "__work_identity__"):
        identity: tuple[Any, ...] = value.__work_identity__()
        return identity
    try:
        reduced = value.__reduce_ex__(4)
    except Exception:  # a lock, an open file: nothing that makes work another
        return ()
    if isinstance(reduced, str):
        return (reduced,)
    return [list(part) if isinstance(part, Iterator) else part for part in reduced]
