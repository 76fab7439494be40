"""The arrays that all engines read, written by the peers."""

from __future__ import annotations

from pathlib import Path

from engines import write_wkw_wkw, write_zarr_tensorstore
from volumes import em


def wkw_array(codec: str):
    """Makes `em.<codec>` if it is not there."""

    def prepare(folder: Path) -> None:
        path = folder / f"em.{codec}"
        if not path.exists():
            write_wkw_wkw(path, em(folder), codec)

    return prepare


def zarr_array(folder: Path) -> None:
    path = folder / "em.zarr"
    if not path.exists():
        write_zarr_tensorstore(path, em(folder))


def volumes_only(folder: Path) -> None:
    em(folder)
