"""Sizes and shapes as people write them."""

import math
import re
from typing import Any

import typer

UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def parse_bytes(text: str) -> int:
    """Understands 2G, 512M, 1.5GiB, 1000000."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    if match is None:
        raise typer.BadParameter(f"{text!r} is no amount of memory; write 512M or 2G")
    return math.floor(float(match[1]) * UNITS[match[2].upper()])


def parse_shape(text: str | None) -> tuple[int, ...] | None:
    """Understands 32, and 32,32,32; None stays None."""
    if text is None:
        return None
    if not re.fullmatch(r"[1-9]\d*(,[1-9]\d*)*", text):
        raise typer.BadParameter(f"{text!r} is no shape; write 32 or 32,32,32")
    return tuple(int(part) for part in text.split(","))


def one_or_three(text: str | None) -> Any:
    """A shape of space: one number stands for three of itself."""
    shape = parse_shape(text)
    return shape[0] if shape is not None and len(shape) == 1 else shape


def parse_numbers(text: str | None, count: int, what: str) -> tuple[float, ...] | None:
    """Understands as many numbers as asked for, with commas between them."""
    if text is None:
        return None
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) != count or not all(map(math.isfinite, numbers)):
        raise typer.BadParameter(f"{text!r} is no {what}; write {count} numbers with commas between them")
    return numbers


def parse_whole_numbers(text: str | None, count: int, what: str) -> tuple[int, ...] | None:
    """The same without fractions."""
    numbers = parse_numbers(text, count, what)
    if numbers is None:
        return None
    if any(number != int(number) for number in numbers):
        raise typer.BadParameter(f"{text!r} is no {what}; its numbers have to be whole")
    return tuple(map(int, numbers))
