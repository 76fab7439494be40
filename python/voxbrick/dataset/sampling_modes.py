"""SamplingModes: which axes a mag halves that the one before it did not."""

from __future__ import annotations

from enum import Enum

from voxbrick.errors import InvalidArgumentError


class SamplingModes(Enum):
    """How the mags of a pyramid follow each other."""

    ANISOTROPIC = "anisotropic"
    """The axes that bring the extents of a voxel closest to each other."""
    ISOTROPIC = "isotropic"
    """All axes."""
    CONSTANT_Z = "constant_z"
    """x and y."""

    @classmethod
    def parse(cls, mode: str | SamplingModes) -> SamplingModes:
        """Of its name, in any case."""
        if isinstance(mode, SamplingModes):
            return mode
        names = [known.value for known in cls]
        if not isinstance(mode, str) or mode.lower() not in names:
            raise InvalidArgumentError(f"sampling_mode is one of {names}, got {mode!r}")
        return cls(mode.lower())
