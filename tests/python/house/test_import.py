"""`import voxbrick` brings what it needs and nothing else."""

from __future__ import annotations

import subprocess
import sys

from support.limits import TIMEOUT

LAZY = {
    "PIL",
    "imageio",
    "multiprocessing.pool",
    "nibabel",
    "rich",
    "tifffile",
    "typer",
    "voxbrick.cli",
    "voxbrick.conversion",
}


def _modules_after(statement: str) -> set[str]:
    script = f"import sys; {statement}; print(*sys.modules, sep='\\n')"
    return set(subprocess.check_output([sys.executable, "-c", script], text=True, timeout=TIMEOUT).split())


def test_nothing_heavy_is_imported() -> None:
    assert not _modules_after("import voxbrick") & LAZY


def test_star_gives_what_all_says() -> None:
    script = "from voxbrick import *; import voxbrick; print(set(voxbrick.__all__) - set(dir()))"
    assert subprocess.check_output([sys.executable, "-c", script], text=True, timeout=TIMEOUT) == "set()\n"


def test_names_are_listed_before_they_are_used() -> None:
    script = "import voxbrick; print({*voxbrick.__all__, 'dataset', 'utils'} - {*dir(voxbrick)})"
    assert subprocess.check_output([sys.executable, "-c", script], text=True, timeout=TIMEOUT) == "set()\n"
