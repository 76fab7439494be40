"""The command line: `voxbrick`, or `python -m voxbrick`."""

import typer

from voxbrick.cli.check_equality import check_equality
from voxbrick.cli.compress import compress
from voxbrick.cli.convert import convert
from voxbrick.cli.copy import copy
from voxbrick.cli.downsample import downsample
from voxbrick.cli.export_tiff import export_tiff
from voxbrick.cli.from_images import from_images
from voxbrick.cli.info import info
from voxbrick.cli.preview import preview
from voxbrick.cli.upsample import upsample

COMMANDS = (
    info,
    from_images,
    convert,
    copy,
    downsample,
    upsample,
    compress,
    check_equality,
    export_tiff,
    preview,
)

app = typer.Typer(
    help="Block I/O for voxel volumes: WKW and Zarr.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in COMMANDS:
    app.command()(command)


def main() -> None:
    """Runs the command that the arguments name."""
    app()
