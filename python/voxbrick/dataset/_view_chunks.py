"""What a view offers to work on it chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from voxbrick._support import warn_deprecated
from voxbrick.errors import ConflictingArgumentsError
from voxbrick.geometry.vec3_int import Vec3IntLike
from voxbrick.geometry.vec_int import to_int
from voxbrick.operations.chunks import Chunks, How, for_each, grid_of, map_all, zipped_grids
from voxbrick.operations.handles import handle_of
from voxbrick.work.fan_out import OnError

if TYPE_CHECKING:
    from voxbrick.dataset.view import View

Shape: TypeAlias = "Vec3IntLike | int"
_Result = TypeVar("_Result")


class ChunkMethods:
    """The part of `View` that cuts it into chunks.

    Chunks lie at whole multiples of their shape, counted from the origin of the dataset, and are
    clipped at the border of the view. The box of a `MagView` is that of its layer.

    ``executor`` is one of ``concurrent.futures`` or ``cluster_tools``, or a client of Dask, see
    `voxbrick.get_executor`; None works in this process, one chunk after the other.
    An error says in which chunk it was raised. With ``on_error="cancel"`` chunks that have not
    begun by then are left out (but for one that waits at each worker of a pool of processes); with
    ``"finish"`` the others are finished before it is raised. Either way nothing goes on afterwards.
    Jobs on a cluster (Slurm) are cancelled even if they have begun, and their executor is shut down.
    A chunk whose function works on chunks itself may do that on the same threads, but not on the same
    processes: what it hands to the threads is done by its own.
    """

    def chunk(
        self,
        chunk_shape: Shape,
        chunk_border_alignments: Shape | None = None,
        read_only: bool | None = None,
    ) -> Iterator[View]:
        """Views of the chunks, which are cut from the topleft, or at multiples of the alignments."""
        view = cast("View", self)
        for box in view.bounding_box.chunk(_full(chunk_shape), _full(chunk_border_alignments)):
            yield view.get_view(absolute_bounding_box=box, read_only=read_only)

    def for_each_chunk(
        self,
        func_per_chunk: Callable[[tuple[View, int]], Any],
        chunk_shape: Shape | None = None,
        executor: Any = None,
        progress_desc: str | None = None,
        *,
        chunk_size: Shape | None = None,
        on_error: OnError = "cancel",
        checkpoint: str | Path | None = None,
    ) -> None:
        """Calls ``func_per_chunk((view, i))`` for each chunk, which is the i-th.

        The calls have to be independent of each other. Further parameters can be bound with
        `named_partial`::

            mag1.for_each_chunk(named_partial(some_work, some_parameter=42))

        Args:
            func_per_chunk: what is returned is dropped.
            chunk_shape: in Mag(1); by default what one file holds. Chunks of a view that can be
                written consist of whole files, so that no two workers write to the same one.
            executor: where the work is done.
            progress_desc: shows progress with that text.
            chunk_size: deprecated, use ``chunk_shape``.
            on_error: ``"cancel"`` or ``"finish"``.
            checkpoint: a folder of its own to remember the chunks that are done; they are left out
                when the same work is started again: the same function with the same parameters, on
                the same array. After a power cut, which may take away what was just written, begin
                anew.

        Raises:
            MisalignedError: the shape is not made of whole files, or whole chunks if read-only.
            InvalidArgumentError: the shape is not positive, the function cannot be sent to another
                process, or the checkpoint is of other work or no checkpoint.
        """
        shape = _either(chunk_shape, chunk_size, "chunk_shape", "chunk_size")
        chunks = self._chunks(shape)
        for_each(func_per_chunk, (chunks,), How(executor, progress_desc, on_error, checkpoint))

    def map_chunk(
        self,
        func_per_chunk: Callable[[View], _Result],
        chunk_shape: Shape | None = None,
        executor: Any = None,
        progress_desc: str | None = None,
        *,
        on_error: OnError = "cancel",
    ) -> list[_Result]:
        """The results of ``func_per_chunk(view)`` for each chunk, in the order of the chunks.

        The arguments are those of `for_each_chunk`.
        """
        return map_all(func_per_chunk, self._chunks(chunk_shape), How(executor, progress_desc, on_error))

    def for_zipped_chunks(
        self,
        func_per_chunk: Callable[[tuple[View, View, int]], Any],
        target_view: View,
        source_chunk_shape: Shape | None = None,
        target_chunk_shape: Shape | None = None,
        executor: Any = None,
        progress_desc: str | None = None,
        *,
        source_chunk_size: Shape | None = None,
        target_chunk_size: Shape | None = None,
        on_error: OnError = "cancel",
        checkpoint: str | Path | None = None,
    ) -> None:
        """Calls ``func_per_chunk((source, target, i))`` for the i-th chunks of this view and another.

        Both are cut at once, in the ratio of their sizes, so that chunks correspond one to one.
        Chunks of this view are read-only. What is not listed here is as in `for_each_chunk`.

        Args:
            func_per_chunk: what is returned is dropped.
            target_view: the other view.
            source_chunk_shape: in Mag(1); by default, for both, the larger one of both files.
            target_chunk_shape: in Mag(1), made of whole files of the target unless it is read-only.
            executor: where the work is done.
            progress_desc: shows progress with that text.
            source_chunk_size: deprecated, use ``source_chunk_shape``.
            target_chunk_size: deprecated, use ``target_chunk_shape``.
            on_error: ``"cancel"`` or ``"finish"``.
            checkpoint: a folder to remember the chunks that are done.

        Raises:
            MisalignedError: a shape is not made of whole files, the views are not in the ratio of
                the shapes, or lie so that their chunks do not correspond.
            InvalidArgumentError: only one shape is given, or one that is not positive.
        """
        source = _either(source_chunk_shape, source_chunk_size, "source_chunk_shape", "source_chunk_size")
        target = _either(target_chunk_shape, target_chunk_size, "target_chunk_shape", "target_chunk_size")
        handles = cast("View", self)._handle(), handle_of("target_view", target_view)
        grids = zipped_grids(*handles, source, target)
        chunks = Chunks.of(handles[0], grids[0], read_only=True), Chunks.of(handles[1], grids[1])
        for_each(func_per_chunk, chunks, How(executor, progress_desc, on_error, checkpoint))

    def _chunks(self, chunk_shape: Shape | None) -> Chunks:
        view = cast("View", self)._handle()
        return Chunks.of(view, grid_of(view, chunk_shape))


def _full(shape: Shape | None) -> Any:
    return shape if shape is None or isinstance(shape, Iterable) else (to_int(shape),) * 3


def _either(shape: Shape | None, size: Shape | None, name: str, old_name: str) -> Shape | None:
    if size is None:
        return shape
    if shape is not None:
        raise ConflictingArgumentsError(f"{old_name} is the old name of {name}; give only {name}")
    warn_deprecated(old_name, name)
    return size
