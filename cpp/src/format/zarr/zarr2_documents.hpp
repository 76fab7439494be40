// .zarray and .zattrs: from what a caller asks for to the documents, with everything spelled out.
#pragma once

#include "format/zarr/zarr2_metadata.hpp"

namespace voxbrick {

/// The documents, which are still to be parsed to find out whether they make sense. Throws invalid_argument,
/// invalid_metadata or unsupported.
[[nodiscard]] Zarr2Documents make_zarr2_documents(const ArraySpec& spec);

}  // namespace voxbrick
