"""What a view still offers to older scripts, each with its replacement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

import attr
import numpy as np

from voxbrick._support import warn_deprecated
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.bounding_box import BoundingBox
from voxbrick.geometry.vec3_int import Vec3Int
from voxbrick.metadata.types import DataFormat
from voxbrick.operations.regions import Where, in_mag
from voxbrick.volume.mag_array import Voxels

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from voxbrick.dataset.view import View


@attr.frozen
class WkwHeader:
    """The header of a WKW array."""

    BLOCK_TYPE_RAW: ClassVar[int] = 1
    BLOCK_TYPE_LZ4: ClassVar[int] = 2
    BLOCK_TYPE_LZ4HC: ClassVar[int] = 3

    version: int
    block_len: int
    file_len: int
    block_type: int
    """One of the constants."""
    voxel_type: np.dtype[Any] = attr.field(converter=np.dtype)
    num_channels: int


_BLOCK_TYPES = {
    "raw": WkwHeader.BLOCK_TYPE_RAW,
    "lz4": WkwHeader.BLOCK_TYPE_LZ4,
    "lz4hc": WkwHeader.BLOCK_TYPE_LZ4HC,
}


class DeprecatedMethods:
    """The part of `View` that is deprecated."""

    @property
    def header(self) -> WkwHeader:
        """Deprecated: use `info`.

        Raises:
            InvalidArgumentError: the array is not WKW.
        """
        warn_deprecated("header", "info")
        view = _view(self)
        if view.info.data_format is not DataFormat.WKW:
            raise InvalidArgumentError(
                f"{view} is {view.info.data_format}, and only WKW has a header; use info"
            )
        header: dict[str, Any] = dict(view._array.stored_info().metadata)
        header["block_type"] = _BLOCK_TYPES[header["block_type"]]
        return WkwHeader(**{field.name: header[field.name] for field in attr.fields(WkwHeader)})

    @property
    def global_offset(self) -> Vec3Int:
        """Deprecated: use ``view.bounding_box.in_mag(view.mag).topleft``."""
        warn_deprecated("view.global_offset", "view.bounding_box.in_mag(view.mag).topleft")
        view = _view(self)
        return view.bounding_box.in_mag(view.mag).topleft_xyz

    @property
    def size(self) -> Vec3Int:
        """Deprecated: use ``view.bounding_box.in_mag(view.mag).size``."""
        warn_deprecated("view.size", "view.bounding_box.in_mag(view.mag).size")
        view = _view(self)
        return view.bounding_box.in_mag(view.mag).size_xyz

    def read_bbox(self, bounding_box: BoundingBox | None = None) -> Voxels:
        """Deprecated: use `read` with a box in Mag(1). This one is in the view's mag.

        Its topleft is relative for views, absolute for a `MagView`; the errors are those of `read`.
        """
        warn_deprecated("read_bbox()", "read() with relative_bounding_box or absolute_bounding_box")
        view = _view(self)
        if bounding_box is None:
            return view.read()
        region = view._frame().region(Where(offset=bounding_box.topleft), bounding_box.size)
        return view._array.read(in_mag(region, view.mag))

    def __enter__(self) -> Self:
        """Deprecated: there is nothing to be closed."""
        warn_deprecated("with view:", "the view itself")
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass


def _view(part: DeprecatedMethods) -> View:
    return cast("View", part)
