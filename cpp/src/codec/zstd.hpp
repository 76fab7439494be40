#pragma once

#include "voxbrick/base/bytes.hpp"

namespace voxbrick {

inline constexpr int highest_zstd_level = 22;

/// `decoded` as one frame of exactly that level; how many bytes it took, 0 if they do not fit.
[[nodiscard]] std::size_t compress_zstd(ByteView decoded, MutableBytes out, int level);

}  // namespace voxbrick
