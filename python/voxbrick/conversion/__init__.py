"""Whole volumes into new arrays, in bounded memory.

A source is anything that can read boxes: arrays, ``.npy`` files, NIfTI images, folders of slices::

    plan_conversion("brain.nii.gz", "brain.zarr", verify=True).run()
"""

from voxbrick.conversion.conversion import Conversion
from voxbrick.conversion.files import NiftiSource, NpySource
from voxbrick.conversion.open_source import open_source
from voxbrick.conversion.plan import plan_conversion
from voxbrick.conversion.slices import SliceSource
from voxbrick.conversion.source import ArraySource, Source

__all__ = [
    "ArraySource",
    "Conversion",
    "NiftiSource",
    "NpySource",
    "SliceSource",
    "Source",
    "open_source",
    "plan_conversion",
]
