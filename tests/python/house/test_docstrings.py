"""The help of a public method is complete: it names each parameter, and sends nobody elsewhere."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import voxbrick as wk
from voxbrick.dataset._utils.buffered_slice_reader import BufferedSliceReader
from voxbrick.dataset._utils.buffered_slice_writer import BufferedSliceWriter

CLASSES = [
    wk.View,
    wk.MagView,
    wk.Layer,
    wk.SegmentationLayer,
    wk.Dataset,
    wk.NDBoundingBox,
    wk.BoundingBox,
    BufferedSliceReader,
    BufferedSliceWriter,
]

FEW = 2
"""Up to so many parameters, the first line says enough of them."""

ELSEWHERE = re.compile(
    r"see above|likewise|\b(is|are) those of `|: as in `[A-Z]|see `[\w.]+`( for|\.?$)", re.IGNORECASE
)


def public() -> Iterator[tuple[str, Callable[..., Any]]]:
    for owner in CLASSES:
        for name, member in vars(owner).items():
            function = inspect.unwrap(getattr(member, "__func__", member))
            if inspect.isfunction(function) and not name.startswith("_"):
                yield f"{owner.__name__}.{name}", function
    for name in wk.__all__:
        if inspect.isfunction(function := getattr(wk, name)):
            yield name, function


@pytest.mark.parametrize(("name", "function"), list(public()))
def test_help_is_complete(name: str, function: Callable[..., Any]) -> None:
    doc = inspect.getdoc(function)
    assert doc, f"{name} has no docstring"
    assert not ELSEWHERE.search(doc), f"help({name}) sends its reader elsewhere"
    parameters = [
        parameter for parameter in inspect.signature(function).parameters if parameter not in ("self", "cls")
    ]
    if len(parameters) > FEW:
        missing = [name for name in parameters if not re.search(rf"\b{name}\b", doc)]
        assert missing == [], f"help({name}) says nothing about them"
