"""voxbrick info PATH."""

import json
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.filesize import decimal

from voxbrick.array import open_array
from voxbrick.cli._errors import reports_errors
from voxbrick.disk import stored_bytes


@reports_errors
def info(
    path: Annotated[Path, typer.Argument(help="The folder of an array.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Says what an array is and how much of it is stored."""
    facts = _facts(path)
    if as_json:
        typer.echo(json.dumps(facts, indent=2, allow_nan=False))
        return
    facts["stored_bytes"] = decimal(facts["stored_bytes"])
    width = max(map(len, facts))
    for name, fact in facts.items():
        typer.echo(f"{name.replace('_', ' '):{width}}  {_show(fact)}")


def _facts(path: Path) -> dict[str, Any]:
    with open_array(path) as array:
        meta = array.info
        return {
            "path": array.path,
            "data_format": meta.data_format,
            "dtype": meta.dtype.name,
            "axes": list(meta.axes),
            "shape": None if meta.shape is None else list(meta.shape),
            "num_channels": meta.num_channels,
            "chunk_shape": list(meta.chunk_shape),
            "shard_shape": list(meta.shard_shape),
            "compressed": meta.compressed,
            "codecs": meta.codecs,
            "fill_value": _json_value(meta.fill_value),
            "attributes": meta.attributes,
            "stored_shards": len(array.list_shards()),
            "stored_bytes": stored_bytes(path),
        }


def _json_value(number: np.generic) -> Any:
    """The number, or its name where JSON has none."""
    return number.item() if np.isfinite(number) else str(number)


def _show(fact: Any) -> str:
    if fact is None:
        return "no end"
    if isinstance(fact, list) and all(isinstance(entry, int | str) for entry in fact):
        return ", ".join(map(str, fact))
    return fact if isinstance(fact, str) else json.dumps(fact)
