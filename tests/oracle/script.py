# ruff: noqa: B015, B018
"""A script of the reference package's age.

It is run as it stands, and once more with the other package in its import. What each statement gives
has to be the same, but for those that say what differs, and why.
"""

from argparse import Namespace
from pathlib import Path

import numpy as np
import webknossos as wk

rng = np.random.default_rng(0)
jobs = Namespace(distribution_strategy="multiprocessing", jobs=2)
data = rng.integers(1, 255, (40, 36, 34), dtype=np.uint8)
rgb = rng.integers(1, 255, (3, 40, 36, 34), dtype=np.uint8)
ids = rng.integers(1, 2**40, (40, 36, 34), dtype=np.uint64)

# A dataset, its layers, its mags.
ds = wk.Dataset("brain", voxel_size=(11.24, 11.24, 28))
(ds.name, ds.voxel_size, ds.read_only)
wk.Dataset("no_voxel_size")
wk.Dataset("brain", voxel_size=(1, 1, 1), exist_ok=True)
wk.Dataset("brain", voxel_size=(11.24, 11.24, 28), exist_ok=False)
# differs: opening by chance is an error, not a warning
wk.Dataset("brain", voxel_size=(11.24, 11.24, 28))
wk.Dataset.open("nowhere")
color = ds.add_layer("color", wk.COLOR_CATEGORY)
(color.name, color.category, color.dtype_per_channel, color.dtype_per_layer, color.num_channels)
(color.data_format, color.bounding_box, list(color.mags), color.read_only)
ds.add_layer("color", wk.COLOR_CATEGORY)
ds.add_layer("odd", "sound")
ds.add_layer("odd", wk.COLOR_CATEGORY, dtype_per_layer="uint8", dtype_per_channel="uint8")
ds.add_layer("odd", wk.COLOR_CATEGORY, dtype_per_channel="nonsense")
ds.get_layer("nobody")
mag1 = color.add_mag(1, chunk_shape=32, chunks_per_shard=1)
mag2 = color.add_mag("2-2-1", chunk_shape=32, chunks_per_shard=1, compress=True)
color.add_mag(1)
color.get_mag(4)
color.get_mag("2-2-1") is mag2
color.get_finest_mag().mag
color.get_best_mag().name
(mag1.name, mag1.mag, mag1.read_only, mag1.get_dtype(), mag2.name)
(mag1.info.num_channels, mag1.info.voxel_type, mag1.info.chunk_shape, mag1.info.chunks_per_shard)
(mag1.info.compression_mode, mag2.info.compression_mode, mag2.info.shard_shape, mag2.info.data_format)
color.get_or_add_mag(1, chunk_shape=32) is mag1
color.get_or_add_mag(1, chunk_shape=64)
old_words = color.add_mag(8, block_len=32, file_len=2)
(old_words.info.chunk_shape, old_words.info.chunks_per_shard)
color.add_mag(16, chunk_size=64, chunks_per_shard=2).info.chunk_shape
color.delete_mag(8)
color.delete_mag(16)
color.delete_mag(16)
# differs: small chunks are no reason for a warning
small = color.add_mag(16, chunk_shape=8, chunks_per_shard=2)
color.delete_mag(16)

# Writing and reading.
mag1.read()
mag1.write(data, absolute_offset=(10, 20, 30))
(color.bounding_box, mag1.bounding_box, mag2.bounding_box)
mag1.read()
mag1.read(absolute_offset=(10, 20, 30), size=(5, 6, 7))
mag1.read(relative_offset=(1, 2, 3), size=(5, 6, 7))
mag1.read(absolute_bounding_box=wk.BoundingBox((12, 22, 32), (5, 6, 7)))
mag1.read(relative_bounding_box=wk.BoundingBox((2, 2, 2), (5, 6, 7)))
mag1.read(absolute_offset=(40, 50, 60), size=(20, 20, 20))
mag1.read(absolute_offset=(500, 500, 500), size=(2, 2, 2))
mag1.read((10, 20, 30), (5, 6, 7))
mag1.read_bbox(wk.BoundingBox((10, 20, 30), (5, 6, 7)))
mag1.read_bbox()
# differs: a size alone is an error, for it meant the origin here and the topleft in a view
mag1.read(size=(5, 6, 7))
mag1.read(absolute_offset=(10, 20, 30))
mag1.read(absolute_offset=(10, 20, 30), relative_offset=(0, 0, 0), size=(1, 1, 1))
mag1.read(absolute_bounding_box=wk.BoundingBox((0, 0, 0), (1, 1, 1)), size=(1, 1, 1))
mag1.read(absolute_offset=(-1, 0, 0), size=(1, 1, 1))
mag1.read(absolute_offset=(0, 0, 0), size=(0, 1, 1))
mag1.write(data[:4, :4, :4], (0, 0, 0))
color.bounding_box
mag1.write(data[:4, :4, :4], relative_offset=(4, 4, 4))
mag1.write(data[:4, :4, :4], absolute_bounding_box=wk.BoundingBox((8, 8, 8), (4, 4, 4)))
mag1.write(data[:4, :4, :4], relative_bounding_box=wk.BoundingBox((2, 2, 2), (4, 4, 4)))
mag1.write(data[:2, :2, :2], absolute_offset=(90, 0, 0), json_update_allowed=False)
color.bounding_box
mag1.read(absolute_offset=(90, 0, 0), size=(2, 2, 2))
mag1.write(data.astype(np.uint16), absolute_offset=(0, 0, 0))
mag1.write(np.stack([data, data]), absolute_offset=(0, 0, 0))
mag1.write(data, absolute_offset=(-1, 0, 0))
mag1.write(data, absolute_offset=(0, 0, 0), absolute_bounding_box=wk.BoundingBox((0, 0, 0), (40, 36, 34)))
mag1.write(np.asfortranarray(data), absolute_offset=(10, 20, 30))
mag1.read()

# Another mag, compressed.
mag2.write(data, absolute_offset=(0, 0, 0))
mag2.read(absolute_offset=(0, 0, 0), size=(80, 72, 34))
mag2.write(data[:3, :5, :7], absolute_offset=(2, 4, 1))
mag2.read()
mag2.read(absolute_offset=(1, 0, 0), size=(2, 2, 2))
mag2.write(data, absolute_offset=(1, 0, 0))
# differs: the reference lets the box grow before it refuses
color.bounding_box
color.bounding_box = wk.BoundingBox((0, 0, 0), (80, 72, 64))
mag2.read((0, 0, 0), (3, 4, 5))
mag2.write(data[:2, :2, :2], (1, 2, 3))
(mag2.global_offset, mag2.size)
sorted(box.topleft for box in mag1.get_bounding_boxes_on_disk())
sorted(view.bounding_box.topleft for view in mag1.get_views_on_disk(read_only=True))

# Views.
view = mag1.get_view(absolute_offset=(0, 0, 0), size=(32, 32, 32))
(view.bounding_box, view.mag, view.read_only, view.get_dtype())
(view.global_offset, view.size)
(view.header.block_len, view.header.file_len, view.header.num_channels, view.header.version)
view.read()
view.write(data[:32, :32, :32])
view.read((1, 2, 3), (4, 5, 6))
view.read_bbox(wk.BoundingBox((1, 2, 3), (4, 5, 6)))
view.write(data[:2, :2, :2], (1, 1, 1))
view.write(data[:2, :2, :2], relative_offset=(31, 0, 0))
view.get_view(relative_offset=(8, 8, 8), size=(32, 8, 8))
larger = view.get_view(relative_offset=(8, 8, 8), size=(32, 8, 8), read_only=True)
(larger.bounding_box, larger.read_only)
larger.write(data[:1, :1, :1])
larger.get_view(read_only=False)
view.get_view(relative_offset=(2, 2, 2), size=(4, 4, 4)).bounding_box
view.get_view((2, 2, 2), (4, 4, 4), read_only=True).bounding_box
view.get_view(size=(4, 4, 4), read_only=True).bounding_box
part = wk.BoundingBox((2, 2, 2), (4, 4, 4))
# differs: works as the page says; the reference always fails
view.get_view(relative_bbox=part, read_only=True).bounding_box
# differs: works as the page says; the reference always fails
view.get_view(absolute_bbox=part, read_only=True).bounding_box
view.get_view(relative_offset=(2, 2, 2))
view.get_view(relative_offset=(2, 2, 2), size=(0, 4, 4))
mag2.get_view(absolute_offset=(2, 2, 2), size=(4, 4, 4), read_only=True).read()
with view as same:
    same.bounding_box
view.content_is_equal(view.get_view(read_only=True), args=jobs)

# Slices and chunks.
with view.get_buffered_slice_writer(buffer_size=4) as writer:
    for plane in np.moveaxis(data[:32, :32, :32], 2, 0):
        writer.send(plane)
view.read()
with view.get_buffered_slice_reader(buffer_size=5) as reader:
    slices = list(reader)
np.stack(slices)
with view.get_buffered_slice_reader(dimension=0) as reader:
    slices = list(reader)
np.stack(slices)
boxes = []
mag1.for_each_chunk(lambda args: boxes.append((args[1], args[0].bounding_box)))
boxes
mag1.for_each_chunk(print, chunk_shape=(16, 16, 16))
seen = []
view.for_zipped_chunks(lambda args: seen.append((args[2], args[0].bounding_box, args[1].bounding_box)), view)
seen

# Segments.
segments = ds.add_layer("segments", wk.SEGMENTATION_CATEGORY, dtype_per_layer="uint64", largest_segment_id=5)
(segments.largest_segment_id, segments.dtype_per_layer)
segments.add_mag(1, chunk_shape=32, chunks_per_shard=1, compress=True).write(ids)
segments.largest_segment_id
segments.refresh_largest_segment_id()
segments.largest_segment_id == ids.max()
segments.largest_segment_id = np.uint32(7)
segments.largest_segment_id
segments.largest_segment_id = 7.5
segments.largest_segment_id = None
[layer.name for layer in ds.get_segmentation_layers()]
ds.get_segmentation_layer().name
ds.get_color_layer().name
ds.add_layer("unknown", wk.SEGMENTATION_CATEGORY).largest_segment_id

# Channels, types, formats.
colors = ds.add_layer("rgb", wk.COLOR_CATEGORY, dtype_per_layer="uint24", num_channels=3)
(colors.dtype_per_layer, colors.dtype_per_channel, colors.num_channels)
colors.add_mag(1, chunk_shape=32, chunks_per_shard=1).write(rgb)
colors.get_mag(1).read()
colors.get_mag(1).write(data)
floats = ds.add_layer("floats", wk.COLOR_CATEGORY, dtype_per_layer="float", data_format="zarr3")
floats.dtype_per_layer
floats.add_mag(1, chunk_shape=32, chunks_per_shard=1).write(data.astype(np.float32) / 3)
floats.get_mag(1).read()
floats.get_mag(1).read(absolute_offset=(30, 30, 30), size=(20, 20, 20))
old_zarr = ds.add_layer("old_zarr", wk.COLOR_CATEGORY, data_format="zarr")
old_zarr.add_mag(1, chunk_shape=32).write(data, absolute_offset=(3, 4, 5))
old_zarr.get_mag(1).read()

# Boxes.
color.bounding_box = wk.BoundingBox((0, 0, 0), (33, 41, 47))
(color.bounding_box, mag1.bounding_box, mag2.bounding_box)
color.bounding_box = wk.BoundingBox((-1, 0, 0), (33, 41, 47))
ds.calculate_bounding_box()

# All of a layer, all of a dataset.
ds.get_or_add_layer("color", wk.COLOR_CATEGORY) is color
ds.get_or_add_layer("color", wk.SEGMENTATION_CATEGORY)
like = ds.add_layer_like(colors, "like")
(like.dtype_per_layer, like.num_channels, like.bounding_box, list(like.mags))
copied = ds.add_copy_layer(color, "copied", compress=True)
[copied.get_mag(mag).content_is_equal(color.get_mag(mag), args=jobs) for mag in color.mags]
linked = wk.Dataset("linked", voxel_size=(11.24, 11.24, 28)).add_symlink_layer(color)
(linked.path.is_symlink(), linked.bounding_box)
linked.get_mag(1).read()
shallow = ds.shallow_copy_dataset("shallow", layers_to_ignore=["rgb"])
sorted(shallow.layers)
color.name = "renamed"
(sorted(ds.layers), mag1.path.parent.name)
mag1.read()
color.name = "rgb"
ds.delete_layer("like")
ds.delete_layer("like")
(Path("brain") / "like").exists()
ds.name = "another"
wk.Dataset.open("brain").name
# differs: reading only needs no exist_ok
reader = wk.Dataset("brain", read_only=True)
reader.get_layer("rgb").get_mag(1).write(rgb)
reader.add_layer("more", wk.COLOR_CATEGORY)
wk.Dataset.create("created", (1, 2, 3)).voxel_size
wk.Dataset.get_or_create("created", (1, 2, 3)).name
wk.Dataset("scaled", scale=(1, 2, 3)).scale

# More axes.
film_box = wk.NDBoundingBox((0, 0, 0, 0), (3, 8, 9, 10), axes=("t", "x", "y", "z"), index=(1, 2, 3, 4))
frames = rng.integers(1, 255, (1, 3, 8, 9, 10), dtype=np.uint8)
film = ds.add_layer("film", wk.COLOR_CATEGORY, data_format="zarr3", bounding_box=film_box)
# differs: the reference warns of its own change of the properties
film_mag = film.add_mag(1, chunk_shape=32, chunks_per_shard=1)
film_mag.write(frames, absolute_bounding_box=film_box)
film_mag.read()
film_mag.read(absolute_bounding_box=film_box.with_bounds("t", 1, 1))
film_mag.read(absolute_offset=(0, 0, 0), size=(1, 1, 1))
film.bounding_box
