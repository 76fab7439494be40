"""What a view offers to compare it with another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from voxbrick._support import warn_deprecated
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.operations.compare import difference_of, is_comparable
from voxbrick.operations.handles import handle_of

if TYPE_CHECKING:
    from argparse import Namespace
    from concurrent.futures import Executor

    from voxbrick.dataset.view import View


class CompareMethods:
    """The part of `View` that compares."""

    def content_is_equal(
        self, other: View, args: Namespace | None = None, executor: Executor | None = None
    ) -> bool:
        """Whether both views have the same size and the same voxels, wherever they lie.

        Data formats, dtypes and positions do not matter, values and channels do; NaN equals NaN.
        Ends at the first difference: what has not begun by then is left out. On a cluster (Slurm) such
        jobs end as soon as they begin, and the executor can still be used.
        """
        if args is not None:
            warn_deprecated("args", "executor")
        handles = _view(self)._handle(), handle_of("other", other)
        return is_comparable(*handles) and difference_of(*handles, executor) is None

    def find_difference(
        self,
        other: View,
        executor: Executor | None = None,
        *,
        progress_desc: str | None = None,
        memory: int | None = None,
    ) -> NDBoundingBox | None:
        """A voxel, in Mag(1), at which another view of the same size differs; None if their content is equal.

        Args:
            other: the other view.
            executor: where the work is done; None works in this process.
            progress_desc: shows progress with that text.
            memory: how many bytes voxels may take, in all workers together; by default each thread
                needs two or four chunks.

        Raises:
            InvalidArgumentError: the views differ in size, mag or channels; or there is too little
                memory for a chunk.
        """
        handles = _view(self)._handle(), handle_of("other", other)
        if not is_comparable(*handles):
            raise InvalidArgumentError(f"{self} and {other} differ in size, mag or channels")
        return difference_of(*handles, executor, progress_desc, memory)


def _view(part: CompareMethods) -> View:
    return cast("View", part)
