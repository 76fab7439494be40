// attributes.json: from the document to what the array is.
//
//   {"dimensions": [100, 200, 300], "blockSize": [64, 64, 64], "dataType": "uint16",
//    "compression": {"type": "raw"}, "resolution": [4, 4, 40]}
#pragma once

#include <string>

#include "voxbrick/format/array_meta.hpp"

namespace voxbrick {

/// Axes keep N5's order: the first varies fastest. Throws not_found for a group, invalid_metadata for what is
/// malformed, unsupported for what voxbrick does not know. The document's members that are not N5's own are the
/// attributes.
[[nodiscard]] ArrayMeta parse_n5(const std::string& document);

}  // namespace voxbrick
