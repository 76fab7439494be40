// One spelling for all lists of Zarr v3's codecs that mean the same.
#pragma once

#include "base/json.hpp"

namespace voxbrick {

/// `list`, which has been parsed before, for cells of so many axes: codecs as objects, what goes without saying spelled
/// out. So one program may write an array's metadata anew in its own spelling while others have it open.
[[nodiscard]] Json canonical_codecs(const Json& list, std::size_t rank, std::size_t element_size);

}  // namespace voxbrick
