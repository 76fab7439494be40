// LZ4 blocks, for codecs that keep them in frames of their own.
#pragma once

#include <cstddef>

#include "voxbrick/base/bytes.hpp"

namespace voxbrick {

/// `decoded`, at most LZ4's 0x7E000000 bytes, as a block; how many bytes it took, 0 if they do not fit. A higher
/// `acceleration` is faster and larger, from 1 on.
[[nodiscard]] std::size_t compress_lz4(ByteView decoded, MutableBytes out, int acceleration);

/// The same by the slower compressor, level 1 ... 12.
[[nodiscard]] std::size_t compress_lz4hc(ByteView decoded, MutableBytes out, int level);

}  // namespace voxbrick
