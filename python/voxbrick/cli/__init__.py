"""The command line: `voxbrick`, or `python -m voxbrick`."""

import typer

from voxbrick.cli.convert import convert
from voxbrick.cli.info import info

app = typer.Typer(
    help="Block I/O for voxel volumes: WKW and Zarr.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(info)
app.command()(convert)


def main() -> None:
    """Runs the command that the arguments name."""
    app()
