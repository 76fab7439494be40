"""The address by which scripts know `SamplingModes`."""

from voxbrick.geometry.sampling import SamplingModes

__all__ = ["SamplingModes"]
