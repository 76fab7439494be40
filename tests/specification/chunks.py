"""Chunk by chunk."""

from __future__ import annotations

import contextlib
import io
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pytest

from specification.scene import FILE, VIEW, Scene, shows
from voxbrick import BoundingBox, Dataset, MagView, MisalignedError, View

HALF = (64, 64, 32)


def boxes_of_each(view: View, **arguments: Any) -> list[tuple[Any, int]]:
    """What `for_each_chunk` hands to its function."""
    seen: list[tuple[Any, int]] = []
    view.for_each_chunk(lambda chunk: seen.append((chunk[0].bounding_box, chunk[1])), **arguments)
    return sorted(seen, key=lambda entry: entry[1])


def numbered(view: View, shape: Any) -> list[tuple[Any, int]]:
    return [(box, number) for number, box in enumerate(view.bounding_box.chunk(shape, shape))]


@shows("for_each_chunk", "for_each_chunk(func_per_chunk)", "for_each_chunk: by default one chunk per file")
def each_file(scene: Scene) -> None:
    assert boxes_of_each(scene.view) == numbered(scene.view, (FILE,) * 3)
    assert len(boxes_of_each(scene.view)) == 8


@shows("for_each_chunk(chunk_shape)")
def each_chunk(scene: Scene) -> None:
    assert boxes_of_each(scene.view, chunk_shape=HALF) == numbered(scene.view, HALF)


@shows(
    "for_each_chunk(chunk_size)",
    "for_zipped_chunks(source_chunk_size)",
    "for_zipped_chunks(target_chunk_size)",
)
def old_shapes(scene: Scene) -> None:
    with pytest.deprecated_call(match="chunk_shape"):
        assert boxes_of_each(scene.view, chunk_size=HALF) == numbered(scene.view, HALF)
    with pytest.deprecated_call(match="chunk_shape"):
        sizes = {"source_chunk_size": HALF, "target_chunk_size": HALF}
        assert pairs(scene.view, scene.view, **sizes) == pairs(scene.view, scene.view, HALF, HALF)


@shows("for_each_chunk(executor)", "map_chunk(executor)", "for_zipped_chunks(executor)")
def on_executors(scene: Scene) -> None:
    with ThreadPoolExecutor(2) as executor:
        assert boxes_of_each(scene.view, executor=executor) == boxes_of_each(scene.view)
        assert scene.view.map_chunk(box_of, executor=executor) == scene.view.map_chunk(box_of)
        zipped = pairs(scene.view, scene.view, executor=executor)
    assert sorted(zipped, key=str) == sorted(pairs(scene.view, scene.view), key=str)


@shows("for_each_chunk(progress_desc)", "map_chunk(progress_desc)", "for_zipped_chunks(progress_desc)")
def progress(scene: Scene) -> None:
    for work in (boxes_of_each, partial(mapped), partial(pairs, target=scene.view)):
        screen = io.StringIO()
        with contextlib.redirect_stderr(screen), contextlib.redirect_stdout(screen):
            work(scene.view, progress_desc="working hard")
        assert "working hard" in screen.getvalue()


@shows("for_each_chunk: parameters can be bound by functools.partial")
def bound(scene: Scene) -> None:
    def work(args: tuple[View, int], value: int) -> None:
        args[0].write(np.full(args[0].bounding_box.size // 2, value + args[1], np.uint8))

    scene.view.for_each_chunk(partial(work, value=40))
    assert np.unique(scene.view.read()).tolist() == list(range(40, 48))


@shows(
    "for_each_chunk: of a mag only the box in the properties is chunked",
    "map_chunk: of a mag only the box in the properties is chunked",
)
def only_the_box(scene: Scene) -> None:
    scene.layer.bounding_box = VIEW
    assert boxes_of_each(scene.mag) == boxes_of_each(scene.view)
    assert scene.mag.map_chunk(box_of) == scene.view.map_chunk(box_of)


def box_of(view: View) -> Any:
    return view.bounding_box


def mapped(view: View, **arguments: Any) -> list[Any]:
    return view.map_chunk(box_of, **arguments)


@shows("map_chunk", "map_chunk(func_per_chunk)", "map_chunk: by default one chunk per file")
def map_files(scene: Scene) -> None:
    assert mapped(scene.view) == [box for box, _ in numbered(scene.view, (FILE,) * 3)]


@shows("map_chunk(chunk_shape)")
def map_chunks(scene: Scene) -> None:
    assert mapped(scene.view, chunk_shape=HALF) == [box for box, _ in numbered(scene.view, HALF)]


# -- two views at once -----------------------------------------------------------------------------


def pairs(
    view: View, target: View, source_shape: Any = None, target_shape: Any = None, **others: Any
) -> list[Any]:
    """What `for_zipped_chunks` hands to its function: boxes of both views and the number."""
    seen: list[Any] = []

    def see(chunks: tuple[View, View, int]) -> None:
        seen.append((chunks[0].bounding_box, chunks[1].bounding_box, chunks[2]))

    view.for_zipped_chunks(see, target, source_shape, target_shape, **others)
    return seen


def larger_files(scene: Scene) -> MagView:
    """An empty mag with the same box, and files of twice the edge."""
    return scene.layer.add_mag(4, 8, 2)


@shows("for_zipped_chunks", "for_zipped_chunks: chunks correspond one to one")
@shows("for_zipped_chunks(func_per_chunk)", "for_zipped_chunks(target_view)")
def one_to_one(scene: Scene) -> None:
    other = Dataset(scene.folder / "other", (1, 1, 1)).add_layer("color", "color")
    other.bounding_box = BoundingBox((0, 0, 0), (192, 96, 96))
    target = other.add_mag(2, 8, 2)
    found = pairs(scene.mag, target, (32, 32, 32), (64, 32, 32))
    assert [number for *_, number in found] == list(range(27))
    for source, matching, _ in found:
        assert (matching.topleft, matching.size) == (source.topleft * (2, 1, 1), source.size * (2, 1, 1))


@shows("for_zipped_chunks: by default the larger file of both")
def larger_file(scene: Scene) -> None:
    found = pairs(scene.mag, larger_files(scene))
    assert [source for source, *_ in found] == [box for box, _ in numbered(scene.mag, (64,) * 3)]


@shows("for_zipped_chunks: sizes and chunks are in the same ratio")
@shows("for_zipped_chunks(source_chunk_shape)")
def same_ratio(scene: Scene) -> None:
    with pytest.raises(MisalignedError):
        pairs(scene.mag, scene.mag, (64, 64, 64), (32, 32, 32))


@shows("for_zipped_chunks: target chunks are multiples of a file")
@shows("for_zipped_chunks(target_chunk_shape)")
def whole_files(scene: Scene) -> None:
    with pytest.raises(MisalignedError):
        pairs(scene.mag, larger_files(scene), (32, 32, 32), (32, 32, 32))
