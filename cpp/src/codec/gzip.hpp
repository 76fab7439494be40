#pragma once

#include "voxbrick/base/bytes.hpp"

namespace voxbrick {

/// `decoded` as DEFLATE in zlib's wrapper, at level 0 ... 9; how many bytes it took, 0 if they do not fit.
[[nodiscard]] std::size_t compress_zlib(ByteView decoded, MutableBytes out, int level);

}  // namespace voxbrick
