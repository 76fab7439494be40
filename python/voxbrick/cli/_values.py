"""Sizes and shapes as people write them."""

import math
import re

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
