"""voxbrick info PATH."""

import json
from pathlib import Path
from typing import Annotated

import typer

from voxbrick.cli._errors import reports_errors
from voxbrick.cli._facts import facts_of, lines_of


@reports_errors(interrupted="nothing was changed")
def info(
    path: Annotated[Path, typer.Argument(help="The folder of an array, a layer, a dataset or an OME-Zarr.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Says what an array, a layer or a dataset is and how much of it is stored.

    Example: voxbrick info dataset/color/1 --json
    """
    facts = facts_of(path)
    if as_json:
        typer.echo(json.dumps(facts, indent=2, allow_nan=False))
        return
    for line in lines_of(facts):
        typer.echo(line)
