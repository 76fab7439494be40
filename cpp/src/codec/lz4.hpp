#pragma once

#include "voxbrick/codec/codec.hpp"

namespace voxbrick {

/// LZ4 blocks as WKW stores them: block type 2, or 3 with `high_compression`. Both decode alike.
[[nodiscard]] CodecPtr make_lz4(bool high_compression);

/// `decoded`, at most LZ4's 0x7E000000 bytes, as a block; how many bytes it took, 0 if they do not fit. A higher
/// `acceleration` is faster and larger, from 1 on.
[[nodiscard]] std::size_t compress_lz4(ByteView decoded, MutableBytes out, int acceleration);

/// The same by the slower compressor, level 1 ... 12.
[[nodiscard]] std::size_t compress_lz4hc(ByteView decoded, MutableBytes out, int level);

}  // namespace voxbrick
