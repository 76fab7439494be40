# ruff: noqa: B018
"""Slices in every direction, chunks in any order, copies, and how layers are to be shown."""

from argparse import Namespace
from operator import attrgetter, methodcaller

import numpy as np
import webknossos as wk
from webknossos.dataset.properties import DatasetViewConfiguration, LayerViewConfiguration

rng = np.random.default_rng(1)
jobs = Namespace(distribution_strategy="multiprocessing", jobs=2)
data = rng.integers(1, 255, (64, 48, 32), dtype=np.uint8)
ds = wk.Dataset("parts", voxel_size=(4, 4, 40))
color = ds.add_layer("color", wk.COLOR_CATEGORY)
mag1 = color.add_mag(1, chunk_shape=32, chunks_per_shard=1)
mag1.write(data, absolute_offset=(32, 0, 64))
box = mag1.bounding_box


def planes(voxels, dimension):
    return list(np.moveaxis(voxels, dimension, 0))


def written(view, voxels, **where):
    with view.get_buffered_slice_writer(**where) as writer:
        for plane in planes(voxels, where.get("dimension", 2)):
            writer.send(plane)
    return view.read()


def read(view, **where):
    with view.get_buffered_slice_reader(**where) as reader:
        return [np.array(plane) for plane in reader]


def ordered(entries):
    return sorted(entries, key=str)


def visited(view, **how):
    seen = []
    view.for_each_chunk(lambda args: seen.append(args[0].bounding_box), **how)
    return ordered(seen)


def zipped(view, other, **how):
    seen = []
    view.for_zipped_chunks(
        lambda args: seen.append((args[0].bounding_box, args[1].bounding_box)), other, **how
    )
    return ordered(seen)


# Slices that are read.
[read(mag1, dimension=dimension) for dimension in range(3)]
[read(mag1, dimension=dimension, buffer_size=7) for dimension in range(3)]
[
    read(mag1, dimension=dimension, relative_bounding_box=box.with_topleft((1, 2, 3)).with_size((5, 6, 7)))
    for dimension in range(3)
]
read(mag1, absolute_bounding_box=wk.BoundingBox((33, 1, 65), (5, 6, 7)))
read(mag1, absolute_bounding_box=wk.BoundingBox((0, 0, 60), (40, 6, 7)))
read(mag1, offset=(33, 1, 65), size=(5, 6, 7))
with mag1.get_buffered_slice_reader((33, 1, 65), (5, 6, 7)) as reader:
    slices = list(reader)
np.stack(slices)
read(mag1, dimension=3)
read(mag1, buffer_size=0)
read(mag1.get_view(absolute_offset=(40, 8, 70), size=(8, 9, 10)), dimension=1)
read(color.add_mag(2, chunk_shape=32, chunks_per_shard=1))

# Slices that are written.
other = ds.add_layer_like(color, "slices").add_mag(1, chunk_shape=32, chunks_per_shard=1)
[written(other, data, dimension=dimension, buffer_size=16) for dimension in range(3)]
written(other, data[:32, :32, :], absolute_offset=(0, 0, 0), buffer_size=32)
other.layer.bounding_box
written(other, data[:16, :16, :16], relative_offset=(16, 16, 16), buffer_size=16)
written(
    other,
    data[:16, :16, :16],
    absolute_bounding_box=wk.BoundingBox((32, 16, 16), (16, 16, 16)),
    buffer_size=16,
)
written(other, data[:16, :16, :16], relative_bounding_box=wk.BoundingBox((32, 16, 16), (16, 16, 16)))
# differs: works as the page says; the reference always fails
written(other, data[:16, :16, :16], offset=(0, 0, 0))
written(other, data[:16, :16, :16], absolute_offset=(200, 0, 0), json_update_allowed=False)
other.layer.bounding_box
written(other.get_view(absolute_offset=(32, 0, 64), size=(16, 16, 16)), data[:16, :16, :16])
written(other.get_view(absolute_offset=(32, 0, 64), size=(16, 16, 16)), data[:17, :16, :16])
written(other.get_view(absolute_offset=(32, 0, 64), size=(16, 16, 16), read_only=True), data[:16, :16, :16])
written(other, data.astype(np.uint16)[:16, :16, :16])

# Chunks.
visited(mag1)
visited(mag1, chunk_shape=(32, 32, 32))
visited(mag1, chunk_shape=(16, 16, 16))
visited(mag1, chunk_size=(32, 32, 32))
visited(mag1.get_view(absolute_offset=(32, 0, 64), size=(48, 40, 20)))
visited(
    mag1.get_view(absolute_offset=(40, 8, 70), size=(40, 40, 20), read_only=True), chunk_shape=(16, 16, 16)
)
ordered(mag1.map_chunk(attrgetter("bounding_box")))
sorted(part.sum() for part in mag1.map_chunk(methodcaller("read"), chunk_shape=(64, 32, 32)))
mag1.map_chunk(methodcaller("write", np.full((8, 8, 8), 9, np.uint8), relative_offset=(4, 4, 4)))
mag1.read()
mag1.map_chunk(attrgetter("nothing"))
mag1.for_each_chunk(lambda args: args[0].write(np.zeros((99, 1, 1), np.uint8)))
zipped(mag1, other)
zipped(mag1, mag1.get_view(read_only=True))
zipped(mag1, mag1, source_chunk_shape=(32, 32, 32), target_chunk_shape=(32, 32, 32))
zipped(mag1, mag1, source_chunk_size=(32, 32, 32), target_chunk_size=(32, 32, 32))
zipped(mag1, mag1, source_chunk_shape=(32, 32, 32), target_chunk_shape=(64, 32, 32))
half = color.get_mag(2).get_view(absolute_offset=(32, 0, 64), size=(64, 48, 32))
zipped(mag1, half, source_chunk_shape=(64, 64, 64), target_chunk_shape=(64, 64, 64))

# Copies.
copy = ds.add_copy_layer(color, "copy", chunk_shape=32, chunks_per_shard=1)
(copy.get_mag(1).info.chunk_shape, copy.get_mag(1).info.chunks_per_shard, copy.bounding_box)
list(copy.mags)
[copy.get_mag(mag).content_is_equal(color.get_mag(mag), args=jobs) for mag in color.mags]
ds.add_copy_layer(color, "copy")
ds.add_copy_layer("parts/color", "by_path", compress=True).get_mag(1).info.compression_mode
ds.add_copy_layer(color, "as_zarr", data_format="zarr3", chunk_shape=32, chunks_per_shard=1).data_format
ds.get_layer("as_zarr").get_mag(1).read()
ds.add_fs_copy_layer(color, "files").get_mag(1).read()
fresh = ds.add_layer("fresh", wk.COLOR_CATEGORY)
fresh.add_copy_mag(mag1).read()
(fresh.bounding_box, list(fresh.mags))
fresh.add_symlink_mag(color.get_mag(2)).path.is_symlink()
fresh.delete_mag(2)
color.get_mag(2).read()
shallow = ds.shallow_copy_dataset("flat", name="named", layers_to_ignore=["files"], make_relative=True)
(shallow.name, sorted(shallow.layers), shallow.voxel_size)
shallow.get_layer("color").get_mag(1).read()
ds.shallow_copy_dataset("flat")
deep = ds.copy_dataset("deep", chunk_shape=32, chunks_per_shard=1, compress=True)
(deep.name, sorted(deep.layers))
[
    deep.get_layer(name).get_mag(1).content_is_equal(layer.get_mag(1), args=jobs)
    for name, layer in ds.layers.items()
]

# Views of layers and datasets.
color.default_view_configuration
color.default_view_configuration = LayerViewConfiguration(
    color=(255, 0, 3), alpha=40, min=1.5, is_disabled=True
)
color.default_view_configuration.alpha
(color.default_view_configuration.color, color.default_view_configuration.min)
(color.default_view_configuration.intensity_range, color.default_view_configuration.is_inverted)
wk.Dataset.open("parts").get_layer("color").default_view_configuration.alpha
ds.shallow_copy_dataset("shown").get_layer("color").default_view_configuration.alpha
color.default_view_configuration = LayerViewConfiguration(intensity_range=(3, 200), is_inverted=True)
(color.default_view_configuration.alpha, color.default_view_configuration.intensity_range)
# differs: copies are shown like what they are copied from; the reference forgets it
wk.Dataset("one", (1, 1, 1)).add_copy_layer(color).default_view_configuration.is_inverted
viewed = wk.Dataset("viewed", voxel_size=(1, 2, 3))
viewed.default_view_configuration
viewed.default_view_configuration = DatasetViewConfiguration(zoom=0.5, position=(1, 2, 3), four_bit=True)
(viewed.default_view_configuration.zoom, viewed.default_view_configuration.position)
wk.Dataset.open("viewed").default_view_configuration.zoom
