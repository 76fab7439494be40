"""Volumes of every kind become arrays, in bounded memory, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import voxbrick
from voxbrick.conversion import Source, open_source, plan_conversion
from voxbrick.geometry.grid import Box, whole

MEGABYTE = 1 << 20


def _voxels(shape: tuple[int, ...], dtype: Any = np.uint8) -> np.ndarray:
    return np.random.default_rng(1).integers(1, 200, shape).astype(dtype)


def _all_of(array: voxbrick.Array, shape: tuple[int, ...]) -> np.ndarray:
    return array.read((0,) * len(shape), shape)


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("data_format", ["wkw", "zarr", "zarr3"])
def test_arrays_of_all_layouts(filled, volume, tmp_path: Path, data_format: str) -> None:
    plan = plan_conversion(open_source(filled.path), tmp_path / "copy", data_format=data_format, verify=True)
    with plan.run() as copy:
        assert copy.info.data_format == data_format
        assert_array_equal(_all_of(copy, volume.shape), volume)


def test_zarr_to_zarr_keeps_what_zarr_can_hold(tmp_path: Path) -> None:
    source = voxbrick.create_array(
        tmp_path / "source",
        data_format="zarr3",
        dtype="float32",
        shape=(3, 40, 50),
        axes=("t", "y", "x"),
        chunk_shape=(1, 16, 16),
        fill_value=np.nan,
        attributes={"unit": "nm"},
    )
    source.write((1, 0, 0), _voxels((1, 20, 20), np.float32))
    with plan_conversion(source.path, tmp_path / "copy.zarr", verify=True).run() as copy:
        assert copy.info.axes == ("t", "y", "x")
        assert copy.info.attributes == {"unit": "nm"}
        assert copy.list_shards() == [(1, 0, 0)]
        assert_array_equal(_all_of(copy, (3, 40, 50)), _all_of(source, (3, 40, 50)))


def test_a_fill_value_that_wkw_lacks_is_written_out(tmp_path: Path) -> None:
    keywords = {"data_format": "zarr3", "shape": (40, 40, 40), "chunk_shape": 16, "fill_value": 7}
    source = voxbrick.create_array(tmp_path / "source", dtype="uint8", **keywords)
    with plan_conversion(source.path, tmp_path / "copy", data_format="wkw").run() as copy:
        assert_array_equal(_all_of(copy, (1, 40, 40, 40)), 7)


@pytest.mark.parametrize("axes", ["zyx", "xyzc", "zcyx", "yx", "x"])
def test_axes_come_in_any_order(tmp_path: Path, axes: str) -> None:
    extents = {"c": 2, "x": 30, "y": 20, "z": 10}
    shape = tuple(extents[axis] for axis in axes)
    voxels = _voxels(shape)
    keywords = {"shape": shape, "axes": axes, "chunk_shape": 8}
    source = voxbrick.create_array(tmp_path / "source", data_format="zarr3", dtype="uint8", **keywords)
    source.write((0,) * len(shape), voxels)
    present = [axis for axis in "cxyz" if axis in axes]
    ordered = voxels.transpose([axes.index(axis) for axis in present])
    expected = ordered.reshape([extents[axis] if axis in axes else 1 for axis in "cxyz"])
    plan = plan_conversion(source.path, tmp_path / "copy", data_format="wkw", verify=True)
    with plan.run() as copy:
        assert_array_equal(_all_of(copy, expected.shape), expected)


def test_axes_that_wkw_lacks_are_refused(tmp_path: Path) -> None:
    keywords = {"data_format": "zarr3", "dtype": "uint8", "shape": (3, 8), "axes": ("t", "x")}
    source = voxbrick.create_array(tmp_path / "source", chunk_shape=4, **keywords)
    with pytest.raises(voxbrick.UnsupportedError, match="t, x"):
        plan_conversion(source.path, tmp_path / "copy", data_format="wkw")


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["u1", ">u2", "<f4"])
@pytest.mark.parametrize("shape", [(50, 40), (50, 40, 30), (3, 50, 40, 30)])
def test_npy(tmp_path: Path, shape: tuple[int, ...], dtype: str, order: Any) -> None:
    voxels = _voxels(shape, dtype)
    np.save(tmp_path / "volume.npy", np.asarray(voxels, order=order))
    with plan_conversion(tmp_path / "volume.npy", tmp_path / "wkw", verify=True).run() as copy:
        expected = voxels.reshape({2: (1, 50, 40, 1), 3: (1, 50, 40, 30)}.get(len(shape), shape))
        assert copy.info.dtype == np.dtype(dtype).newbyteorder("=")
        assert_array_equal(_all_of(copy, expected.shape), expected)


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
@pytest.mark.parametrize("channels", [(), (2,)])
@pytest.mark.parametrize("slope", [1.0, 0.5])
def test_nifti(tmp_path: Path, suffix: str, channels: tuple[int, ...], slope: float) -> None:
    nibabel = pytest.importorskip("nibabel")
    stored = _voxels((20, 30, 40, *channels), np.int16)
    image = nibabel.Nifti1Image(stored, np.diag([2.0, 3.0, 4.0, 1.0]))
    image.header.set_slope_inter(slope, 0)
    path = tmp_path / f"scan{suffix}"
    nibabel.save(image, path)
    expected = np.asanyarray(nibabel.load(path).dataobj)
    expected = np.moveaxis(expected.reshape(20, 30, 40, -1), 3, 0)
    plan = plan_conversion(path, tmp_path / "scan.zarr", verify=True, chunk_shape=(8,))
    with plan.run() as copy:
        assert copy.info.dtype == expected.dtype
        assert copy.info.attributes["affine"][1] == [0, 3, 0, 0]
        assert_array_equal(_all_of(copy, expected.shape), expected)


def _save_slices(folder: Path, voxels: np.ndarray, suffix: str) -> None:
    """Image z is the plane [..., z] of (c, x, y, z), named without leading zeros."""
    imaging = pytest.importorskip("PIL.Image")
    tifffile = pytest.importorskip("tifffile")
    folder.mkdir()
    for z in range(voxels.shape[-1]):
        image = np.squeeze(voxels[..., z].transpose(2, 1, 0))
        path = folder / f"slice{z}{suffix}"
        if suffix == ".tif":
            tifffile.imwrite(path, image, photometric="rgb" if image.ndim == 3 else "minisblack")
        else:
            imaging.fromarray(image).save(path)


@pytest.mark.parametrize(
    ("suffix", "channels", "dtype"),
    [
        (".tif", 1, "uint8"),
        (".tif", 1, "float32"),
        (".tif", 3, "uint16"),
        (".png", 1, "uint8"),
        (".png", 1, "uint16"),
        (".png", 3, "uint8"),
        (".png", 4, "uint8"),
    ],
)
def test_slices(tmp_path: Path, suffix: str, channels: int, dtype: str) -> None:
    voxels = _voxels((channels, 40, 30, 12), dtype)
    _save_slices(tmp_path / "slices", voxels, suffix)
    with plan_conversion(tmp_path / "slices", tmp_path / "wkw", verify=True).run() as copy:
        assert_array_equal(_all_of(copy, voxels.shape), voxels)


def test_smaller_slices_are_filled_up(tmp_path: Path) -> None:
    imaging = pytest.importorskip("PIL.Image")
    slices = tmp_path / "slices"
    slices.mkdir()
    for number, width in enumerate([10, 10, 11]):
        imaging.new("L", (width, 5), 7).save(slices / f"{number}.png")
    with plan_conversion(slices, tmp_path / "copy").run() as copy:
        expected = np.full((1, 11, 5, 3), 7, np.uint8)
        expected[:, 10, :, :2] = 0
        assert_array_equal(_all_of(copy, (1, 11, 5, 3)), expected)


def test_real_slices(shared: Path, tmp_path: Path) -> None:
    """Tiles of an electron microscope, as JPEG."""
    tiles_of_section = sorted((shared / "data" / "temca2" / "2").rglob("*.jpg"))
    slices = tmp_path / "slices"
    slices.mkdir()
    for number, path in enumerate(tiles_of_section):
        (slices / f"{number}.jpg").symlink_to(path)
    source = open_source(slices)
    assert source.shape == (1, 1024, 1024, len(tiles_of_section))
    plan = plan_conversion(source, tmp_path / "copy.zarr", memory=128 * MEGABYTE, verify=True)
    with plan.run() as copy:
        voxels = _all_of(copy, source.shape)
    assert voxels.std() > 10


def test_compressed_tiff(shared: Path, tmp_path: Path) -> None:
    pytest.importorskip("imagecodecs")
    (tmp_path / "1.tiff").symlink_to(shared / "data" / "tiff" / "test.0000.tiff")
    source = open_source(tmp_path)
    assert source.shape == (1, 265, 265, 1)
    assert source.read(whole(source.shape)).std() > 10


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("damaged.npy", b"\x93NUMPY", r"damaged\.npy"),
        ("damaged.nii.gz", b"\x1f\x8b\x08", r"damaged\.nii\.gz"),
        ("damaged.nii", b"", r"damaged\.nii"),
        ("slices/1.png", b"\x89PNG", r"1\.png"),
        ("slices/1.tif", b"II*\0", r"1\.tif"),
        ("letter.txt", b"Dear", r"letter\.txt"),
        ("folder/letter.txt", b"Dear", "neither"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    with pytest.raises(voxbrick.VoxbrickError, match=message):
        open_source(tmp_path / Path(name).parts[0])


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(voxbrick.NotFoundError, match="nothing"):
        open_source(tmp_path / "nothing")


@pytest.mark.parametrize("jobs", [1, 3])
def test_little_memory_is_enough(tmp_path: Path, jobs: int) -> None:
    voxels = _voxels((1, 100, 90, 80))
    np.save(tmp_path / "volume.npy", voxels)
    plan = plan_conversion(tmp_path / "volume.npy", tmp_path / "wkw", memory=jobs * MEGABYTE // 4, jobs=jobs)
    assert plan.transfer.cut.memory <= jobs * MEGABYTE // 4
    assert len(list(plan.transfer.boxes(0))) > 1
    with plan.run() as copy:
        assert_array_equal(_all_of(copy, voxels.shape), voxels)


def test_too_little_memory_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "volume.npy", _voxels((1, 100, 90, 80)))
    with pytest.raises(voxbrick.InvalidArgumentError, match="65536 bytes"):
        plan_conversion(tmp_path / "volume.npy", tmp_path / "wkw", memory=1000, jobs=1)


def test_progress_adds_up(filled, tmp_path: Path) -> None:
    done: list[int] = []
    plan = plan_conversion(filled.path, tmp_path / "copy", data_format="zarr3", verify=True)
    plan.run(done.append)
    assert sum(done) == plan.total


class _Failing(Source):
    """Cannot read beyond its middle."""

    name, dtype, axes, shape = "failing", np.dtype("u1"), ("x", "y", "z"), (64, 64, 64)

    def read(self, box: Box) -> np.ndarray:
        if box.offset[2] > 0:
            raise KeyboardInterrupt
        return _voxels(box.shape)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("overwrite", [False, True])
def test_an_interrupted_conversion_changes_nothing(tmp_path: Path, overwrite: bool) -> None:
    if overwrite:
        voxbrick.create_array(tmp_path / "copy", dtype="uint8")
    before = _files(tmp_path)
    plan = plan_conversion(
        _Failing(), tmp_path / "copy", overwrite=overwrite, chunk_shape=(8,), memory=MEGABYTE // 4
    )
    with pytest.raises(KeyboardInterrupt):
        plan.run()
    assert _files(tmp_path) == before


def test_an_existing_array_is_replaced_only_on_request(filled, volume, tmp_path: Path) -> None:
    old = voxbrick.create_array(tmp_path / "old", dtype="uint8")
    old.write((0, 0, 0, 0), np.ones((1, 1, 1, 1), np.uint8))
    with pytest.raises(voxbrick.AlreadyExistsError, match="old"):
        plan_conversion(filled.path, old.path)
    with plan_conversion(filled.path, old.path, overwrite=True).run() as copy:
        assert_array_equal(_all_of(copy, volume.shape), volume)
    assert {path.name for path in tmp_path.iterdir()} == {"array", "old"}


def test_a_folder_that_is_no_array_is_never_replaced(filled, tmp_path: Path) -> None:
    precious = tmp_path / "precious" / "thesis.tex"
    precious.parent.mkdir()
    precious.touch()
    with pytest.raises(voxbrick.AlreadyExistsError, match="not a readable array"):
        plan_conversion(filled.path, precious.parent, overwrite=True)
    assert precious.exists()


@pytest.mark.parametrize("place", [".", "inside", ".."])
def test_a_destination_in_or_around_the_source_is_refused(filled, place: str) -> None:
    with pytest.raises(voxbrick.InvalidArgumentError, match="in each other"):
        plan_conversion(filled.path, Path(filled.path) / place, overwrite=True)


@pytest.mark.parametrize("fill", [0.0, -0.0])
@pytest.mark.parametrize("value", [0.0, -0.0])
def test_zeros_keep_their_sign(tmp_path: Path, fill: float, value: float) -> None:
    shape = {"shape": (20, 20, 20), "chunk_shape": 8, "fill_value": fill}
    source = voxbrick.create_array(tmp_path / "source", data_format="zarr3", dtype="float32", **shape)
    source.write((0, 0, 0), np.full((20, 20, 20), value, np.float32))
    with plan_conversion(source.path, tmp_path / "copy.zarr", verify=True).run() as copy:
        assert (np.signbit(_all_of(copy, (20, 20, 20))) == np.signbit(value)).all()
    np.save(tmp_path / "v.npy", np.full((20, 20, 20), value, np.float32))
    with plan_conversion(tmp_path / "v.npy", tmp_path / "wkw", verify=True).run() as copy:
        assert (np.signbit(_all_of(copy, (1, 20, 20, 20))) == np.signbit(value)).all()
