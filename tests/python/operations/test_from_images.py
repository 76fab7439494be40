"""Images become datasets: which layers, where, with which voxels."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.testing import assert_array_equal

import voxbrick
from support.image_files import save, save_slices, voxels
from voxbrick import Dataset
from voxbrick.metadata.types import ConversionLayerMapping

VOXEL_SIZE = (11.0, 11.0, 25.0)


def _made(tmp_path: Path, **options: Any) -> Dataset:
    return Dataset.from_images(tmp_path / "src", tmp_path / "out", VOXEL_SIZE, **options)


def _layer(tmp_path: Path, images: Any, **options: Any) -> voxbrick.Layer:
    return Dataset(tmp_path / "ds", VOXEL_SIZE, exist_ok=True).add_layer_from_images(
        images, "color", **options
    )


def _voxels_of(layer: voxbrick.Layer) -> np.ndarray:
    return layer.get_finest_mag().read()


@pytest.mark.parametrize("data_format", ["wkw", "zarr", "zarr3"])
@pytest.mark.parametrize("compress", [False, True])
def test_a_folder_of_slices(tmp_path: Path, data_format: str, compress: bool) -> None:
    volume = voxels((1, 70, 50, 12))
    save_slices(tmp_path / "src", volume)
    dataset = _made(tmp_path, data_format=data_format, compress=compress)
    assert (dataset.name, dataset.voxel_size) == ("out", VOXEL_SIZE)
    layer = dataset.get_layer("src")
    assert layer.bounding_box == voxbrick.BoundingBox((0, 0, 0), (70, 50, 12))
    assert layer.data_format == data_format
    assert layer.get_mag(1).info.compression_mode is compress
    assert_array_equal(_voxels_of(layer), volume)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "src"]


TREE = ["a/1.png", "a/2.png", "my segmentation/1.png", "deep/x/1.png", "deep/y/1.png"]


@pytest.mark.parametrize(
    ("mapping", "names"),
    [
        (ConversionLayerMapping.INSPECT_SINGLE_FILE, {"a", "mysegmentation", "x", "y"}),
        ("inspect_every_file", {"a", "mysegmentation", "x", "y"}),
        ("enforce_single_layer", {"src"}),
        ("enforce_layer_per_folder", {"a", "mysegmentation", "deep_x", "deep_y"}),
        ("enforce_layer_per_toplevel_folder", {"a", "mysegmentation", "deep"}),
        ("enforce_layer_per_file", {path.replace("/", "_").replace(" ", "") for path in TREE}),
        (lambda path: f"slices_{path.stem}", {"slices_1", "slices_2"}),
    ],
)
def test_layers_by_folder_or_file(tmp_path: Path, mapping: Any, names: set[str]) -> None:
    for name in TREE:
        save(tmp_path / "src" / name, voxels((1, 9, 8)))
    dataset = _made(tmp_path, map_filepath_to_layer_name=mapping)
    assert set(dataset.layers) == names
    for name, layer in dataset.layers.items():
        assert layer.category == ("segmentation" if "segmentation" in name else "color")


def test_folders_of_the_same_name_stay_apart(tmp_path: Path) -> None:
    for folder in "ab":
        save(tmp_path / "src" / folder / "x" / "1.png", voxels((1, 9, 8)))
    assert set(_made(tmp_path).layers) == {"a_x", "b_x"}


def test_segmentations_know_their_largest_id(tmp_path: Path) -> None:
    volume = voxels((1, 9, 8, 3), np.uint32)
    save_slices(tmp_path / "src", volume)
    layer = _made(tmp_path, layer_category="segmentation").get_segmentation_layers()[0]
    assert layer.largest_segment_id == volume.max()


@pytest.mark.parametrize(
    ("swap_xy", "flips", "expected"),
    [
        (False, "x", lambda v: v[:, ::-1]),
        (False, "yz", lambda v: v[:, :, ::-1, ::-1]),
        (True, "", lambda v: v.swapaxes(1, 2)),
        (True, "x", lambda v: v.swapaxes(1, 2)[:, ::-1]),
        (True, "xyz", lambda v: v.swapaxes(1, 2)[:, ::-1, ::-1, ::-1]),
    ],
)
def test_turned(tmp_path: Path, swap_xy: bool, flips: str, expected: Any) -> None:
    """The swap comes first."""
    volume = voxels((3, 40, 30, 5))
    images = save_slices(tmp_path / "src", volume, ".png")
    options = {f"flip_{axis}": True for axis in flips}
    layer = _layer(tmp_path, images, swap_xy=swap_xy, chunk_shape=8, chunks_per_shard=2, **options)
    assert_array_equal(_voxels_of(layer), expected(volume))


@pytest.mark.parametrize("data_format", ["wkw", "zarr3"])
@pytest.mark.parametrize(("topleft", "mag"), [((3, 40, 5), 1), ((34, 4, 6), "2-2-1")])
def test_at_a_place_in_a_mag(tmp_path: Path, topleft: Any, mag: Any, data_format: str) -> None:
    volume = voxels((1, 70, 50, 40))
    images = save_slices(tmp_path / "src", volume)
    options = {"data_format": data_format, "chunk_shape": 8, "chunks_per_shard": 4}
    layer = _layer(tmp_path, images, topleft=topleft, mag=mag, memory=1 << 20, **options)
    size = voxbrick.Vec3Int(70, 50, 40) * voxbrick.Mag(mag)
    assert layer.bounding_box == voxbrick.BoundingBox(topleft, size)
    assert_array_equal(_voxels_of(layer), volume)


def test_types_are_kept_or_converted(tmp_path: Path) -> None:
    volume = voxels((1, 9, 8, 3), np.uint16)
    images = save_slices(tmp_path / "src", volume)
    assert _layer(tmp_path, images).dtype_per_channel == np.uint16
    converted = Dataset(tmp_path / "ds2", VOXEL_SIZE).add_layer_from_images(images, "c", dtype="uint8")
    assert converted.dtype_per_channel == np.uint8
    assert_array_equal(_voxels_of(converted), volume)


def _ome(path: Path, data: np.ndarray, axes: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    tifffile.imwrite(path, data, metadata={"axes": axes}, photometric="minisblack")
    return path


def test_channels_become_layers(tmp_path: Path) -> None:
    data = voxels((4, 2, 20, 30), np.uint16)  # z, c, y, x
    _ome(tmp_path / "src" / "v.ome.tif", data, "ZCYX")
    dataset = _made(tmp_path)
    assert list(dataset.layers) == ["v.ome.tif__channel0", "v.ome.tif__channel1"]
    for channel, layer in enumerate(dataset.layers.values()):
        assert_array_equal(_voxels_of(layer)[0], data[:, channel].T)
        assert layer.default_view_configuration.color[channel] == 255


def test_one_layer_of_channels_or_one_channel(tmp_path: Path) -> None:
    data = voxels((4, 2, 20, 30), np.uint16)
    path = _ome(tmp_path / "v.ome.tif", data, "ZCYX")
    assert _layer(tmp_path, path).num_channels == 2
    chosen = Dataset(tmp_path / "ds2", VOXEL_SIZE).add_layer_from_images(path, "c", channel=1)
    assert_array_equal(_voxels_of(chosen)[0], data[:, 1].T)
    with pytest.raises(voxbrick.BoundsError, match="2 places along c"):
        Dataset(tmp_path / "ds3", VOXEL_SIZE).add_layer_from_images(path, "c", channel=2)


@pytest.mark.parametrize(
    ("channels", "dtype", "kept"), [(3, "uint8", [3]), (4, "uint8", [3]), (3, "uint16", [3])]
)
def test_colours_stay_together(tmp_path: Path, channels: int, dtype: str, kept: list[int]) -> None:
    volume = voxels((channels, 20, 30, 2), dtype)
    save_slices(tmp_path / "src", volume, ".tif" if dtype == "uint16" else ".png")
    layers = _made(tmp_path).layers.values()
    assert [layer.num_channels for layer in layers] == kept
    assert_array_equal(_voxels_of(next(iter(layers))), volume[:3])


def test_timepoints(tmp_path: Path) -> None:
    data = voxels((3, 4, 20, 30))  # t, z, y, x
    path = _ome(tmp_path / "src" / "v.ome.tif", data, "TZYX")
    layer = _layer(tmp_path, path, data_format="zarr3")
    assert layer.bounding_box.axes == ("t", "x", "y", "z")
    assert_array_equal(_voxels_of(layer)[0], data.transpose(0, 3, 2, 1))
    with pytest.raises(voxbrick.UnsupportedError, match="timepoint="):
        Dataset(tmp_path / "ds2", VOXEL_SIZE).add_layer_from_images(path, "c")
    chosen = Dataset(tmp_path / "ds3", VOXEL_SIZE).add_layer_from_images(path, "c", timepoint=2)
    assert_array_equal(_voxels_of(chosen)[0], data[2].T)
    split = _made(tmp_path).layers
    assert list(split) == [f"v.ome.tif__timepoint{t}" for t in range(3)]
    assert_array_equal(_voxels_of(split["v.ome.tif__timepoint1"])[0], data[1].T)


def test_tiles_by_pattern(tmp_path: Path) -> None:
    """Tiles lie side by side; where one is missing there is nothing."""
    tile = voxels((1, 16, 8))
    for z, y, x in [(7, 10, 4), (7, 10, 5), (7, 11, 5), (9, 10, 4)]:
        save(tmp_path / "src" / str(z) / f"{y:03}" / f"{x}.png", tile)
    layer = _made(tmp_path, pattern="{z}/{y}/{x}.png").get_layer("src")
    expected = np.zeros((1, 32, 16, 3), np.uint8)
    for x, y, z in [(0, 0, 0), (16, 0, 0), (16, 8, 0), (0, 0, 2)]:
        expected[:, x : x + 16, y : y + 8, z] = tile
    assert_array_equal(_voxels_of(layer), expected)


def test_layers_times_and_channels_by_pattern(tmp_path: Path) -> None:
    data = voxels((2, 3, 12, 9, 2))  # c, t, x, y, z
    for c, t, z in np.ndindex(2, 3, 2):
        for layer in ("em", "dye"):
            save(tmp_path / "src" / f"{layer}_t{t + 5}_ch{2 * c}_{z}.tif", data[c : c + 1, t, ..., z])
    dataset = _made(tmp_path, pattern="{layer}_t{t}_ch{c}_{z}.tif", data_format="zarr3")
    assert set(dataset.layers) == {f"{layer}__channel{c}" for layer in ("em", "dye") for c in (0, 1)}
    assert_array_equal(_voxels_of(dataset.get_layer("dye__channel1"))[0], data[1])


@pytest.mark.parametrize("pattern", ["x.tif", "{z}_{z}.tif", "{slice}.tif"])
def test_patterns_that_make_no_sense(tmp_path: Path, pattern: str) -> None:
    save_slices(tmp_path / "src", voxels((1, 9, 8, 2)))
    with pytest.raises(voxbrick.InvalidArgumentError, match=r"\{layer\}"):
        _made(tmp_path, pattern=pattern)


def test_the_signature_is_that_of_older_scripts() -> None:
    known = {
        "from_images": "input_path output_path voxel_size name map_filepath_to_layer_name z_slices_sort_key "
        "layer_category data_format chunk_shape chunks_per_shard compress swap_xy flip_x flip_y flip_z "
        "use_bioformats max_layers batch_size executor",
        "add_layer_from_images": "self images layer_name category data_format mag chunk_shape "
        "chunks_per_shard compress topleft swap_xy flip_x flip_y flip_z dtype use_bioformats channel "
        "timepoint czi_channel batch_size allow_multiple_layers max_layers truncate_rgba_to_rgb executor "
        "chunk_size",
    }
    for name, parameters in known.items():
        found = inspect.signature(getattr(Dataset, name)).parameters.values()
        ordered = [each.name for each in found if each.kind is not inspect.Parameter.KEYWORD_ONLY]
        assert ordered == parameters.split()


@pytest.mark.parametrize("kind", ["sequential", "threads", "processes"])
def test_executors(tmp_path: Path, kind: str) -> None:
    volume = voxels((1, 70, 50, 40))
    save_slices(tmp_path / "src", volume)
    with voxbrick.get_executor(kind, 2) as executor:
        options = {"chunk_shape": 8, "chunks_per_shard": 2, "compress": True}
        dataset = _made(tmp_path, executor=executor, **options)
    assert_array_equal(_voxels_of(dataset.get_layer("src")), volume)


def test_in_batches(tmp_path: Path) -> None:
    volume = voxels((1, 70, 50, 70))
    save_slices(tmp_path / "src", volume)
    assert_array_equal(_voxels_of(_made(tmp_path, batch_size=32).get_layer("src")), volume)
    with pytest.raises(voxbrick.InvalidArgumentError, match="batch_size is 7"):
        _layer(tmp_path, tmp_path / "src", batch_size=7)


def test_real_tiles(shared: Path, tmp_path: Path) -> None:
    """Sections 1, 2 and 40 of an electron microscope."""
    dataset = Dataset.from_images(
        shared / "data" / "temca2", tmp_path / "out", VOXEL_SIZE, pattern="{z}/{y}/{x}.jpg", compress=True
    )
    layer = dataset.get_layer("temca2")
    assert layer.bounding_box.size == (6 * 1024, 2 * 1024, 40)
    mag = layer.get_mag(1)
    assert mag.read(absolute_offset=(0, 0, 0), size=(2048, 2048, 2)).std() > 10
    assert not mag.read(absolute_offset=(0, 0, 2), size=(6144, 2048, 37)).any()


def test_real_slices_of_different_sizes(shared: Path, tmp_path: Path) -> None:
    names = ["tiff_with_different_shapes/1.tif", "tiff/test.0000.tiff"]
    layer = _layer(tmp_path, [shared / "data" / name for name in names])
    assert layer.bounding_box.size == (265, 265, 2)
    for z, name in enumerate(names):
        image = np.squeeze(tifffile.imread(shared / "data" / name)).T
        assert_array_equal(_voxels_of(layer)[0, : image.shape[0], : image.shape[1], z], image)


def test_real_colours(shared: Path, tmp_path: Path) -> None:
    dataset = Dataset.from_images(shared / "data" / "rgb_tiff", tmp_path / "out", VOXEL_SIZE)
    image = tifffile.imread(shared / "data" / "rgb_tiff" / "test_rgb.tif")
    assert_array_equal(_voxels_of(dataset.get_layer("rgb_tiff"))[..., 0], image.T)


@pytest.mark.parametrize("broken", [0, 3])
@pytest.mark.parametrize("options", [{}, {"pattern": "slice{z}.tif"}])
def test_the_first_and_the_last_slice_may_be_broken(tmp_path: Path, broken: int, options: Any) -> None:
    volume = voxels((1, 9, 8, 4))
    save_slices(tmp_path / "src", volume)[broken].write_bytes(b"")
    volume[..., broken] = 0
    dataset = _made(tmp_path, skip_broken=True, **options)
    assert_array_equal(_voxels_of(dataset.get_layer("src")), volume)


def test_types_are_converted_without_a_word(tmp_path: Path) -> None:
    volume = voxels((1, 9, 8, 4), np.float32)
    volume[0, 0, 0, 0], volume[0, 1, 0, 0] = np.nan, 300
    layer = _layer(tmp_path, save_slices(tmp_path / "src", volume), dtype="uint8")
    assert_array_equal(_voxels_of(layer)[..., 1:], volume[..., 1:].astype(np.uint8))
