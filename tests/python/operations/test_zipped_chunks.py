"""Work on the chunks of two views that belong together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from support import chunk_functions
from support.datasets import noise, small_mag
from voxbrick import BoundingBox, Dataset, InvalidArgumentError, MagView, MisalignedError, NDBoundingBox

pytestmark = pytest.mark.filterwarnings(r"ignore:\[WARNING\]:UserWarning")

DATA = noise(48, 32, 20)


def shapes(source: Any, target: Any) -> dict[str, Any]:
    return {"source_chunk_shape": source, "target_chunk_shape": target}


@pytest.fixture
def mag(dataset: Dataset) -> MagView:
    mag = small_mag(dataset.add_layer("color", "color"), 1)
    mag.write(DATA)
    return mag


def test_downsampling(mag: MagView) -> None:
    mag2 = small_mag(mag.layer, 2, compress=True)
    sizes: list[tuple[int, ...]] = []
    mag.for_zipped_chunks(lambda args: sizes.append(args[0].bounding_box.size), mag2)
    assert sizes == [(32, 32, 20), (16, 32, 20)]
    mag.for_zipped_chunks(chunk_functions.halve, mag2)
    np.testing.assert_array_equal(mag2.read()[0], DATA[::2, ::2, ::2])


@pytest.mark.parametrize("offset", [(0, 0, 0), (16, 0, 0), (3, 5, 7)])
@pytest.mark.parametrize("channels", [1, 3])
def test_copying(dataset: Dataset, offset: tuple[int, ...], channels: int) -> None:
    data = noise(channels, 40, 24, 20)
    box = BoundingBox(offset, data.shape[1:])
    source, target = (
        small_mag(dataset.add_layer(name, "color", None, np.uint8, channels, bounding_box=box), 1)
        for name in ("source", "target")
    )
    source.write(data)
    source.for_zipped_chunks(chunk_functions.copy, target)
    assert target.content_is_equal(source)


def test_equal_offsets_in_units_of_chunks(mag: MagView) -> None:
    """Chunks correspond although the views lie at different places."""
    layer = mag.layer.dataset.add_layer("far", "color", bounding_box=BoundingBox((64, 0, 32), DATA.shape))
    target = small_mag(layer, 1)
    mag.for_zipped_chunks(chunk_functions.copy, target)
    assert target.content_is_equal(mag)


@pytest.mark.parametrize(
    ("box", "given", "message"),
    [
        (((0, 0, 0), (48, 32, 20)), shapes((16, 16, 16), None), "together or not at all"),
        (((0, 0, 0), (24, 32, 20)), {}, r"\(48, 32, 20\) and \(16, 16, 16\), are not in the ratio"),
        (((4, 0, 0), (48, 32, 20)), {}, "along x the source begins at 0 .* the target begins at 4"),
        (
            ((0, 0, 0), (48, 32, 20)),
            {"source_chunk_shape": 16, "target_chunk_shape": 8},
            "target_chunk_shape",
        ),
        (
            ((0, 0, 0), (48, 32, 20)),
            {"source_chunk_shape": 4, "target_chunk_shape": 16},
            "source_chunk_shape",
        ),
        (((0, 0, 0), (48, 32, 20)), shapes(0, 0), "shape"),
    ],
)
def test_views_that_do_not_correspond(mag: MagView, box: Any, given: dict[str, Any], message: str) -> None:
    layer = mag.layer.dataset.add_layer("target", "color", bounding_box=BoundingBox(*box))
    target = small_mag(layer, 1)
    with pytest.raises((InvalidArgumentError, MisalignedError), match=message):
        mag.for_zipped_chunks(pytest.fail, target, **given)


@pytest.mark.parametrize("empty", ["source", "target"])
def test_nothing_does_not_correspond_to_something(mag: MagView, empty: str) -> None:
    nothing = small_mag(mag.layer.dataset.add_layer("nothing", "color"), 1)
    source, target = (nothing, mag) if empty == "source" else (mag, nothing)
    with pytest.raises(MisalignedError, match="are not in the ratio"):
        source.for_zipped_chunks(pytest.fail, target)
    nothing.for_zipped_chunks(pytest.fail, nothing)


def test_a_target_that_is_read_may_share_files(mag: MagView) -> None:
    target, pairs = mag.get_view(read_only=True), []
    mag.for_zipped_chunks(pairs.append, target, (8, 16, 16), (8, 16, 16))
    assert len(pairs) == 24
    assert all(source.bounding_box == chunk.bounding_box for source, chunk, _ in pairs)


def test_ratios_other_than_one(mag: MagView) -> None:
    layer = mag.layer.dataset.add_layer("wide", "color", bounding_box=BoundingBox((0, 0, 0), (96, 32, 20)))
    target = small_mag(layer, 1)
    mag.for_zipped_chunks(
        lambda args: args[1].write(np.repeat(args[0].read(), 2, axis=1)), target, 16, (32, 16, 16)
    )
    np.testing.assert_array_equal(target.read()[0], np.repeat(DATA, 2, axis=0))


def test_files_of_odd_sizes_still_fit(mag: MagView) -> None:
    import voxbrick

    path = mag.layer.dataset.path / "odd" / "1"
    voxbrick.create_array(
        path,
        data_format="zarr3",
        dtype=np.uint8,
        axes=("c", "x", "y", "z"),
        shape=(1, *DATA.shape),
        chunk_shape=(1, 12, 12, 12),
    )
    target = mag.layer.dataset.add_layer_for_existing_files("odd", "color").get_mag(1)
    target.layer.bounding_box = mag.layer.bounding_box
    mag.for_zipped_chunks(chunk_functions.copy, target)
    assert target.content_is_equal(mag)


def test_axes_have_to_be_the_same(mag: MagView) -> None:
    box = NDBoundingBox((0, 0, 0, 0), (2, 8, 8, 8), ("t", "x", "y", "z"), (1, 2, 3, 4))
    layer = mag.layer.dataset.add_layer("movie", "color", data_format="zarr3", bounding_box=box)
    with pytest.raises(InvalidArgumentError, match="different axes"):
        mag.for_zipped_chunks(pytest.fail, small_mag(layer, 1))


@pytest.mark.parametrize("target", [None, "mag", DATA])
def test_the_target_has_to_be_a_view(mag: MagView, target: Any) -> None:
    with pytest.raises(InvalidArgumentError, match=r"(?s)target_view is .*; give a view or a mag"):
        mag.for_zipped_chunks(pytest.fail, target)
