"""Batch commands as the tests call them, and a dataset and slices to call them with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from typer.testing import CliRunner, Result

from support.image_files import save_slices, voxels
from voxbrick import BoundingBox, Dataset, LayerViewConfiguration
from voxbrick.cli import app

SIZE = ("--voxel-size", "4,4,40")
VOLUME = voxels((1, 40, 30, 20))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def done(*arguments: object) -> str:
    """What a command says that succeeds."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def make_slices(folder: Path) -> Path:
    save_slices(folder / "slices", VOLUME)
    return folder / "slices"


def make_dataset(folder: Path) -> Dataset:
    """Two layers, one with two mags, one whose box leaves out what is stored."""
    dataset = Dataset(folder / "dataset", (4, 4, 40))
    color = dataset.add_layer("color", "color", dtype_per_channel="uint8")
    color.add_mag(1, 8, 2).write(VOLUME)
    color.add_mag(2, 8, 2).write(VOLUME[:, ::2, ::2, ::2])
    color.default_view_configuration = LayerViewConfiguration(color=(1, 2, 3))
    ids = dataset.add_layer("ids", "segmentation", dtype_per_channel="uint32", largest_segment_id=200)
    ids.add_mag(1, 8, 2).write(VOLUME.astype(np.uint32))
    ids.bounding_box = BoundingBox((0, 0, 0), (40, 30, 10))
    return dataset
