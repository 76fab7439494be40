"""Reading JSON that others wrote: every error names the path of the key.

What is longer, deeper or has more values than any document of a dataset is refused before it is parsed,
within the limits of the engine (``cpp/src/base/limits.hpp``).
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from voxbrick.errors import InvalidArgumentError, InvalidMetadataError
from voxbrick.files.folders import is_path

_Value = TypeVar("_Value")

_LONGEST_DOCUMENT = 64 * 2**20  # bytes
_MOST_VALUES = 2**21
_DEEPEST_NESTING = 128
_STRING = re.compile(rb'"[^"]*"')
_BRACKET = re.compile(rb"[\[{\]}]")


def read_object(path: Path, source: str) -> Node:
    """The JSON object in a file. Errors of the system pass."""
    with path.open("rb") as file:
        return parse_object(file.read(_LONGEST_DOCUMENT + 1), source)


def parse_object(text: bytes, source: str) -> Node:
    """The JSON object that a file holds, which is UTF-8 and nothing else."""
    if text.startswith(codecs.BOM_UTF8):
        raise InvalidMetadataError(
            f"{source}: begins with a byte order mark, which JSON has not: save it as plain UTF-8"
        )
    _check_structure(text, source)
    try:
        node = Node(json.loads(text.decode()), source)
    except (ValueError, RecursionError) as error:
        raise InvalidMetadataError(f"{source} is not JSON: {error}") from error
    node.members()
    return node


def _check_structure(text: bytes, source: str) -> None:
    """Lists, objects and commas outside of strings say how many values there are, and how deep."""
    if len(text) > _LONGEST_DOCUMENT:
        raise InvalidMetadataError(f"{source}: more than {_LONGEST_DOCUMENT} bytes")
    structure = _STRING.sub(b"", text.replace(rb"\\", b"").replace(rb"\"", b""))
    if sum(map(structure.count, (b",", b"[", b"{"))) >= _MOST_VALUES:
        raise InvalidMetadataError(f"{source}: more than {_MOST_VALUES} values")
    depth = 0
    for bracket in _BRACKET.finditer(structure):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > _DEEPEST_NESTING:
            raise InvalidMetadataError(f"{source}: nested more than {_DEEPEST_NESTING} levels deep")


def text_of(json_value: Any) -> str:
    """As it is saved.

    Raises:
        InvalidArgumentError: it holds something that JSON has no words for.
    """
    try:
        return json.dumps(json_value, indent=4, allow_nan=False) + "\n"
    except (ValueError, TypeError) as error:
        message = f"the properties cannot be saved as JSON, which has no NaN, infinity or objects: {error}"
        raise InvalidArgumentError(message) from error


class Node:
    """A JSON value, the file it is from, and the keys that lead to it."""

    def __init__(self, value: Any, source: str, keys: str = "") -> None:
        self.value = value
        self.source = source
        self.keys = keys

    def fail(self, expected: str) -> NoReturn:
        found = json.dumps(self.value)
        shown = found if len(found) <= 60 else f"{found[:60]}…"
        place = f"{self.source}: {self.keys}" if self.keys else self.source
        raise InvalidMetadataError(f"{place}: expected {expected}, found {shown}")

    def get(self, key: str) -> Node | None:
        """The value of a key; None if it is absent or null."""
        value = self.members().get(key)
        keys = f"{self.keys}.{key}" if self.keys else key
        return None if value is None else Node(value, self.source, keys)

    def optional(self, key: str, read: Callable[[Node], _Value]) -> _Value | None:
        """What ``read`` makes of the value of a key; None if it is absent or null."""
        node = self.get(key)
        return None if node is None else read(node)

    def __getitem__(self, key: str) -> Node:
        """The value of a key that has to be there."""
        node = self.get(key)
        return self.fail(f"an object with the key {key!r}") if node is None else node

    def items(self, length: int | None = None) -> list[Node]:
        """The elements of a list, which has to be of that length."""
        if not isinstance(self.value, list) or length not in (None, len(self.value)):
            self.fail("a list" if length is None else f"a list of {length}")
        keys = (f"{self.keys}[{place}]" for place in range(len(self.value)))
        return [Node(value, self.source, key) for value, key in zip(self.value, keys, strict=True)]

    def members(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            self.fail("an object")
        return self.value

    def text(self) -> str:
        if not isinstance(self.value, str):
            self.fail("a text")
        return self.value

    def path(self) -> str:
        """A text that file systems can take for a path."""
        path = self.text()
        return path if is_path(path) else self.fail("a path")

    def integer(self, minimum: int = 0) -> int:
        """A whole number of at most 64 bits."""
        number = self.value
        if isinstance(number, float) and number.is_integer():
            number = int(number)
        if not isinstance(number, int) or isinstance(number, bool):
            self.fail("a whole number")
        if not minimum <= number < 2**64:
            self.fail(f"a whole number of at least {minimum} that fits into 64 bits")
        return number

    def number(self) -> float:
        is_number = isinstance(self.value, (int, float)) and not isinstance(self.value, bool)
        if not is_number or not _is_finite(self.value):
            self.fail("a number")
        return float(self.value)

    def positive_number(self) -> float:
        number = self.number()
        return number if number > 0 else self.fail("a number above 0")


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # an integer that no float can hold
        return False
