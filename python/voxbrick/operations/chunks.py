"""Work chunk by chunk: what `for_each_chunk`, `map_chunk` and `for_zipped_chunks` of a view do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from math import lcm
from pathlib import Path
from typing import Any, NamedTuple

import attr

from voxbrick._support import add_note
from voxbrick.errors import InvalidArgumentError, MisalignedError
from voxbrick.files.checkpoint import Checkpoint
from voxbrick.geometry.grid import ChunkGrid
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import XYZ, Vec3IntLike
from voxbrick.geometry.vec_int import VecInt, VecIntLike, to_int, to_ints
from voxbrick.operations.handles import ViewHandle
from voxbrick.work.fan_out import OnError, fan_out
from voxbrick.work.identity import function_marks
from voxbrick.work.shipping import name_of


class How(NamedTuple):
    """How the chunks are worked on, whatever is done with them."""

    executor: Any = None
    progress_desc: str | None = None
    on_error: OnError = "cancel"
    checkpoint: str | Path | Checkpoint | None = None
    """A folder, or what is known to be of the same work."""


@attr.frozen
class Chunks:
    """The chunks of a view; they are views themselves."""

    view: ViewHandle
    grid: ChunkGrid

    @classmethod
    def of(cls, view: ViewHandle, grid: ChunkGrid, read_only: bool | None = None) -> Chunks:
        return cls(view.part(grid.box, read_only), grid)

    def __getitem__(self, number: int) -> Any:
        """What functions get for the chunk of a number: a view, or for those of this package a handle."""
        return self.view.part(self.grid[number]).view()

    def voxels(self, number: int) -> int:
        """How many voxels of the mag a chunk has."""
        return self._voxels_in(self.grid[number])

    def voxels_of(self, numbers: Sequence[int]) -> int:
        """How many voxels some chunks have; at once if they are all."""
        if len(numbers) == len(self.grid):
            return self._voxels_in(self.grid.box)
        return sum(map(self.voxels, numbers))

    def _voxels_in(self, box: NDBoundingBox) -> int:
        return box.volume() // self.view.mag.to_vec3_int().prod()

    def note(self, number: int) -> str:
        """What an error in a chunk says about it."""
        path = self.view.array.place.path
        return f"in chunk {number} of {len(self.grid)}, {self.grid[number]} of {path}"


@attr.frozen
class ForEach:
    """Calls the function for the chunk of a number in each of some views, and drops its result."""

    func: Callable[[Any], Any]
    chunks: tuple[Chunks, ...]
    checkpoint: Checkpoint | None = None

    def __call__(self, number: int) -> None:
        with _named(self.chunks[0], number):
            self.func((*(chunks[number] for chunks in self.chunks), number))
        if self.checkpoint is not None:
            self.checkpoint.record(number)


@attr.frozen
class Map:
    """Calls the function for the chunk of a number, and keeps its result."""

    func: Callable[[Any], Any]
    chunks: Chunks

    def __call__(self, number: int) -> Any:
        with _named(self.chunks, number):
            return self.func(self.chunks[number])


def for_each(
    func: Callable[[Any], Any], chunks: tuple[Chunks, ...], how: How, numbers: Sequence[int] | None = None
) -> None:
    """Calls ``func((chunk of each of the views, ..., number))`` for all numbers, or only for some."""
    _check_function(func)
    if _does_nothing(func):
        raise InvalidArgumentError(
            f"{name_of(func)} is a generator or a coroutine: a call only makes one, and nothing of it is "
            "done; let it do its work, and use map_chunk() if it has a result"
        )
    if numbers is None:
        numbers = range(min(len(each.grid) for each in chunks))
    checkpoint = how.checkpoint
    if checkpoint is not None:
        if not isinstance(checkpoint, Checkpoint):
            checkpoint = Checkpoint.of(checkpoint, _described(func, chunks))
        numbers = checkpoint.missing(numbers)
    _run(ForEach(func, chunks, checkpoint), chunks[-1], numbers, how)


def map_all(func: Callable[[Any], Any], chunks: Chunks, how: How) -> list[Any]:
    """Calls ``func(chunk)`` for all chunks; the results are in their order."""
    _check_function(func)
    numbers = range(len(chunks.grid))
    results = _run(Map(func, chunks), chunks, numbers, how)
    return [results[number] for number in numbers]


def _check_function(func: Any) -> None:
    if not callable(func):
        raise InvalidArgumentError(f"func_per_chunk is {func!r}; give a function")


def _does_nothing(func: Callable[..., Any]) -> bool:
    return any(kind(func) for kind in (isgeneratorfunction, iscoroutinefunction, isasyncgenfunction))


def _run(job: Callable[[int], Any], chunks: Chunks, numbers: Sequence[int], how: How) -> dict[int, Any]:
    with shown_progress(chunks, numbers, how.progress_desc) as finished:
        return fan_out(job, numbers, how.executor, how.on_error, chunks.note, finished)


@contextmanager
def shown_progress(
    chunks: Chunks, numbers: Sequence[int], label: str | None
) -> Iterator[Callable[[int], None]]:
    """Gives a function to call with the number of each chunk that is done."""
    if label is None or not numbers:
        yield lambda number: None
        return
    from voxbrick.work.progress import progress

    info = chunks.view.info
    unit_bytes = info.num_channels * info.voxel_type.itemsize
    with progress(label, chunks.voxels_of(numbers), unit_bytes=unit_bytes) as advance:
        yield lambda number: advance(chunks.voxels(number))


@contextmanager
def _named(chunks: Chunks, number: int) -> Iterator[None]:
    """Lets errors say which chunk they are about, also where an executor loses track of it."""
    try:
        yield
    except Exception as error:
        add_note(error, chunks.note(number))
        raise


def _described(func: Callable[[Any], Any], chunks: tuple[Chunks, ...]) -> dict[str, Any]:
    """What a checkpoint has to have in common with the work that is taken up again."""
    return {**function_marks(func), "views": [_described_view(each) for each in chunks]}


def _described_view(chunks: Chunks) -> dict[str, Any]:
    view, array = chunks.view, chunks.view.array
    if not view.read_only:
        array.reach(view.box)  # lest it grows after its marks were taken
    return {
        "path": str(array.place.path.resolve()),
        "array": array.marks(),
        "bounding_box": chunks.grid.box.to_checkpoint_name(),
        "chunk_shape": chunks.grid.shape.to_list(),
    }


# -- grids -----------------------------------------------------------------------------------------
#
# The shapes of chunks that a script gives.


def spread_shape(shape: Vec3IntLike | VecIntLike | int, view: ViewHandle, others: VecInt) -> VecInt:
    """A shape that a script gives, with the axes of the view.

    A number stands for three of itself; axes other than x, y and z are as in ``others``, if they
    are not given.
    """
    numbers = to_ints(shape) if isinstance(shape, Iterable) else (to_int(shape),) * 3
    box = view.bounding_box.with_size(others)
    if len(numbers) == 3:
        return box.with_size_xyz(_positive(numbers)).size
    if len(numbers) != len(box):
        raise InvalidArgumentError(f"chunks of {numbers} do not fit the axes {box.axes} or {XYZ}")
    return box.with_size(_positive(numbers)).size


def _positive(numbers: tuple[int, ...]) -> tuple[int, ...]:
    if min(numbers) <= 0:
        raise InvalidArgumentError(f"a chunk cannot have the shape {tuple(numbers)}")
    return numbers


def check_chunk_shape(name: str, shape: VecInt, view: ViewHandle, read_only: bool) -> None:
    """Refuses chunks that would share what is read at once, or files if they are written."""
    chunk, shard = view.stored_shapes
    unit, what = (chunk, "what is read at once") if read_only else (shard, "what one file holds")
    if any(shape % unit):
        raise MisalignedError(
            f"{name} {shape.to_tuple()} has to be a multiple of {unit.to_tuple()}, {what} in Mag(1); "
            f"for example {(shape.ceildiv(unit) * unit).to_tuple()}"
        )


def grid_of(view: ViewHandle, chunk_shape: Vec3IntLike | int | None) -> ChunkGrid:
    """The chunks of a view, by default one per file.

    Raises:
        MisalignedError: chunks of a writable view would share files.
    """
    shard = view.stored_shapes[1]
    shape = shard if chunk_shape is None else spread_shape(chunk_shape, view, shard)
    check_chunk_shape("chunk_shape", shape, view, view.read_only)
    return ChunkGrid(view.bounding_box, shape)


# -- zipped grids ----------------------------------------------------------------------------------
#
# The chunks of two views that belong together.


def zipped_grids(
    source: ViewHandle,
    target: ViewHandle,
    source_chunk_shape: Vec3IntLike | int | None,
    target_chunk_shape: Vec3IntLike | int | None,
) -> tuple[ChunkGrid, ChunkGrid]:
    """Two grids whose chunks correspond one to one.

    Raises:
        InvalidArgumentError: only one shape is given, or the axes differ.
        MisalignedError: chunks would share files of the target, or do not correspond.
    """
    if source.bounding_box.axes != target.bounding_box.axes:
        raise InvalidArgumentError(f"{source} and {target} have different axes")
    shapes = _shapes(source, target, source_chunk_shape, target_chunk_shape)
    grids = ChunkGrid(source.bounding_box, shapes[0]), ChunkGrid(target.bounding_box, shapes[1])
    if not (source.bounding_box.is_empty() and target.bounding_box.is_empty()):
        _check_ratio(*grids)
        _check_pairs(*grids)
    return grids


def _shapes(
    source: ViewHandle,
    target: ViewHandle,
    source_shape: Vec3IntLike | int | None,
    target_shape: Vec3IntLike | int | None,
) -> tuple[VecInt, VecInt]:
    source_shard, target_shard = source.stored_shapes[1], target.stored_shapes[1]
    if (source_shape is None) != (target_shape is None):
        raise InvalidArgumentError(
            "source_chunk_shape and target_chunk_shape are given together or not at all"
        )
    if source_shape is None or target_shape is None:
        # That is the larger one, unless their sizes are odd.
        both = source.bounding_box.with_size(map(lcm, source_shard, target_shard)).size
        return both, both
    ours = spread_shape(source_shape, source, source_shard)
    theirs = spread_shape(target_shape, target, target_shard)
    check_chunk_shape("source_chunk_shape", ours, source, read_only=True)
    check_chunk_shape("target_chunk_shape", theirs, target, target.read_only)
    return ours, theirs


def _check_ratio(source: ChunkGrid, target: ChunkGrid) -> None:
    if source.box.size * target.shape != target.box.size * source.shape:
        raise MisalignedError(
            f"source view and chunk, {source.box.size.to_tuple()} and {source.shape.to_tuple()}, are not "
            f"in the ratio of target view and chunk, {target.box.size.to_tuple()} and "
            f"{target.shape.to_tuple()}, in Mag(1); give both views the same size, and both chunks the "
            "same shape"
        )


def _check_pairs(source: ChunkGrid, target: ChunkGrid) -> None:
    """Refuses views whose chunks are cut at different places."""
    for place, axis in enumerate(source.box.axes):
        ours = [length * target.shape[place] for length in source.lengths(place)]
        theirs = [length * source.shape[place] for length in target.lengths(place)]
        if ours != theirs:
            raise MisalignedError(
                f"along {axis} the source {_cuts(source, place)}, the target {_cuts(target, place)}, so "
                "their chunks do not correspond; move one of the views"
            )


def _cuts(grid: ChunkGrid, place: int) -> str:
    return f"begins at {grid.box.topleft[place]} and is cut at multiples of {grid.shape[place]}"
