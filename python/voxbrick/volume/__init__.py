"""The array of a mag, in the axes of its layer."""
