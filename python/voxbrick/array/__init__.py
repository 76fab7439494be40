"""Arrays on disk: open one, create one, read and write boxes."""

from voxbrick.array.array import Array, num_threads, open_array, set_num_threads
from voxbrick.array.create import create_array
from voxbrick.array.meta import ArrayMeta

__all__ = ["Array", "ArrayMeta", "create_array", "num_threads", "open_array", "set_num_threads"]
