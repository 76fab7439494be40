"""Every kind of image and volume is read to the last voxel, and what cannot be read says so."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.testing import assert_array_equal

import voxbrick
from support.image_files import save, save_slices, voxels
from voxbrick.conversion import Reading, Source, open_source, plan_conversion
from voxbrick.conversion.budget import cut
from voxbrick.geometry.grid import Box, Cells, whole
from voxbrick.sources.images import natural_key


def _all_of(source: Source) -> np.ndarray:
    return source.read(whole(source.shape))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"compression": "lzw"},
        {"compression": "zstd"},
        {"compression": "deflate", "predictor": True},
        {"tile": (16, 32)},
        {"rowsperstrip": 5},
        {"bigtiff": True},
        {"byteorder": ">"},
        {"ome": True, "metadata": {"axes": "ZYX"}},
        {"imagej": True, "metadata": {"axes": "ZYX"}},
        {"metadata": None},
    ],
    ids=str,
)
@pytest.mark.parametrize("dtype", ["u1", "u2", "f4"])
def test_stacks_of_tiff_pages(tmp_path: Path, options: dict[str, Any], dtype: str) -> None:
    if options == {"compression": "deflate", "predictor": True} and dtype == "f4":
        options = {"compression": "deflate", "predictor": 3}
    data = voxels((5, 40, 30), dtype)  # z, y, x
    tifffile.imwrite(tmp_path / "v.tif", data, photometric="minisblack", **options)
    assert_array_equal(_all_of(open_source(tmp_path / "v.tif"))[0], data.T)


@pytest.mark.parametrize(
    ("axes", "shape"),
    [("YX", (40, 30)), ("ZYX", (5, 40, 30)), ("ZCYX", (5, 2, 40, 30)), ("CZYX", (2, 5, 40, 30))],
)
def test_axes_of_ome_tiff(tmp_path: Path, axes: str, shape: tuple[int, ...]) -> None:
    data = voxels(shape)
    tifffile.imwrite(tmp_path / "v.ome.tif", data, metadata={"axes": axes}, photometric="minisblack")
    extents = dict(zip(axes, shape, strict=True))
    order = [axes.index(axis) for axis in "CXYZ" if axis in axes]
    expected = data.transpose(order).reshape([extents.get(axis, 1) for axis in "CXYZ"])
    assert_array_equal(_all_of(open_source(tmp_path / "v.ome.tif")), expected)


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_colours_in_tiff(tmp_path: Path, planar: str) -> None:
    data = voxels((3, 40, 30))
    image = data if planar == "separate" else np.moveaxis(data, 0, 2)
    tifffile.imwrite(tmp_path / "v.tif", image, photometric="rgb", planarconfig=planar)
    assert_array_equal(_all_of(open_source(tmp_path / "v.tif"))[..., 0], data.transpose(0, 2, 1))


def test_bits_are_black_or_white(tmp_path: Path) -> None:
    image = voxels((40, 30)) > 100
    tifffile.imwrite(tmp_path / "v.tif", image)
    assert_array_equal(_all_of(open_source(tmp_path / "v.tif"))[0, ..., 0], image.T * np.uint8(255))


def test_jpeg_in_tiff_and_alone(tmp_path: Path) -> None:
    smooth = np.add.outer(np.arange(64), np.arange(48)).astype(np.uint8)
    tifffile.imwrite(tmp_path / "v.tif", smooth, compression="jpeg")
    save(tmp_path / "v.jpg", smooth.T[np.newaxis], quality=95)
    for name in ("v.tif", "v.jpg"):
        found = _all_of(open_source(tmp_path / name))[0, ..., 0].astype(int)
        assert abs(found - smooth.T).max() < 12


def test_files_with_several_images_are_refused(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "v.tif") as tiff:
        tiff.write(voxels((40, 30)), metadata=None)
        tiff.write(voxels((20, 10)), metadata=None)
    with pytest.raises(voxbrick.UnsupportedError, match="2 images"):
        open_source(tmp_path / "v.tif")


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["uint8", ">u2", "float32"])
def test_raw_voxels(tmp_path: Path, dtype: str, order: Any) -> None:
    volume = voxels((9, 8, 7), dtype)
    (tmp_path / "v.raw").write_bytes(volume.tobytes(order=order))
    reading = Reading(shape=(9, 8, 7), dtype=dtype, order=order)
    assert_array_equal(_all_of(open_source(tmp_path / "v.raw", reading)), volume)


@pytest.mark.parametrize(
    ("reading", "message"),
    [
        (Reading(), "shape and dtype"),
        (Reading(shape=(9, 8, 8), dtype="uint8"), "has 504 bytes, but uint8 of .* takes 576"),
        (Reading(shape=(9, 8, 7), dtype="voxel"), "no dtype"),
    ],
)
def test_raw_voxels_that_make_no_sense(tmp_path: Path, reading: Reading, message: str) -> None:
    (tmp_path / "v.raw").write_bytes(bytes(9 * 8 * 7))
    with pytest.raises(voxbrick.InvalidArgumentError, match=message):
        open_source(tmp_path / "v.raw", reading)


def test_mrc(tmp_path: Path) -> None:
    mrcfile = pytest.importorskip("mrcfile")
    data = voxels((5, 40, 30), np.int16)
    with mrcfile.new(tmp_path / "v.mrc") as mrc:
        mrc.set_data(data)
    assert_array_equal(_all_of(open_source(tmp_path / "v.mrc")), data.T)


def _sources(folder: Path) -> dict[str, Path]:
    nibabel = pytest.importorskip("nibabel")
    volume = voxels((9, 8, 7))
    np.save(folder / "v.npy", volume)
    nibabel.save(nibabel.Nifti1Image(volume, np.eye(4)), folder / "v.nii")
    save_slices(folder / "slices", volume[np.newaxis])
    voxbrick.create_array(folder / "wkw", dtype="uint8", shard_shape=32).write(
        (0, 0, 0, 0), volume[np.newaxis]
    )
    return {name: folder / name for name in ("v.npy", "v.nii", "slices", "wkw")}


@pytest.mark.parametrize("name", ["v.npy", "v.nii", "slices", "wkw"])
def test_sources_can_be_sent_to_other_processes(tmp_path: Path, name: str) -> None:
    source = open_source(_sources(tmp_path)[name])
    pickled = pickle.dumps(source)
    assert len(pickled) < 5000
    assert_array_equal(_all_of(pickle.loads(pickled)), _all_of(source))


def test_slices_are_in_natural_order() -> None:
    names = ["b10", "b9", "a", "B1.2", "b1.10"]
    assert sorted(map(Path, names), key=natural_key) == list(map(Path, ["a", "B1.2", "b1.10", "b9", "b10"]))


def test_a_pattern_like_a_shell_has(tmp_path: Path) -> None:
    volume = voxels((1, 9, 8, 12))
    save_slices(tmp_path, volume)
    save(tmp_path / "other.tif", voxels((1, 5, 5)))
    assert_array_equal(_all_of(open_source(tmp_path / "slice*.tif")), volume)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    [path] = save_slices(tmp_path, voxels((1, 9, 8, 1)))
    with pytest.raises(voxbrick.NotFoundError, match=r"gone\.tif"):
        open_source([path, tmp_path / "gone.tif"])


@pytest.mark.parametrize("other", [voxels((1, 9, 8), np.uint16), voxels((3, 9, 8))])
def test_slices_that_change_in_the_middle_are_refused(tmp_path: Path, other: np.ndarray) -> None:
    save_slices(tmp_path, voxels((1, 9, 8, 3)), ".png")
    save(tmp_path / "slice9.png", other)
    with pytest.raises(voxbrick.UnsupportedError, match=r"slice9\.png.*slice0\.png"):
        open_source(tmp_path)


def test_cells_tile_the_box_and_share_no_shard() -> None:
    box = Box((3, 5), (30, 21))
    counts = np.zeros((40, 40), int)
    for cell in Cells(box, (8, 16), (0, 0)):
        counts[tuple(slice(a, a + n) for a, n in zip(*cell, strict=True))] += 1
        assert all(a // size == (a + n - 1) // size for a, n, size in zip(*cell, (8, 16), strict=True))
    assert counts.sum() == box.volume
    assert (counts[3:33, 5:26] == 1).all()


@pytest.mark.parametrize(
    ("megabytes", "shard", "box"),
    [
        (4000, 1024, (1, 2048, 2048, 256)),  # all at once
        (1100, 64, (1, 2048, 2048, 64)),  # a layer of shards
        (600, 256, (1, 2048, 2048, 64)),  # slices are decoded once, shards are written several times
        (100, 1024, (1, 2048, 672, 32)),  # not even a layer of chunks fits
    ],
)
def test_slices_are_decoded_as_seldom_as_memory_allows(megabytes: int, shard: int, box: Any) -> None:
    class Slices(Source):
        name, dtype, axes, shape = "slices", np.dtype("u1"), ("c", "x", "y", "z"), (1, 2048, 2048, 256)
        reads_whole_slices = True
        overhead = 2 * 2048**2

        def read(self, box: Box) -> np.ndarray:
            raise NotImplementedError

    source = Slices()
    shards = (1, shard, shard, shard)
    parts = cut(whole(source.shape), source, (1, 32, 32, 32), shards, megabytes << 20, 2)
    assert parts.box_shape == box
    assert parts.memory <= megabytes << 20


def _ome_in_several_files(folder: Path, count: int) -> None:
    """Each file describes all planes, and holds one of them."""
    names = [f"s{z}.ome.tif" for z in range(count)]
    uuids = [f"urn:uuid:0000000{z}-0000-0000-0000-000000000000" for z in range(count)]
    planes = "".join(
        f'<TiffData FirstZ="{z}" FirstC="0" FirstT="0" IFD="0" PlaneCount="1">'
        f'<UUID FileName="{name}">{uuid}</UUID></TiffData>'
        for z, (name, uuid) in enumerate(zip(names, uuids, strict=True))
    )
    folder.mkdir()
    for z, name in enumerate(names):
        description = (
            '<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" '
            f'UUID="{uuids[z]}"><Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYZCT" '
            f'Type="uint8" SizeX="30" SizeY="20" SizeZ="{count}" SizeC="1" SizeT="1">'
            f'<Channel ID="Channel:0:0" SamplesPerPixel="1"/>{planes}</Pixels></Image></OME>'
        )
        image = np.full((20, 30), z + 1, np.uint8)
        tifffile.imwrite(folder / name, image, description=description, metadata=None)


def test_an_image_in_several_files_is_refused(tmp_path: Path) -> None:
    _ome_in_several_files(tmp_path / "ome", 3)
    with pytest.raises(voxbrick.UnsupportedError, match=r"ome\.tif is a part of .* 3 files, s0.*s2"):
        open_source(tmp_path / "ome")


def test_slices_need_no_shape(tmp_path: Path) -> None:
    paths = save_slices(tmp_path, voxels((1, 9, 8, 2)))
    with pytest.raises(voxbrick.InvalidArgumentError, match="need one"):
        open_source(paths, Reading(shape=(9, 8, 2)))


def test_names_that_mean_the_same_number_have_an_order() -> None:
    names = [Path(name) for name in ("A001", "a01", "a1")]
    assert len({str(natural_key(name)) for name in names}) == 3
    shuffled = [names[1], names[2], names[0]]
    assert sorted(shuffled, key=natural_key) == names


def test_mrc_of_turned_axes_is_refused(tmp_path: Path) -> None:
    mrcfile = pytest.importorskip("mrcfile")
    with mrcfile.new(tmp_path / "v.mrc") as mrc:
        mrc.set_data(voxels((5, 40, 30), np.int16))
        mrc.header.mapc, mrc.header.maps = 3, 1
    with pytest.raises(voxbrick.UnsupportedError, match=r"along the axes \(3, 2, 1\)"):
        open_source(tmp_path / "v.mrc")


def test_a_destination_where_a_pattern_looks_is_refused(tmp_path: Path) -> None:
    save_slices(tmp_path / "slices", voxels((1, 9, 8, 2)))
    with pytest.raises(voxbrick.InvalidArgumentError, match="in each other"):
        plan_conversion(tmp_path / "slices" / "*.tif", tmp_path / "slices" / "out")
    plan_conversion(tmp_path / "slices" / "*.tif", tmp_path / "out")


@pytest.mark.parametrize("colours", [False, True])
@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("kind", ["imagej", "shaped"])
def test_pages_of_which_only_the_first_is_described(
    tmp_path: Path, kind: str, byteorder: Any, colours: bool
) -> None:
    data = voxels((5, 20, 30, 3) if colours else (5, 20, 30), np.uint8 if colours else np.uint16)
    options: dict[str, Any] = {"photometric": "rgb" if colours else "minisblack", "truncate": True}
    if kind == "imagej":
        options |= {"imagej": True, "metadata": {"axes": "ZYXS" if colours else "ZYX"}}
    tifffile.imwrite(tmp_path / "v.tif", data, byteorder=byteorder, **options)
    expected = data.transpose(3, 2, 1, 0) if colours else data.T[np.newaxis]
    assert_array_equal(_all_of(open_source(tmp_path / "v.tif")), expected)
    content = (tmp_path / "v.tif").read_bytes()
    (tmp_path / "v.tif").write_bytes(content[: len(content) * 3 // 4])
    with pytest.raises(voxbrick.VoxbrickError, match=r"v\.tif"):
        _all_of(open_source(tmp_path / "v.tif"))
