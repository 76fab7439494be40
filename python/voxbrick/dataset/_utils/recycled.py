"""Memory for arrays that are handed out one after the other, used again when nobody holds one any more.

New memory is not cheap: the system clears each page of it when it is touched first, which takes as long
as reading the voxels that then go there.
"""

from __future__ import annotations

from typing import Any
from weakref import ref

import numpy as np
from numpy.typing import DTypeLike, NDArray

from voxbrick.dataset._utils.spread import spread


class _Loan:
    """What an array and all views of it hold while they live, and nobody else does."""

    def __init__(self, memory: NDArray[Any]) -> None:
        self._memory = memory
        self.__array_interface__ = memory.__array_interface__


class Recycled:
    """Makes arrays in Fortran order, and keeps the memory of the last two.

    Each plane, all that has the same last index, is dense. Between planes there may be a gap.
    """

    def __init__(self) -> None:
        self._lent: list[tuple[NDArray[Any], ref[_Loan]]] = []

    def array(self, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """An array that nobody else has; what it holds is left from earlier ones."""
        memory = self._returned(shape, np.dtype(dtype))
        if memory is None:
            memory = spread(shape, np.dtype(dtype))
        loan = _Loan(memory)
        self._lent = [*self._lent[-1:], (memory, ref(loan))]
        return np.asarray(loan)

    def _returned(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any] | None:
        for place, (memory, loan) in enumerate(self._lent):
            if loan() is None and (memory.shape, memory.dtype) == (shape, dtype):
                del self._lent[place]
                return memory
        return None
