"""OME-Zarr that is damaged, or that layers cannot express."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.ome_images import VERSIONS, axes, level, only_layer, write_array, write_group, write_image
from voxbrick import Dataset, Mag, errors

ENTRY = {"axes": axes("zyx"), "datasets": [level("0", 1, 1, 1)]}
HUGE = level("0", 1e99, 1, 1)["coordinateTransformations"]
REFUSED: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "plate": ({"plate": {"wells": []}}, errors.UnsupportedError, "plate"),
    "version": ({"multiscales": [{**ENTRY, "version": "0.3"}]}, errors.UnsupportedError, "0.3"),
    "no-axes": ({"multiscales": [{"datasets": []}]}, errors.UnsupportedError, "0.5"),
    "two-axes": (
        {"multiscales": [{"axes": axes("yx"), "datasets": [level("0", 1, 1)]}]},
        errors.UnsupportedError,
        "x, y and z",
    ),
    "unit": ({"multiscales": [{**ENTRY, "axes": axes("zyx", 5)}]}, errors.InvalidMetadataError, "unit"),
    "rank": (
        {"multiscales": [{"axes": axes("czyx"), "datasets": [level("0", 1, 1, 1, 1)]}]},
        errors.InvalidMetadataError,
        "3 dimensions",
    ),
    "no-levels": ({"multiscales": [{**ENTRY, "datasets": []}]}, errors.InvalidMetadataError, "no arrays"),
    "no-array": (
        {"multiscales": [{**ENTRY, "datasets": [level("9", 1, 1, 1)]}]},
        errors.NotFoundError,
        "9",
    ),
    "scale-0": (
        {"multiscales": [{**ENTRY, "datasets": [level("0", 1, 0, 1)]}]},
        errors.InvalidMetadataError,
        "positive",
    ),
    "rotation": (
        {"multiscales": [{**ENTRY, "coordinateTransformations": [{"type": "rotation"}]}]},
        errors.UnsupportedError,
        "rotation",
    ),
    "half a character": (
        {"multiscales": [{**ENTRY, "datasets": [level("\ud800", 1, 1, 1)]}]},
        errors.InvalidMetadataError,
        "a path",
    ),
    "zero byte": (
        {"multiscales": [{**ENTRY, "datasets": [level("0\0", 1, 1, 1)]}]},
        errors.InvalidMetadataError,
        "a path",
    ),
    "scale-huge": (
        {
            "multiscales": [
                {
                    **ENTRY,
                    "coordinateTransformations": 2 * HUGE,
                }
            ]
        },
        errors.InvalidMetadataError,
        "sizes below",
    ),
    "scale-tiny": (
        {"multiscales": [{**ENTRY, "datasets": [level("0", 1, 1e-308, 1)]}]},
        errors.InvalidMetadataError,
        "sizes below",
    ),
    "far": (
        {"multiscales": [{**ENTRY, "datasets": [level("0", 1, 1, 1, translation=[1e308, 0, 0])]}]},
        errors.InvalidMetadataError,
        "places below",
    ),
    "text": ({"multiscales": "none"}, errors.InvalidMetadataError, "a list"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(tmp_path: Path, case: str) -> None:
    terms, error, message = REFUSED[case]
    path = write_group(tmp_path / "em", terms)
    write_array(path / "0")
    with pytest.raises(error, match=message):
        Dataset.open(path)


def test_images_whose_voxels_do_not_fit_together(tmp_path: Path) -> None:
    for name, size in {"a": 1, "b": 3}.items():
        write_image(tmp_path / name, {"axes": axes("zyx"), "datasets": [level("0", size, size, size)]})
    with pytest.raises(errors.UnsupportedError, match="by itself"):
        Dataset.open(tmp_path)
    assert only_layer(tmp_path / "b").dataset.voxel_size == (3, 3, 3)


def test_a_level_coarser_than_all_mags_is_left_out(tmp_path: Path) -> None:
    entry = {"axes": axes("zyx"), "datasets": [level("0", 1, 1, 1), level("1", 1e60, 1e60, 1e60)]}
    write_image(tmp_path, entry)
    with pytest.warns(UserWarning, match="left out"):
        assert list(only_layer(tmp_path).mags) == [Mag(1)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("version", VERSIONS)
def test_groups_are_utf_8_and_nothing_else(tmp_path: Path, version: str, encoding: str) -> None:
    path = write_image(tmp_path / "em", ENTRY, version)
    document = path / (".zattrs" if version == "0.4" else "zarr.json")
    document.write_bytes(document.read_text().encode(encoding))
    with pytest.raises(errors.InvalidMetadataError, match=rf"{document.name}.*(byte order mark|not JSON)"):
        Dataset.open(path)


def test_properties_are_utf_8_and_nothing_else(tmp_path: Path) -> None:
    Dataset(tmp_path / "brain", (1, 1, 1))
    document = tmp_path / "brain" / "datasource-properties.json"
    for encoding in ["utf-8-sig", "utf-16"]:
        document.write_bytes(document.read_bytes().decode().encode(encoding))
        with pytest.raises(errors.InvalidMetadataError, match=r"byte order mark|not JSON"):
            Dataset.open(tmp_path / "brain")
        document.write_bytes(document.read_bytes().decode(encoding).encode())


def test_labels_that_are_not_there_are_told(tmp_path: Path) -> None:
    path = write_image(tmp_path / "em", ENTRY)
    write_group(path / "labels", {"labels": ["cells", "lost"]})
    (path / "labels" / "cells").symlink_to("/nowhere/cells")
    with pytest.warns(UserWarning, match="left out") as caught:
        assert list(Dataset.open(path).layers) == ["em"]
    told = "\n".join(str(warning.message) for warning in caught)
    assert "labels/cells is a link that leads nowhere" in told
    assert "names lost among its labels" in told


def test_labels_behind_a_link_that_leads_nowhere_are_told(tmp_path: Path) -> None:
    path = write_image(tmp_path / "em", ENTRY)
    (path / "labels").symlink_to("/nowhere/labels")
    with pytest.warns(UserWarning, match="labels is a link that leads nowhere.*left out"):
        assert list(Dataset.open(path).layers) == ["em"]


def test_images_behind_links_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    write_image(tmp_path / "images" / "em", ENTRY)
    (tmp_path / "images" / "other").symlink_to("/nowhere/other")
    with pytest.warns(UserWarning, match="other is a link that leads nowhere.*left out"):
        assert list(Dataset.open(tmp_path / "images").layers) == ["em"]


def test_a_group_whose_metadata_is_such_a_link_is_refused(tmp_path: Path) -> None:
    path = write_image(tmp_path / "em", ENTRY)
    (path / "zarr.json").unlink()
    (path / "zarr.json").symlink_to("/nowhere/zarr.json")
    with pytest.raises(errors.StorageError, match="leads nowhere"):
        Dataset.open(path)


def test_labels_may_lie_deeper_if_the_group_names_them(tmp_path: Path) -> None:
    path = write_image(tmp_path / "em", ENTRY)
    write_group(path / "labels", {"labels": ["by hand/cells"]})
    write_image(path / "labels" / "by hand" / "cells", ENTRY)
    assert Dataset.open(path).get_layer("cells").category == "segmentation"


FLAT = {"axes": axes("yx"), "datasets": [level("0", 1, 1)]}
LEFT_OUT: dict[str, tuple[dict[str, Any], np.ndarray, str]] = {
    "flat": (FLAT, np.ones((4, 4), np.uint8), "x, y and z"),
    "a mask": (ENTRY, np.ones((8, 12, 16), bool), "bool"),
    "an old version": ({**ENTRY, "version": "0.3"}, np.ones((8, 12, 16), np.uint8), r"0\.3"),
    "no power of two": (
        {**ENTRY, "datasets": [level("0", 3, 3, 3)]},
        np.ones((8, 12, 16), np.uint8),
        "power of two",
    ),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_labels_that_cannot_be_a_layer_do_not_keep_the_image_from_it(tmp_path: Path, case: str) -> None:
    entry, voxels, message = LEFT_OUT[case]
    path = write_image(tmp_path / "em", ENTRY)
    write_image(path / "labels" / "odd", entry, voxels=voxels)
    write_image(path / "labels" / "cells", ENTRY)
    with pytest.warns(UserWarning, match=rf"labels/odd is left out of the labels.*{message}"):
        assert list(Dataset.open(path).layers) == ["em", "cells"]


def test_labels_alone_that_cannot_be_a_layer_are_refused(tmp_path: Path) -> None:
    path = write_image(tmp_path / "odd", FLAT, voxels=np.ones((4, 4), np.uint8), **{"image-label": {}})
    with pytest.raises(errors.UnsupportedError, match="x, y and z"):
        Dataset.open(path)


def test_a_level_whose_name_is_too_long_is_the_only_mag_that_cannot_be_used(tmp_path: Path) -> None:
    path = write_image(tmp_path / "em", ENTRY)
    levels = [level("0", 1, 1, 1), level("x" * 300, 2, 2, 2)]
    write_group(path, {"multiscales": [{"axes": axes("zyx"), "datasets": levels}]})
    layer = only_layer(path)
    assert layer.get_mag(1).read().any()
    with pytest.raises(errors.StorageError, match="too long"):
        layer.get_mag(2).read()


def test_labels_whose_name_is_too_long_are_told(tmp_path: Path) -> None:
    path = write_image(tmp_path / "em", ENTRY)
    write_group(path / "labels", {"labels": ["x" * 300]})
    with pytest.warns(UserWarning, match="not there.*left out"):
        assert list(Dataset.open(path).layers) == ["em"]
