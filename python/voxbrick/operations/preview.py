"""Pictures of layers: the slices along x, y and z through a point, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxbrick._support import extra
from voxbrick.errors import BoundsError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import Vec3Int
from voxbrick.metadata.types import SEGMENTATION_CATEGORY
from voxbrick.operations.handles import LayerHandle, MagHandle

GAP = 4
"""Pixels between two slices."""
PLANES = (("x", "y"), ("x", "z"), ("z", "y"))
"""What lies to the right and down in each picture."""

Picture = NDArray[np.uint8]


def draw(layer: LayerHandle, path: Path, at: Vec3Int | None, mag: Any, size: int) -> None:
    """Writes a picture, in the format that its name ends in.

    Raises:
        BoundsError: the point is not in the layer, or that is empty.
    """
    view = _fitting_mag(layer, size) if mag is None else layer.get_mag(mag)
    box = view.bounding_box
    point = box.topleft_xyz + box.size_xyz // 2 if at is None else at
    _check_inside(layer, box, point)
    planes = [_plane(view, point, right, down) for right, down in PLANES]
    coloured = _coloured(layer, planes)
    scale = _scale(view, size)
    scaled = [
        _scaled(picture, scale * _pixel(view, right), scale * _pixel(view, down))
        for picture, (right, down) in zip(coloured, PLANES, strict=True)
    ]
    extra("PIL.Image", "images").fromarray(_side_by_side(scaled)).save(path)


def _fitting_mag(layer: LayerHandle, size: int) -> MagHandle:
    """The finest mag in which no slice is much larger than the picture, or else the coarsest."""
    mags = [layer.get_mag(mag) for mag in sorted(layer.mags)]
    fitting = (view for view in mags if max(view.bounding_box.in_mag(view.mag).size_xyz) <= 2 * size)
    return next(fitting, mags[-1] if mags else layer.get_finest_mag())


def _check_inside(layer: LayerHandle, box: NDBoundingBox, point: Vec3Int) -> None:
    begin, end = box.topleft_xyz, box.bottomright_xyz
    if not all(a <= p < b for a, p, b in zip(begin, point, end, strict=True)):
        raise BoundsError(f"{point.to_tuple()} is not in {layer}, which covers {box}")


def _plane(view: MagHandle, point: Vec3Int, right: str, down: str) -> NDArray[Any]:
    """A slice as rows, columns and channels; of other axes the first place."""
    box = view.bounding_box
    for axis in box.axes:
        if axis in (right, down):
            continue
        step = view.mag.to_vec3_int()["xyz".index(axis)] if axis in "xyz" else 1
        begin = point["xyz".index(axis)] // step * step if axis in "xyz" else box.get_bounds(axis)[0]
        box = box.with_bounds(axis, begin, step)
    voxels = view.read(absolute_bounding_box=box)
    order = [0, *(1 + box.axes.index(axis) for axis in (down, right))]
    others = [place for place in range(voxels.ndim) if place not in order]
    return voxels.transpose(*others, order[1], order[2], 0).reshape(
        voxels.shape[order[1]], voxels.shape[order[2]], -1
    )


def _coloured(layer: LayerHandle, planes: list[NDArray[Any]]) -> list[Picture]:
    if layer.category == SEGMENTATION_CATEGORY:
        return [segment_colours(plane[..., 0]) for plane in planes]
    low, high = _range(planes)
    greys = (_grey(plane, low, high) for plane in planes)
    return [grey[..., :3] if grey.shape[2] >= 3 else grey[..., :1].repeat(3, axis=2) for grey in greys]


def _grey(plane: NDArray[Any], low: float, high: float) -> Picture:
    """What is no number is black."""
    scaled = (plane - low) / (high - low) * 255
    return np.nan_to_num(np.clip(scaled, 0, 255)).astype(np.uint8)


def _range(planes: list[NDArray[Any]]) -> tuple[float, float]:
    """What is shown black and white: uint8 as it is, other types from their darkest to their brightest."""
    if planes[0].dtype == np.uint8:
        return 0.0, 255.0
    voxels = np.concatenate([plane.ravel() for plane in planes]).astype(float)
    finite = voxels[np.isfinite(voxels)]
    low, high = np.percentile(finite, (0.5, 99.5)) if finite.size else (0.0, 1.0)
    return float(low), float(max(high, low + 1e-9))


def segment_colours(ids: NDArray[Any]) -> Picture:
    """A colour for each id, always the same one and never dark; 0 is black."""
    mixed = ids.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    shifts = np.array([40, 48, 56], np.uint64)
    bytes_of_id = (mixed[..., np.newaxis] >> shifts) & np.uint64(0xFF)
    colours = (64 + bytes_of_id * np.uint64(191) // np.uint64(255)).astype(np.uint8)
    return np.where(ids[..., np.newaxis] == 0, np.uint8(0), colours)


def _pixel(view: MagHandle, axis: str) -> float:
    """The extent of a voxel of the mag, in nanometers."""
    place = "xyz".index(axis)
    return view.layer.dataset.voxel_size[place] * view.mag.to_vec3_int()[place]


def _scale(view: MagHandle, size: int) -> float:
    """Pixels for each nanometer: voxels are not enlarged along their shortest side."""
    pixels = [_pixel(view, axis) for axis in "xyz"]
    extents = view.bounding_box.in_mag(view.mag).size_xyz
    longest = max(n * pixel for n, pixel in zip(extents, pixels, strict=True))
    return min(1 / min(pixels), size / longest)


def _scaled(picture: Picture, width: float, height: float) -> Picture:
    """With voxels of so many pixels."""
    rows, columns = picture.shape[:2]
    new = max(1, round(columns * width)), max(1, round(rows * height))
    image = extra("PIL.Image", "images")
    resized: Picture = np.asarray(image.fromarray(picture).resize(new, image.Resampling.NEAREST))
    return resized


def _side_by_side(pictures: list[Picture]) -> Picture:
    height = max(len(picture) for picture in pictures)
    padded = [np.pad(picture, [(0, height - len(picture)), (0, GAP), (0, 0)]) for picture in pictures]
    return np.hstack(padded)[:, :-GAP]
