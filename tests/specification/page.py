"""What the page on views says: names, parameters, defaults, deprecations, examples, and sentences."""

from __future__ import annotations

import inspect

SIGNATURES = {
    "View": "self, path_to_mag_view, array_info, bounding_box, mag, read_only=False",
    "write": "self, data, offset=None, json_update_allowed=True, *, relative_offset=None,"
    " absolute_offset=None, relative_bounding_box=None, absolute_bounding_box=None",
    "read": "self, offset=None, size=None, *, relative_offset=None, absolute_offset=None,"
    " relative_bounding_box=None, absolute_bounding_box=None",
    "read_bbox": "self, bounding_box=None",
    "get_view": "self, offset=None, size=None, *, relative_offset=None, absolute_offset=None,"
    " relative_bbox=None, absolute_bbox=None, read_only=None",
    "get_buffered_slice_writer": "self, offset=None, buffer_size=32, dimension=2, json_update_allowed=True,"
    " *, relative_offset=None, absolute_offset=None, relative_bounding_box=None,"
    " absolute_bounding_box=None, use_logging=False",
    "get_buffered_slice_reader": "self, offset=None, size=None, buffer_size=32, dimension=2,"
    " *, relative_bounding_box=None, absolute_bounding_box=None, use_logging=False",
    "for_each_chunk": "self, func_per_chunk, chunk_shape=None, executor=None, progress_desc=None,"
    " *, chunk_size=None",
    "map_chunk": "self, func_per_chunk, chunk_shape=None, executor=None, progress_desc=None",
    "for_zipped_chunks": "self, func_per_chunk, target_view, source_chunk_shape=None,"
    " target_chunk_shape=None, executor=None, progress_desc=None,"
    " *, source_chunk_size=None, target_chunk_size=None",
    "content_is_equal": "self, other, args=None, executor=None",
    "get_dtype": "self",
}

PARAMETERS = {
    f"{method}({parameter.name})": (method, parameter)
    for method, text in SIGNATURES.items()
    for parameter in list(inspect.signature(eval(f"lambda {text}: None")).parameters.values())[1:]
}

PROPERTIES = ["bounding_box", "global_offset", "header", "info", "mag", "read_only", "size"]

DEPRECATED = [
    "header",
    "global_offset",
    "size",
    "write(offset)",
    "read(offset)",
    "read_bbox",
    "get_view(offset)",
    "get_buffered_slice_writer(offset)",
    "get_buffered_slice_reader(offset)",
]

EXAMPLES = [
    "write",
    "read",
    "get_view",
    "get_buffered_slice_writer",
    "get_buffered_slice_reader",
    "for_each_chunk",
    "map_chunk",
    "for_zipped_chunks",
]

SENTENCES = [
    "write operations are restricted to the bounding box",
    "views are passed around as parameters",
    "a view has no reference to its dataset",
    "write: by default to the view's bounding box",
    "write: offsets are only usable for 3D datasets",
    "write: the largest segment id is not updated, but refreshed or set",
    "write: compressed data need not be aligned with the blocks on disk",
    "read: by default all data of the bounding box",
    "read: what exceeds the data on disk is 0",
    "get_view: only a read-only view may exceed this one",
    "get_view: by default the same box, for a mag that of its layer",
    "slice writer: as soon as the buffer is full, it is written",
    "slice writer: leaving the context writes what is left",
    "slice reader: reads multiple slices at once",
    "for_each_chunk: by default one chunk per file",
    "for_each_chunk: parameters can be bound by functools.partial",
    "for_each_chunk: of a mag only the box in the properties is chunked",
    "map_chunk: by default one chunk per file",
    "map_chunk: of a mag only the box in the properties is chunked",
    "for_zipped_chunks: by default the larger file of both",
    "for_zipped_chunks: sizes and chunks are in the same ratio",
    "for_zipped_chunks: target chunks are multiples of a file",
    "for_zipped_chunks: chunks correspond one to one",
]

ROWS = [
    *SIGNATURES,
    *PARAMETERS,
    *PROPERTIES,
    *(f"deprecated: {name}" for name in DEPRECATED),
    *(f"example: {name}" for name in EXAMPLES),
    *SENTENCES,
]
