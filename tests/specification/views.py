"""What views are, and views of views."""

from __future__ import annotations

import pickle
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest

from specification.scene import BOX, PART, PLACES, VIEW, Scene, shows, sized
from voxbrick import BoundingBox, BoundsError, Dataset, Mag, ReadOnlyError, View


@shows(
    "View",
    "View(path_to_mag_view)",
    "View(array_info)",
    "View(bounding_box)",
    "View(mag)",
    "View(read_only)",
)
def constructor(scene: Scene) -> None:
    view = View(scene.mag.path, scene.mag.info, PART, Mag(2), read_only=True)
    assert np.array_equal(view.read(), scene.expected(PART))
    assert view.read_only
    assert not View(scene.mag.path, scene.mag.info, PART, Mag(2)).read_only


@shows("bounding_box", "mag", "read_only", "info", "get_dtype")
def what_it_is(scene: Scene) -> None:
    view = scene.view
    assert (view.bounding_box, view.mag, view.read_only) == (VIEW, Mag(2), False)
    assert view.get_dtype() == view.info.voxel_type == np.dtype("uint8")
    info = view.info
    assert (info.num_channels, info.chunk_shape, info.chunks_per_shard) == (1, (8, 8, 8), (2, 2, 2))


@shows("header", "deprecated: header")
def header(scene: Scene) -> None:
    with pytest.deprecated_call():
        assert (scene.view.header.block_len, scene.view.header.file_len) == (8, 2)


@shows("global_offset", "size", "deprecated: global_offset", "deprecated: size")
def old_box(scene: Scene) -> None:
    with pytest.deprecated_call():
        assert (scene.view.global_offset, scene.view.size) == ((16, 16, 16), (32, 32, 32))


@shows("write operations are restricted to the bounding box")
def restricted(scene: Scene) -> None:
    with pytest.raises(BoundsError):
        scene.view.write(np.zeros((16, 16, 16), np.uint8), absolute_offset=(30, 32, 32))
    assert np.array_equal(scene.mag.read(), scene.voxels)


@shows("views are passed around as parameters", "a view has no reference to its dataset")
def passed_around(scene: Scene) -> None:
    pickled = pickle.dumps(scene.view)
    assert len(pickled) < 1024
    (scene.layer.dataset.path / "datasource-properties.json").unlink()
    assert np.array_equal(pickle.loads(pickled).read(), scene.expected(VIEW))


@shows("content_is_equal", "content_is_equal(other)", "content_is_equal(executor)", "content_is_equal(args)")
def equal_content(scene: Scene) -> None:
    copy = Dataset(scene.folder / "copy", (1, 1, 1)).add_copy_layer(scene.layer).get_mag(2)
    assert scene.mag.content_is_equal(copy)
    copy.write(scene.voxels[:, :1, :1, :1] + 1, absolute_offset=(94, 94, 94))
    with ThreadPoolExecutor(2) as executor:
        assert not scene.mag.content_is_equal(copy, executor=executor)
    with pytest.deprecated_call(match="executor"):
        assert not scene.mag.content_is_equal(copy, args=Namespace(jobs=1))


# -- views of views --------------------------------------------------------------------------------


def view_of(keyword: str, scene: Scene) -> None:
    part = scene.view.get_view(**sized(keyword), read_only=True)
    assert part.bounding_box == PART
    assert np.array_equal(part.read(), scene.expected(PART))


for keyword in set(PLACES) - {"relative_bounding_box", "absolute_bounding_box"}:
    shows(f"get_view({keyword})")(partial(view_of, keyword))


@shows("get_view(offset)", "get_view(size)", "deprecated: get_view(offset)")
def old_view_of(scene: Scene) -> None:
    with pytest.deprecated_call(match="relative_offset"):
        part = scene.view.get_view((4, 8, 8), (8, 4, 2), read_only=True)
    assert part.bounding_box == PART
    with pytest.deprecated_call(match="absolute_offset"):
        part = scene.mag.get_view((20, 24, 24), (8, 4, 2), read_only=True)
    assert part.bounding_box == PART


@shows("get_view", "get_view: by default the same box, for a mag that of its layer")
def same_box(scene: Scene) -> None:
    assert (scene.view.get_view().bounding_box, scene.mag.get_view().bounding_box) == (VIEW, BOX)
    assert type(scene.mag.get_view()) is View


@shows("get_view(read_only)")
def read_only(scene: Scene) -> None:
    part = scene.view.get_view(read_only=True)
    assert part.read_only
    assert part.get_view().read_only
    assert not scene.view.get_view().read_only
    with pytest.raises(ReadOnlyError):
        part.get_view(read_only=False)


@shows("get_view: only a read-only view may exceed this one")
def exceeding(scene: Scene) -> None:
    beyond = BoundingBox((32, 32, 32), (66, 64, 64))
    for allowed in (False, None):
        with pytest.raises(BoundsError, match="read_only=True"):
            scene.view.get_view(absolute_bbox=beyond, read_only=allowed)
    assert scene.view.get_view(absolute_bbox=beyond, read_only=True).bounding_box == beyond
