// A plain .zarray, and the ways to change it that a test is about.
#pragma once

#include <string>

#include "base/json.hpp"

/// shape (6, 8), chunks (3, 4), uint16, little-endian, order C; with `members` instead of or beside its own.
inline voxbrick::Json zarr2_document(const voxbrick::Json& members = voxbrick::Json::object()) {
    auto document = voxbrick::Json::parse(R"({
        "zarr_format": 2,
        "shape": [6, 8],
        "chunks": [3, 4],
        "dtype": "<u2",
        "compressor": null,
        "fill_value": 7,
        "order": "C",
        "filters": null})");
    document.update(members);
    return document;
}

inline voxbrick::Json zarr2_document(const char* members) {
    return zarr2_document(voxbrick::Json::parse(members));
}
