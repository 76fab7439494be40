"""Voxels of another type than the array's: cast if nothing is lost, else refused."""

from __future__ import annotations

from typing import Any

import numpy as np

from voxbrick.errors import InvalidArgumentError

# Beyond this, float64 skips whole numbers.
_EXACT = 2**53


def check_castable(voxels: np.ndarray[Any, Any], dtype: np.dtype[Any], what: str, where: str) -> None:
    """Refuses types that may lose values; of 64-bit integers as floats, the values themselves count.

    Raises:
        InvalidArgumentError: the type, or a value beyond 2**53, does not fit.
    """
    if not np.can_cast(voxels.dtype, dtype, "safe"):
        raise InvalidArgumentError(
            f"{what} of type {voxels.dtype} may lose values in {where} of {dtype}; "
            f"convert it yourself with astype({dtype.name!r})"
        )
    # Numpy calls this safe, too.
    if dtype.kind == "f" and voxels.dtype.kind in "iu" and voxels.dtype.itemsize == 8 and voxels.size:
        for value in (voxels.max(), voxels.min()):
            if not -_EXACT <= int(value) <= _EXACT:
                raise InvalidArgumentError(
                    f"{what} of type {voxels.dtype} holds {value}, which {where} of {dtype} may round; "
                    f"convert it yourself with astype({dtype.name!r})"
                )
