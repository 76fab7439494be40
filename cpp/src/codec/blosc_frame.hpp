// Blosc 1 frames, byte by byte.
//
// Specification: https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst
//
// A header of 16 bytes: format version (2), version of the compressed format (1), flags, element size, then decoded
// size, block size and encoded size as 32-bit numbers. After it the decoded bytes as they are (flag `stored`), or a
// table of where each block begins, and the blocks. A block is its streams, each behind its encoded size: one stream,
// or one for each byte of the elements. A stream that compression made no smaller is stored as it is. The last block
// may be shorter; then it is one stream.
#pragma once

#include <cstddef>
#include <vector>

#include "voxbrick/base/bytes.hpp"

namespace voxbrick {

/// The compressors that frames are written with. BloscLZ and Snappy are not among them.
enum class BloscCompressor { lz4, lz4hc, zlib, zstd };

/// Numbers as in Zarr v2 and in Blosc's own interface.
enum class BloscShuffle { none = 0, byte = 1, bit = 2 };

struct BloscSettings {
    BloscCompressor compressor;
    int level;  // 0 (stored as it is) ... 9
    BloscShuffle shuffle;
    std::size_t element_size;
    std::size_t block_size;  // 0: chosen by level
};

inline constexpr std::size_t blosc_header_size = 16;
/// The most bytes that a frame holds, and how many a frame takes more than it holds at the most.
inline constexpr std::size_t largest_blosc_frame = 0x7fffffff - 32;
inline constexpr std::size_t blosc_overhead = blosc_header_size;

struct BloscHeader {
    std::size_t decoded_size;
    std::size_t block_size;
    std::size_t element_size;
    bool bit_shuffled;  // and in compressed blocks
};

/// Throws corrupt unless header and table of blocks describe exactly these bytes; streams are not looked at.
[[nodiscard]] BloscHeader read_blosc_header(ByteView frame);

/// The last of a checked frame's compressed blocks, which must not be whole, as a frame of its own. Its bytes count as
/// not shuffled, so that they decode to what was shuffled.
[[nodiscard]] std::vector<std::byte> frame_of_last_block(ByteView frame, const BloscHeader& header);

/// Writes a frame of at most decoded.size() + blosc_overhead bytes, as much as `out` must have; returns its size.
[[nodiscard]] std::size_t write_blosc_frame(const BloscSettings& settings, ByteView decoded, MutableBytes out);

}  // namespace voxbrick
