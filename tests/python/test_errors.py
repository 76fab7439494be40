"""Every error is one of ours and a built-in, says what happened, and survives pickling."""

from __future__ import annotations

import errno
import pickle
from pathlib import Path

import numpy as np
import pytest

import voxbrick
from voxbrick import errors

BUILT_INS: dict[str, tuple[type[Exception], ...]] = {
    "AlreadyExistsError": (FileExistsError,),
    "BoundsError": (ValueError, IndexError, AssertionError),
    "CancelledError": (RuntimeError,),
    "ConflictingArgumentsError": (ValueError, AttributeError),
    "CorruptDataError": (OSError, ValueError),
    "DatasetExistsError": (FileExistsError, RuntimeError),
    "InvalidArgumentError": (ValueError, TypeError, AssertionError),
    "InvalidMetadataError": (ValueError,),
    "MisalignedError": (ValueError, AssertionError),
    "MissingKeyError": (ValueError, TypeError, KeyError, AssertionError),
    "NameNotFoundError": (FileNotFoundError, IndexError, KeyError, ValueError),
    "NameTakenError": (FileExistsError, IndexError),
    "NotFoundError": (FileNotFoundError,),
    "ReadOnlyError": (PermissionError, RuntimeError, AssertionError),
    "StorageError": (OSError,),
    "UnknownCategoryError": (ValueError, RuntimeError),
    "UnknownInterpolationError": (ValueError, KeyError),
    "SamplingSchemeError": (ValueError, RuntimeError),
    "UnsupportedError": (NotImplementedError, ValueError),
    "VoxbrickError": (Exception,),
    "WorkerError": (RuntimeError,),
}


def test_the_table_is_complete() -> None:
    assert sorted(BUILT_INS) == sorted(errors.__all__)
    assert set(errors.__all__) <= set(voxbrick.__all__)


@pytest.mark.parametrize("name", BUILT_INS)
def test_errors_are_built_ins_too(name: str) -> None:
    error_type = getattr(voxbrick, name)
    assert issubclass(error_type, voxbrick.VoxbrickError)
    assert all(issubclass(error_type, built_in) for built_in in BUILT_INS[name])


@pytest.mark.parametrize("name", BUILT_INS)
def test_errors_can_be_pickled(name: str) -> None:
    error = getattr(voxbrick, name)("what happened")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == "what happened"


def test_the_errno_is_pickled_too() -> None:
    copy = pickle.loads(pickle.dumps(voxbrick.StorageError(errno.ENOSPC, "disk full")))
    assert (copy.errno, copy.strerror) == (errno.ENOSPC, "disk full")


def test_no_array(tmp_path: Path) -> None:
    with pytest.raises(voxbrick.NotFoundError, match="nowhere"):
        voxbrick.open_array(tmp_path / "nowhere")


def test_an_array_twice(filled, array_layout) -> None:
    with pytest.raises(voxbrick.AlreadyExistsError, match="array"):
        voxbrick.create_array(filled.path, dtype="uint16", **array_layout)


def test_a_damaged_header(tmp_path: Path) -> None:
    (tmp_path / "header.wkw").write_bytes(b"WKX" + bytes(13))
    with pytest.raises(voxbrick.InvalidMetadataError, match=r"header\.wkw"):
        voxbrick.open_array(tmp_path)


def test_another_version(tmp_path: Path) -> None:
    (tmp_path / "header.wkw").write_bytes(bytes.fromhex("574b5702 55010101") + bytes(8))
    with pytest.raises(voxbrick.UnsupportedError, match="version"):
        voxbrick.open_array(tmp_path)


def test_a_damaged_shard(filled) -> None:
    for path in _shard_files(filled):
        path.write_bytes(b"")
    with pytest.raises(voxbrick.CorruptDataError):
        voxbrick.open_array(filled.path).read((0, 0, 0, 0), (2, 1, 1, 1))


def test_a_box_outside_of_a_zarr_array(tmp_path: Path) -> None:
    array = voxbrick.create_array(tmp_path, data_format="zarr3", dtype="uint8", shape=(8, 8), chunk_shape=4)
    with pytest.raises(IndexError, match=r"\(8, 8\)") as caught:
        array.write((4, 4), np.ones((5, 1), np.uint8))
    assert isinstance(caught.value, voxbrick.BoundsError)


def test_the_system_says_no(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file") as caught:
        voxbrick.create_array(tmp_path / "file" / "array", dtype="uint8")
    assert caught.value.errno == errno.ENOTDIR


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({}, "dtype"),
        ({"dtype": "uint8", "data_format": "zarr3"}, "shape"),
        ({"dtype": "uint8", "data_format": "tape"}, "tape"),
        ({"dtype": "complex64"}, "complex64"),
        ({"dtype": "uint8", "chunk_shape": (8, 8.5, 8)}, "8.5"),
        ({"dtype": "uint8", "chunk_shape": 33}, "33"),
        ({"dtype": "uint8", "num_channels": 0}, "0"),
    ],
)
def test_arrays_that_cannot_be(tmp_path: Path, keywords: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        voxbrick.create_array(tmp_path / "array", **keywords)
    assert isinstance(caught.value, voxbrick.VoxbrickError)
    assert not list(tmp_path.rglob("*.*"))


@pytest.mark.parametrize("mode", ["w", "a", "", None])
def test_unknown_modes(filled, mode: object) -> None:
    with pytest.raises(voxbrick.InvalidArgumentError, match="mode"):
        voxbrick.open_array(filled.path, mode)


def test_an_unknown_order(filled) -> None:
    with pytest.raises(voxbrick.InvalidArgumentError, match="order"):
        filled.read((0, 0, 0, 0), (1, 1, 1, 1), order="K")


def _shard_files(array: voxbrick.Array) -> list[Path]:
    metadata = {"header.wkw", "zarr.json", ".zarray", ".zattrs"}
    files = (path for path in Path(array.path).rglob("*") if path.is_file())
    return [path for path in files if path.name not in metadata]
