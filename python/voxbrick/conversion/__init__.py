"""Whole volumes into new arrays, in bounded memory.

A source is anything that can read boxes: arrays, ``.npy`` files, NIfTI images, folders of slices::

    plan_conversion("brain.nii.gz", "brain.zarr", verify=True).run()
"""

from voxbrick.conversion.conversion import Conversion
from voxbrick.conversion.files import MrcSource, NiftiSource, NpySource, RawSource
from voxbrick.conversion.open_source import Reading, open_source
from voxbrick.conversion.plan import plan_conversion
from voxbrick.conversion.source import ArraySource, Source
from voxbrick.conversion.stack import StackSource

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
