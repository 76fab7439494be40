// WKW headers from what a caller asks for, and as JSON.
#pragma once

#include "base/json.hpp"
#include "format/wkw/header.hpp"
#include "voxbrick/format/array_meta.hpp"

namespace voxbrick {

/// Throws invalid_argument, invalid_metadata or unsupported.
[[nodiscard]] WkwHeader wkw_header_of(const ArraySpec& spec);

/// {"version": 1, "block_len": 32, "file_len": 32, "block_type": "lz4hc", "voxel_type": "uint8",
///  "num_channels": 1, "voxel_size": 1}
[[nodiscard]] OrderedJson wkw_document(const WkwHeader& header);

}  // namespace voxbrick
