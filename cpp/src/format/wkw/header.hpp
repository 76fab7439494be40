// The 16 bytes at the start of header.wkw and of every WKW data file.
//
//   offset  size  field
//        0     3  magic        "WKW"
//        3     1  version      1
//        4     1  perDimLog2   low nibble: log2(block_len in voxels), high nibble: log2(file_len in blocks)
//        5     1  blockType    1 raw; 2, 3 the codecs that codecs.def lists for WKW, in that order
//        6     1  voxelType    1 uint8 ... 10 int64
//        7     1  voxelSize    bytes of one voxel over all channels
//        8     8  dataOffset   address of the first block; 0 in header.wkw
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/json.hpp"
#include "voxbrick/base/bytes.hpp"
#include "voxbrick/base/dtype.hpp"
#include "voxbrick/format/array_meta.hpp"

namespace voxbrick {

/// Raw, or compressed with either of the two codecs that WKW has: the fast one, or the one that makes files small.
enum class WkwBlockType : std::uint8_t { raw = 1, fast = 2, small = 3 };

/// "raw", or the codec's name.
[[nodiscard]] std::string name_of(WkwBlockType type);

/// A value. Every header that exists has passed the checks of parse or check_wkw_header.
struct WkwHeader {
    static constexpr std::size_t size = 16;
    static constexpr std::int64_t largest_length = 32768;  // what a nibble can say

    std::int64_t block_len = 32;  // voxels along the side of a block
    std::int64_t file_len = 32;   // blocks along the side of a file
    WkwBlockType block_type = WkwBlockType::raw;
    DType dtype = DType::uint8;
    std::int64_t channels = 1;
    std::uint64_t data_offset = 0;

    [[nodiscard]] std::int64_t side() const noexcept { return block_len * file_len; }
    [[nodiscard]] std::uint64_t block_count() const noexcept;
    [[nodiscard]] std::uint64_t block_bytes() const noexcept;
    [[nodiscard]] std::int64_t voxel_size() const noexcept;
    [[nodiscard]] bool compressed() const noexcept { return block_type != WkwBlockType::raw; }
    /// Where the first block of a new file lies.
    [[nodiscard]] std::uint64_t first_block() const noexcept;

    [[nodiscard]] std::array<std::byte, size> bytes() const noexcept;
};

/// Throws invalid_metadata, or unsupported for another version. Whatever follows the header is ignored.
[[nodiscard]] WkwHeader parse_wkw_header(ByteView bytes);

/// Throws invalid_metadata for values that no header can hold, unsupported for a dtype that WKW does not have
/// and for files or blocks too large to handle.
void check_wkw_header(const WkwHeader& header);

/// The header of a new array. Throws invalid_argument, invalid_metadata or unsupported.
[[nodiscard]] WkwHeader wkw_header_of(const ArraySpec& spec);

/// {"version": 1, "block_len": 32, "file_len": 32, "block_type": "raw", "voxel_type": "uint8",
///  "num_channels": 1, "voxel_size": 1}
[[nodiscard]] OrderedJson wkw_document(const WkwHeader& header);

}  // namespace voxbrick
