# ruff: noqa: B018
"""Opens what the other script made, reads all of it, and goes on writing there."""

import numpy as np
import webknossos as wk

ds = wk.Dataset.open("brain")
layers = sorted(ds.layers.values(), key=lambda layer: layer.name)
mags = [mag for layer in layers if layer.name != "film" for mag in layer.mags.values()]
boxes = [thing.bounding_box for thing in (*layers, *mags)]
(ds.name, ds.voxel_size, sorted(ds.layers))
[(layer.name, layer.category, layer.dtype_per_layer, layer.num_channels) for layer in layers]
[layer.data_format for layer in layers]
[(box.axes, tuple(box.topleft), tuple(box.size)) for box in boxes]
[layer.largest_segment_id for layer in ds.get_segmentation_layers()]
[mag.mag for mag in mags]
[(mag.info.chunk_shape, mag.info.chunks_per_shard, mag.info.compression_mode) for mag in mags]
[mag.read() for mag in mags]
film = ds.get_layer("film").get_mag(1)
film.read(absolute_bounding_box=film.bounding_box)

mag1 = ds.get_layer("renamed").get_mag(1)
mag1.write(np.full((5, 5, 5), 7, np.uint8), absolute_offset=(30, 38, 44))
(mag1.read(), tuple(mag1.layer.bounding_box.size))
ds.get_layer("floats").get_mag(1).write(np.ones((5, 5, 5), np.float32), absolute_offset=(30, 30, 31))
ds.get_layer("floats").get_mag(1).read()
ds.add_layer("more", wk.COLOR_CATEGORY).add_mag(1).write(np.ones((3, 3, 3), np.uint8))
sorted(wk.Dataset.open("brain").layers)
wk.Dataset.open("created").name

parts = [wk.Dataset.open(name) for name in ("parts", "flat", "deep", "shown")]
[sorted(ds.layers) for ds in parts]
[ds.get_layer(name).get_mag(1).read() for ds in parts for name in sorted(ds.layers)]
[ds.get_layer("color").get_mag(2).read() for ds in parts]
views = [ds.get_layer("color").default_view_configuration for ds in (parts[0], parts[3])]
[
    (view.color, view.alpha, view.min, view.intensity_range, view.is_disabled, view.is_inverted)
    for view in views
]
viewed = wk.Dataset.open("viewed").default_view_configuration
(viewed.zoom, viewed.position)
