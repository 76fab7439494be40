// A plain zarr.json, and the ways to change it that a test is about.
#pragma once

#include <string>

#include "base/json.hpp"

/// shape (6, 8), chunks (3, 4), uint16, little-endian; with `members` instead of or beside its own.
inline voxbrick::Json zarr3_document(const voxbrick::Json& members = voxbrick::Json::object()) {
    auto document = voxbrick::Json::parse(R"({
        "zarr_format": 3,
        "node_type": "array",
        "shape": [6, 8],
        "data_type": "uint16",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [3, 4]}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": 7,
        "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}]})");
    document.update(members);
    return document;
}

inline voxbrick::Json zarr3_document(const char* members) {
    return zarr3_document(voxbrick::Json::parse(members));
}
