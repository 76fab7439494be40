"""The stub of the extension says what the extension has."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import voxbrick
from voxbrick import _core

STUB = Path(voxbrick.__file__).with_name("_core.pyi")


def _stub_names() -> dict[str, Any]:
    return _names_of(ast.parse(STUB.read_text()).body)


def _names_of(body: list[ast.stmt]) -> dict[str, Any]:
    """Public functions with their parameters, classes with their members, values with None."""
    names: dict[str, Any] = {}
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            names[statement.name] = _names_of(statement.body)
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            names[statement.target.id] = None
        elif isinstance(statement, ast.FunctionDef) and not statement.name.startswith("_"):
            is_property = any(ast.unparse(mark) == "property" for mark in statement.decorator_list)
            names[statement.name] = None if is_property else _parameters(statement.args)
    return names


def _parameters(arguments: ast.arguments) -> list[str]:
    return [argument.arg for argument in arguments.args + arguments.kwonlyargs]


def _module_names(owner: Any) -> dict[str, Any]:
    public = {name: member for name, member in vars(owner).items() if not name.startswith("_")}
    return {name: _shape_of(getattr(owner, name)) for name in public}


def _shape_of(member: Any) -> Any:
    if isinstance(member, type):
        return _module_names(member)
    return _signature(member.__doc__) if callable(member) else None


def _signature(doc: str) -> list[str]:
    """The parameters in the first line of a docstring, which pybind11 writes."""
    return re.findall(r"(?<=[(,])\s*(\w+)(?=:)", doc.splitlines()[0])


def test_the_stub_is_up_to_date() -> None:
    stub = _stub_names()
    assert stub.pop("__version__", "missing") is None
    assert stub == _module_names(_core)


def test_the_package_is_marked_as_typed() -> None:
    assert STUB.with_name("py.typed").is_file()
