// The index of a Zarr v3 shard, as it is stored: pairs of offset and size, both 2^64 - 1 where a block is absent.
#pragma once

#include <cstdint>
#include <vector>

#include "base/json.hpp"
#include "voxbrick/codec/codec.hpp"
#include "voxbrick/geometry/index.hpp"

namespace voxbrick {

/// A value: where and how the shards of one array keep their index.
class ZarrShardTable {
  public:
    /// From the configuration of sharding_indexed, for a grid of blocks. Throws invalid_metadata or unsupported.
    ZarrShardTable(const Json& configuration, const Index& grid);

    [[nodiscard]] bool at_start() const noexcept { return at_start_; }
    [[nodiscard]] std::size_t block_count() const noexcept { return block_count_; }
    /// Bytes of the encoded table.
    [[nodiscard]] std::size_t size() const { return checksums_.encoded_bound(block_count_ * pair_size); }
    /// Where it begins in a shard of `shard_size` bytes. Throws corrupt if the shard is shorter than the table.
    [[nodiscard]] std::uint64_t offset_in(std::uint64_t shard_size) const;

    /// Throws corrupt where a checksum is wrong.
    [[nodiscard]] std::vector<std::uint64_t> decode(ByteView encoded) const;
    [[nodiscard]] std::vector<std::byte> encode(const std::vector<std::uint64_t>& pairs) const;

    /// The pairs of blocks that follow each other, by their sizes (0: absent).
    [[nodiscard]] std::vector<std::uint64_t> pairs_of(const std::vector<std::uint64_t>& sizes) const;

  private:
    static constexpr std::size_t pair_size = 2 * sizeof(std::uint64_t);

    std::size_t block_count_ = 0;
    bool at_start_ = false;
    bool swap_bytes_ = false;
    Index shape_;    // of the array of numbers ...
    Index strides_;  // ... and how they lie in the stored bytes
    CodecChain checksums_;
};

}  // namespace voxbrick
