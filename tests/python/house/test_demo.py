"""The demo runs, proves what it says and leaves what it promises."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import voxbrick
from support.limits import TIMEOUT

nibabel = pytest.importorskip("nibabel")
imaging = pytest.importorskip("PIL.Image")

DEMO = Path(__file__).parents[3] / "docs" / "demo.py"


def test_the_demo(tmp_path: Path) -> None:
    command = [sys.executable, str(DEMO), "--output", str(tmp_path)]
    output = subprocess.check_output(command, text=True, timeout=TIMEOUT)
    assert "MB/s" in output
    scan = Path(nibabel.__file__).parent / "tests" / "data" / "example4d.nii.gz"
    expected = np.moveaxis(np.asanyarray(nibabel.load(scan).dataobj), 3, 0)
    for name in ("scan_wkw", "scan.zarr"):
        array = voxbrick.open_array(tmp_path / name)
        assert array.info.compressed
        assert_array_equal(array.read((0, 0, 0, 0), expected.shape), expected)
    with imaging.open(tmp_path / "slices.png") as picture:
        assert np.asarray(picture).std() > 10
