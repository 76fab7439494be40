"""What ome-zarr-models, ome-zarr-py and ngff-zarr make of an image, and images that the latter two write."""

import ngff_zarr
import numpy as np
import ome_zarr_models
import zarr
from ome_zarr.format import FormatV04, FormatV05
from ome_zarr.io import parse_url
from ome_zarr.reader import Reader
from ome_zarr.writer import write_image, write_multiscale

FORMATS = {"0.4": FormatV04, "0.5": FormatV05}


def validate(path, version):
    """The kind of group that it is; raises where it is none, or breaks the schemas."""
    group = zarr.open_group(path, mode="r")
    # Not `from_ngff_zarr(validate=True)`: it insists on z, y, x, which the specification only recommends.
    ngff_zarr.validate(group.attrs.asdict(), version=version)
    return type(ome_zarr_models.open_ome_zarr(group)).__module__


def read_ome_zarr(path):
    """Axes, and for each level shape, transformations and the sum of its voxels."""
    version = "0.5" if zarr.open_group(path, mode="r").metadata.zarr_format == 3 else "0.4"
    [node] = Reader(parse_url(path, fmt=FORMATS[version]()))()
    levels = zip(node.data, node.metadata["coordinateTransformations"], strict=True)
    return {
        "axes": node.metadata["axes"],
        "levels": [[list(data.shape), steps, int(data.sum())] for data, steps in levels],
    }


def read_ngff_zarr(path):
    """Dimensions, scales, translations and units of each level."""
    images = ngff_zarr.from_ngff_zarr(path).images
    return [[list(image.dims), image.scale, image.translation, image.axes_units] for image in images]


def write_ome_zarr(path, voxels, axes, version, scale):
    write_image(np.load(voxels), path, axes=axes, fmt=FORMATS[version](), scale_factors=(2, 4), scale=scale)


def write_levels(path, levels, axes, version, transformations):
    """Several arrays at places of their own."""
    group = zarr.open_group(path, mode="w", zarr_format=3 if version == "0.5" else 2)
    write_multiscale(
        [np.load(level) for level in levels],
        group,
        axes=axes,
        fmt=FORMATS[version](),
        coordinate_transformations=transformations,
    )


def write_ngff_zarr(path, voxels, dims, version, scale, translation, unit):
    units = {axis: unit for axis in dims if axis in "xyz"}
    image = ngff_zarr.to_ngff_image(np.load(voxels), dims, scale, translation, axes_units=units)
    pyramid = ngff_zarr.to_multiscales(image, scale_factors=[2, 4], chunks=8)
    ngff_zarr.to_ngff_zarr(path, pyramid, version=version)
