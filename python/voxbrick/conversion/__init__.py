"""Whole volumes into new arrays, in bounded memory.

A source is anything that can read boxes: arrays, ``.npy`` files, NIfTI images, folders of slices::

    plan_conversion("brain.nii.gz", "brain.zarr", verify=True).run()
"""

from voxbrick.conversion.plan import Conversion, plan_conversion
from voxbrick.sources.array_source import ArraySource
from voxbrick.sources.files import MrcSource, NiftiSource, NpySource, RawSource
from voxbrick.sources.open import Reading, open_source
from voxbrick.sources.source import Source
from voxbrick.sources.stack import StackSource

__all__ = [
    "ArraySource",
    "Conversion",
    "MrcSource",
    "NiftiSource",
    "NpySource",
    "RawSource",
    "Reading",
    "Source",
    "StackSource",
    "open_source",
    "plan_conversion",
]
