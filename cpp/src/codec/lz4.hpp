#pragma once

#include "voxbrick/codec/codec.hpp"

namespace voxbrick {

/// LZ4 blocks as WKW stores them: block type 2, or 3 with `high_compression`. Both decode alike.
[[nodiscard]] CodecPtr make_lz4(bool high_compression);

}  // namespace voxbrick
