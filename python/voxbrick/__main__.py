"""Makes `python -m voxbrick` the command line."""

from voxbrick.cli import main

main()
