"""Work chunk by chunk: what `for_each_chunk`, `map_chunk` and `for_zipped_chunks` of a view do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import attr

from voxbrick.dataset._checkpoint import Checkpoint
from voxbrick.dataset._chunk_grid import ChunkGrid
from voxbrick.dataset._fan_out import OnError, fan_out
from voxbrick.utils import add_note

if TYPE_CHECKING:
    from voxbrick.dataset.view import View


class How(NamedTuple):
    """How the chunks are worked on, whatever is done with them."""

    executor: Any = None
    progress_desc: str | None = None
    on_error: OnError = "cancel"
    checkpoint: str | Path | None = None


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
        return self.grid[number].volume() // self.view.mag.to_vec3_int().prod()


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


def for_each(func: Callable[[Any], Any], chunks: tuple[Chunks, ...], how: How) -> None:
    """Calls ``func((chunk of each of the views, ..., number))`` for all numbers."""
    numbers: Sequence[int] = range(min(len(each.grid) for each in chunks))
    checkpoint = None
    if how.checkpoint is not None:
        checkpoint = Checkpoint.of(how.checkpoint, _described(func, chunks))
        numbers = checkpoint.missing(len(numbers))
    _run(ForEach(func, chunks, checkpoint), chunks[-1], numbers, how)


def map_all(func: Callable[[Any], Any], chunks: Chunks, how: How) -> list[Any]:
    """Calls ``func(chunk)`` for all chunks; the results are in their order."""
    numbers = range(len(chunks.grid))
    results = _run(Map(func, chunks), chunks, numbers, how)
    return [results[number] for number in numbers]


def _run(job: Callable[[int], Any], chunks: Chunks, numbers: Sequence[int], how: How) -> dict[int, Any]:
    with _progress(chunks, numbers, how.progress_desc) as finished:
        return fan_out(
            job, numbers, how.executor, how.on_error, lambda number: _note(chunks, number), finished
        )


@contextmanager
def _progress(chunks: Chunks, numbers: Sequence[int], label: str | None) -> Iterator[Callable[[int], None]]:
    if label is None or not numbers:
        yield lambda number: None
        return
    from voxbrick._progress import progress

    info = chunks.view.info
    unit_bytes = info.num_channels * info.voxel_type.itemsize
    with progress(label, sum(map(chunks.voxels, numbers)), unit_bytes=unit_bytes) as advance:
        yield lambda number: advance(chunks.voxels(number))


@contextmanager
def _named(chunks: Chunks, number: int) -> Iterator[None]:
    """Lets errors say which chunk they are about, also where an executor loses track of it."""
    try:
        yield
    except Exception as error:
        add_note(error, _note(chunks, number))
        raise


def _note(chunks: Chunks, number: int) -> str:
    path = chunks.view._array.place.path
    return f"in chunk {number} of {len(chunks.grid)}, {chunks.grid[number]} of {path}"


def _described(func: Callable[[Any], Any], chunks: tuple[Chunks, ...]) -> dict[str, Any]:
    """What a checkpoint has to have in common with the work that is taken up again."""
    named = getattr(func, "func", func)
    return {
        "function": getattr(named, "__qualname__", type(named).__qualname__),
        "views": [
            {
                "path": str(each.view._array.place.path),
                "bounding_box": each.grid.box.to_checkpoint_name(),
                "chunk_shape": each.grid.shape.to_list(),
            }
            for each in chunks
        ],
    }
