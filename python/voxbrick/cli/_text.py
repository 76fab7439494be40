"""Facts as people read them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from rich.filesize import decimal

from voxbrick.cli._facts import Facts


def lines_of(facts: Facts) -> Iterator[str]:
    """The lines that describe an array, a layer or a dataset."""
    yield from {"array": _array, "layer": _layer, "dataset": _dataset}[facts["kind"]](facts)


def _array(facts: Facts) -> Iterator[str]:
    named = {
        "array": facts["path"],
        "data format": facts["data_format"],
        "dtype": facts["dtype"],
        "axes": ", ".join(facts["axes"]) or "without names",
        "shape": _shape(facts["shape"]),
        "channels": str(facts["num_channels"]),
        "chunks": _shape(facts["chunk_shape"]),
        "shards": _shards(facts),
        "codecs": _codecs(facts["codecs"]),
        "fill value": str(facts["fill_value"]),
        "stored": f"{_counted(_stored(facts), 'shard')}, {_size(facts)}",
    }
    if facts["attributes"]:
        named["attributes"] = json.dumps(facts["attributes"], ensure_ascii=False)
    yield from _aligned(named)


def _dataset(facts: Facts) -> Iterator[str]:
    size = facts["voxel_size"]
    yield from _aligned(
        {
            "dataset": facts["path"],
            "name": facts["name"],
            "voxel size": f"{_shape(size['factor'])} {size['unit']}",
            "layers": str(len(facts["layers"])),
        }
    )
    for layer in facts["layers"]:
        yield ""
        yield from _layer(layer)


def _layer(facts: Facts) -> Iterator[str]:
    box = facts["bounding_box"]
    named = {
        "layer": f"{facts['name']}, {facts['category']}",
        "box": f"{_shape(box['size'])} of {', '.join(box['axes'])} at {_shape(box['topleft'])}",
    }
    if "error" in facts:
        yield from _aligned({**named, "error": facts["error"]})
        return
    named["voxels"] = f"{facts['dtype']}, {_counted(facts['num_channels'], 'channel')}"
    yield from _aligned(named)
    if facts["mags"]:
        yield from _table([_MAG_TITLES, *map(_mag, facts["mags"])])


_MAG_TITLES = ("mag", "data format", "axes", "shape", "chunks", "shards", "stored", "on disk", "codecs")


def _mag(facts: Facts) -> tuple[str, ...]:
    if "error" in facts:
        return (facts["mag"], facts["error"])
    return (
        facts["mag"],
        facts["data_format"],
        ",".join(facts["axes"]),
        _shape(facts["shape"]),
        _shape(facts["chunk_shape"]),
        _shards(facts),
        _stored(facts),
        _size(facts),
        _codecs(facts["codecs"]),
    )


def _shards(facts: Facts) -> str:
    return f"{_shape(facts['shard_shape'])}, {_counted(facts['chunks_per_shard'], 'chunk')} each"


def _stored(facts: Facts) -> str:
    possible = facts["possible_shards"]
    return str(facts["stored_shards"]) if possible is None else f"{facts['stored_shards']} of {possible}"


def _counted(number: object, noun: str) -> str:
    return f"{number} {noun}" if str(number).split()[-1] == "1" else f"{number} {noun}s"


def _size(facts: Facts) -> str:
    ratio = facts["compression_ratio"]
    return decimal(facts["stored_bytes"]) + ("" if ratio is None else f", ratio {ratio:.2f}")


def _shape(entries: Iterable[object] | None) -> str:
    return "no end" if entries is None else " x ".join(map(str, entries)) or "one voxel"


def _codecs(codecs: list[Any]) -> str:
    return " > ".join(map(_codec, codecs)) or "none"


def _codec(codec: Any) -> str:
    configuration = codec.get("configuration") or {}
    members = (f"{name}={_value(value)}" for name, value in configuration.items())
    return f"{codec['name']}({', '.join(members)})" if configuration else str(codec["name"])


def _value(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return f"[{_codecs(value)}]"
    return value if isinstance(value, str) else json.dumps(value)


def _aligned(named: dict[str, str]) -> Iterator[str]:
    for name, value in named.items():
        yield f"{name:11}  {value}"


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Columns as wide as they need; the last cell of a row takes what it needs."""
    widths = [
        max(len(row[place]) for row in rows if len(row) > place + 1) for place in range(len(rows[0]) - 1)
    ]
    for row in rows:
        cells = [f"{cell:{width}}" for cell, width in zip(row[:-1], widths, strict=False)]
        yield "  ".join(["", *cells, row[-1]])
