"""voxbrick preview DATASET."""

from pathlib import Path
from typing import Annotated

import typer

from voxbrick.cli._errors import reports_errors
from voxbrick.cli._options import parse_whole_numbers
from voxbrick.dataset.dataset import Dataset
from voxbrick.dataset.layer import Layer
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.vec3_int import Vec3Int
from voxbrick.operations.preview import draw

SUFFIXES = (".png", ".jpg", ".jpeg")


@reports_errors(interrupted="nothing was changed")
def preview(
    dataset: Annotated[Path, typer.Argument(help="The folder of a dataset.")],
    picture: Annotated[
        Path, typer.Argument(help="The .png or .jpg to write; several layers add their names to it.")
    ],
    layer: Annotated[
        list[str] | None, typer.Option(help="Show only this layer; can be given several times.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(help="Where the slices cross: x,y,z in voxels of mag 1. Default: the middle."),
    ] = None,
    mag: Annotated[
        str | None, typer.Option(help="Which mag: 1 or 2-2-1. Default: the finest that is not too large.")
    ] = None,
    size: Annotated[int, typer.Option(min=16, help="How many pixels a slice may have along an axis.")] = 512,
) -> None:
    """Draws the slices along x, y and z through a point; segments get a colour each.

    Example: voxbrick preview dataset picture.png --layer color
    """
    opened = Dataset.open(dataset, read_only=True)
    point = parse_whole_numbers(at, 3, "position")
    if picture.suffix.lower() not in SUFFIXES:
        raise typer.BadParameter(f"{picture} does not end in {', '.join(SUFFIXES)}")
    layers = [opened.get_layer(name) for name in layer] if layer else _with_voxels(opened)
    if not layers:
        raise InvalidArgumentError(f"{dataset} has no layers with voxels to show")
    for each in layers:
        path = _path(picture, each, len(layers))
        draw(each, path, None if point is None else Vec3Int(point), mag, size)
        typer.echo(str(path))


def _with_voxels(dataset: Dataset) -> list[Layer]:
    return [layer for layer in dataset.layers.values() if layer.mags and not layer.bounding_box.is_empty()]


def _path(picture: Path, layer: Layer, count: int) -> Path:
    return picture if count == 1 else picture.with_name(f"{picture.stem}_{layer.name}{picture.suffix}")
