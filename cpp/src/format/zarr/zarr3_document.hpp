// zarr.json: from what a caller asks for to the document, with everything spelled out.
#pragma once

#include <string>

#include "voxbrick/format/array_meta.hpp"

namespace voxbrick {

/// The document, which is still to be parsed to find out whether it makes sense. Throws invalid_argument or
/// invalid_metadata.
[[nodiscard]] std::string make_zarr3_document(const ArraySpec& spec);

}  // namespace voxbrick
