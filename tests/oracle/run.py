"""Runs a script statement by statement with one of two packages, and notes what each statement does.

Runs with the Python of that package, so it imports nothing else that would have to be installed.

    python run.py SCRIPT PACKAGE NOTES
"""

import ast
import hashlib
import json
import sys
import warnings
from enum import Enum
from pathlib import Path

import numpy as np

REFERENCE = "webknossos"
IMPORTS = (ast.Import, ast.ImportFrom)


def described(value):
    """A value as JSON; of an array enough to tell it from any other."""
    if isinstance(value, np.ndarray):
        return [str(value.dtype), list(value.shape), hashlib.sha256(value.tobytes("C")).hexdigest()]
    if isinstance(value, Enum):
        return value.value
    if type(value) in (list, tuple, dict):
        return [described(entry) for entry in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def run(code, names):
    """What a statement did: its value, or what it raised, and the kinds of warnings."""
    note = {}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = eval(code, names)
            note["value"] = described(value)
        except Exception as error:
            note["error"] = [kind.__name__ for kind in type(error).__mro__]
            note["message"] = str(error)
    note["warnings"] = sorted({warning.category.__name__ for warning in caught})
    return note


def imported(statement, package):
    """An import as it stands after the move to another package, which is one word."""
    moved = ast.unparse(statement).replace(REFERENCE, package)
    return ast.parse(moved).body[0]


def compiled(statement):
    if isinstance(statement, ast.Expr):
        return compile(ast.Expression(statement.value), "script", "eval")
    return compile(ast.Module([statement], []), "script", "exec")


def told(statement, lines):
    """A statement and, from the line before it, what may differ there."""
    source = "\n".join(lines[statement.lineno - 1 : statement.end_lineno])
    return {"statement": source, "differs": lines[statement.lineno - 2].partition("# differs: ")[2]}


def main(script, package, notes):
    text = Path(script).read_text()
    lines = text.splitlines()
    names = {}
    noted = []
    for statement in ast.parse(text).body:
        code = imported(statement, package) if isinstance(statement, IMPORTS) else statement
        noted.append({**told(statement, lines), **run(compiled(code), names)})
    Path(notes).write_text(json.dumps(noted, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
