"""ConversionLayerMapping: which images make which layer."""

from __future__ import annotations

from enum import Enum


class ConversionLayerMapping(Enum):
    """Which layer an image belongs to.

    A volume is a file that holds more than one plane.
    """

    INSPECT_SINGLE_FILE = "inspect_single_file"
    """As `INSPECT_EVERY_FILE`, but the first file decides for all."""
    INSPECT_EVERY_FILE = "inspect_every_file"
    """Every volume is a layer; slices make a layer per folder."""
    ENFORCE_LAYER_PER_FILE = "enforce_layer_per_file"
    ENFORCE_SINGLE_LAYER = "enforce_single_layer"
    ENFORCE_LAYER_PER_FOLDER = "enforce_layer_per_folder"
    ENFORCE_LAYER_PER_TOPLEVEL_FOLDER = "enforce_layer_per_toplevel_folder"
    """All that is in a folder of the input, at any depth, is one layer."""
