"""How fast are whole datasets converted, downsampled and made from images?"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from engines import open_tensorstore, reader_wkw, write_zarr_tensorstore
from harness import BEST, Action, Check, Row, Work
from volumes import BLOCK, SHARD, SIDE, THREADS, em, labels

SLICES = 256
SLICE_SIDE = 2048


# --- WKW to Zarr v3 ------------------------------------------------------------------------------


def dataset_of(name: str, category: str, volume: Callable[[Path], np.ndarray]) -> Callable[[Path], None]:
    """Makes a dataset with one layer in WKW, LZ4HC, if it is not there."""

    def prepare(folder: Path) -> None:
        import voxbrick

        if not (folder / name).exists():
            voxels = volume(folder)
            dataset = voxbrick.Dataset(folder / name, voxel_size=(1, 1, 1))
            layer = dataset.add_layer("layer", category, dtype_per_channel=voxels.dtype)
            layer.add_mag(1, chunk_shape=BLOCK, shard_shape=SHARD, compress=True).write(voxels)

    return prepare


prepare_em = dataset_of("em.dataset", "color", em)


def convert_voxbrick(prepared: Path, scratch: Path) -> Action:
    from voxbrick.conversion import plan_conversion

    return plan_conversion(
        prepared / "em.dataset" / "layer" / "1",
        scratch / "new",
        data_format="zarr3",
        chunk_shape=(1, *(BLOCK,) * 3),
        shard_shape=(1, *(SHARD,) * 3),
    ).run


def convert_webknossos(prepared: Path, scratch: Path) -> Action:
    """The second dataset is the place for the copy."""
    import webknossos

    layer = webknossos.Dataset.open(prepared / "em.dataset").get_layer("layer")
    target = webknossos.Dataset(scratch / "dataset", voxel_size=(1, 1, 1))
    (scratch / "new").symlink_to(scratch / "dataset" / "layer" / "1")
    return partial(target.add_layer_as_copy, layer, data_format="zarr3", compress=True)


def convert_tensorstore(prepared: Path, scratch: Path) -> Action:
    """It reads no WKW, so the package `wkw` does that."""
    source = prepared / "em.dataset" / "layer" / "1"
    return lambda: write_zarr_tensorstore(scratch / "new", reader_wkw(source)((0, 0, 0), (SIDE,) * 3))


def convert_codecs(prepared: Path, scratch: Path) -> Action:
    """No more than the codecs: every block decoded from LZ4 and encoded to Zstandard, in memory."""
    from numcodecs.lz4 import compress as lz4
    from numcodecs.lz4 import decompress as unlz4
    from numcodecs.zstd import compress as zstd

    grid = product(range(0, SIDE, BLOCK), repeat=3)
    boxes = [tuple(slice(corner, corner + BLOCK) for corner in corners) for corners in grid]
    voxels = em(prepared)[0]
    blocks = [lz4(voxels[box].tobytes("F")) for box in boxes]

    def action() -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            assert all(pool.map(lambda block: len(zstd(unlz4(block), 5)), blocks, chunksize=64))

    return action


CONVERSIONS = {
    "voxbrick": convert_voxbrick,
    "webknossos": convert_webknossos,
    "tensorstore": convert_tensorstore,
    "numcodecs": convert_codecs,
}


def convert(engine: str) -> Work:
    def work(prepared: Path, scratch: Path) -> tuple[Action, Check]:
        def check(_: Any) -> None:
            if engine == "numcodecs":
                return
            found = open_tensorstore(scratch / "new").read().result()
            assert np.array_equal(found.reshape((SIDE,) * 3), em(prepared)[0])

        return CONVERSIONS[engine](prepared, scratch), check

    return work


# --- downsampling of layers ----------------------------------------------------------------------


def downsample(engine: str, name: str, volume: Callable[[Path], np.ndarray]) -> Work:
    """Mag 1 to mags 2, 4 and 8, by each engine's own default."""

    def work(prepared: Path, scratch: Path) -> tuple[Action, Check]:
        import shutil

        shutil.copytree(prepared / name, scratch / "new")
        package = import_module(engine)
        layer = package.Dataset.open(scratch / "new").get_layer("layer")

        def check(_: Any) -> None:
            extent = np.array(volume(prepared).shape[1:])
            for mag in (2, 4, 8):
                voxels = layer.get_mag(mag).read()
                assert voxels.shape[1:] == tuple(extent // mag)
                assert voxels.any()

        options = {"sampling_mode": "isotropic", "coarsest_mag": package.Mag(8)}
        return partial(layer.downsample, **options), check

    return work


# --- images --------------------------------------------------------------------------------------


def prepare_slices(folder: Path) -> None:
    import tifffile

    images = folder / "slices"
    if not images.exists():
        volume = np.tile(em(folder)[0, ..., :SLICES], (SLICE_SIDE // SIDE, SLICE_SIDE // SIDE, 1))
        images.mkdir()
        for z in range(SLICES):
            tifffile.imwrite(images / f"{z:04}.tif", volume[:, :, z].T)


def from_images(engine: str, data_format: str) -> Work:
    def work(prepared: Path, scratch: Path) -> tuple[Action, Check]:
        package = import_module(engine)

        def check(dataset: Any) -> None:
            [layer] = dataset.layers.values()
            size = (SLICE_SIDE, SLICE_SIDE, SLICES)
            assert tuple(layer.bounding_box.size) == size
            corner = layer.get_mag(1).read(absolute_offset=(SIDE, SIDE, 0), size=(SIDE, SIDE, SLICES))
            assert np.array_equal(corner, em(prepared)[..., :SLICES])

        action = partial(
            package.Dataset.from_images,
            prepared / "slices",
            scratch / "new",
            voxel_size=(1, 1, 1),
            data_format=data_format,
            compress=True,
        )
        return action, check

    return work


ENGINES = ("voxbrick", "webknossos")
ROWS = [
    Row(
        "conversion: wkw-lz4hc to zarr3",
        {engine: convert(engine) for engine in ("voxbrick", "webknossos", "tensorstore")},
        prepare_em,
        BEST,
        1.5,
    ),
    Row(
        "conversion: the same, its codecs alone",
        {engine: convert(engine) for engine in ("voxbrick", "numcodecs")},
        prepare_em,
        "numcodecs",
        0.8,
    ),
    *[
        Row(
            f"conversion: layer.downsample, {category}",
            {engine: downsample(engine, name, volume) for engine in ENGINES},
            dataset_of(name, category, volume),
            "webknossos",
            4.0,
        )
        for name, category, volume in [
            ("em.dataset", "color", em),
            ("labels.dataset", "segmentation", labels),
        ]
    ],
    *[
        Row(
            f"conversion: {SLICES} TIFF slices to {data_format}",
            {engine: from_images(engine, data_format) for engine in ENGINES},
            prepare_slices,
            "webknossos",
            4.0,
        )
        for data_format in ("wkw", "zarr3")
    ],
]
