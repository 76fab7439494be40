"""Work chunk by chunk: what `for_each_chunk`, `map_chunk` and `for_zipped_chunks` of a view do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import attr

from voxbrick.dataset._checkpoint import Checkpoint
from voxbrick.dataset._chunk_grid import ChunkGrid
from voxbrick.dataset._errand import name_of
from voxbrick.dataset._fan_out import OnError, fan_out
from voxbrick.dataset._same_work import function_marks
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.utils import add_note

if TYPE_CHECKING:
    from voxbrick.dataset.view import View


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

    view: View
    """Not a `MagView`: that would bring its whole dataset along to every worker."""
    grid: ChunkGrid

    @classmethod
    def of(cls, view: View, grid: ChunkGrid, read_only: bool | None = None) -> Chunks:
        return cls(view._part(grid.box, view.read_only if read_only is None else read_only), grid)

    def __getitem__(self, number: int) -> View:
        return self.view._part(self.grid[number], self.view.read_only)

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
        path = self.view._array.place.path
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
    from voxbrick._progress import progress

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
    view, array = chunks.view, chunks.view._array
    if not view.read_only:
        array.reach(view.bounding_box.in_mag(view.mag))  # lest it grows after its marks were taken
    return {
        "path": str(array.place.path.resolve()),
        "array": array.marks(),
        "bounding_box": chunks.grid.box.to_checkpoint_name(),
        "chunk_shape": chunks.grid.shape.to_list(),
    }
