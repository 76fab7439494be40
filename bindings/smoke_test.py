"""Tries an installed voxbrick where nothing else is installed: codecs, views and the examples of the README.

usage: smoke_test.py    in an environment that holds voxbrick and what it depends on
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import voxbrick

README = Path(__file__).parents[1] / "README.md"
ZARR2 = [
    None,
    *({"id": name} for name in ("zlib", "gzip", "bz2", "lzma", "zstd", "lz4")),
    *(
        {"id": "blosc", "cname": cname, "clevel": 5, "shuffle": shuffle}
        for cname in ("lz4", "lz4hc", "zlib", "zstd")
        for shuffle in (0, 1, 2)
    ),
]


def check_codecs() -> None:
    voxels = (np.arange(40 * 50 * 60) // 7 % 251).astype(np.uint16).reshape(40, 50, 60)
    for number, compressor in enumerate(ZARR2):
        metadata = {
            "zarr_format": 2,
            "shape": [40, 50, 60],
            "chunks": [16, 32, 64],
            "dtype": "<u2",
            "compressor": compressor,
            "fill_value": 0,
            "order": "C",
            "filters": None,
        }
        with voxbrick.create_array(f"zarr2-{number}", metadata) as array:
            array.write((0, 0, 0), voxels)
            np.testing.assert_array_equal(array.read((0, 0, 0), voxels.shape), voxels)


def check_views() -> None:
    dataset = voxbrick.Dataset("dataset", voxel_size=(11, 11, 25))
    layer = dataset.add_layer(
        "segmentation", "segmentation", dtype_per_channel="uint32", largest_segment_id=9
    )
    mag = layer.add_mag(1)
    box = voxbrick.BoundingBox((10, 20, 30), (70, 40, 50))
    voxels = np.random.default_rng(0).integers(0, 9, box.size.to_tuple(), np.uint32)
    layer.bounding_box = box
    mag.write(voxels, absolute_bounding_box=box)
    np.testing.assert_array_equal(mag.get_view(absolute_bounding_box=box).read()[0], voxels)
    layer.downsample()
    assert len(layer.mags) > 1


def run_readme() -> None:
    for number, example in enumerate(re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)):
        folder = Path(f"readme-{number}")
        folder.mkdir()
        subprocess.run([sys.executable, "-c", example], check=True, cwd=folder, timeout=120)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        check_codecs()
        check_views()
        run_readme()
        subprocess.run([sys.executable, "-m", "voxbrick", "info", "dataset"], check=True, timeout=60)
        os.chdir("/")
    print(f"voxbrick {voxbrick.__version__} works on Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main()
