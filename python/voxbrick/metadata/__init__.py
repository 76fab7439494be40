"""What the documents of a dataset say: properties, OME-Zarr, groups."""
