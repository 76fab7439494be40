// The index of a shard: block number -> byte range, or absent.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "voxbrick/base/export.hpp"
#include "voxbrick/codec/codec.hpp"

namespace voxbrick {

struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;

    [[nodiscard]] std::uint64_t end() const noexcept { return offset + size; }
    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// Several ways to answer one question. Entries are checked when they are asked for, so damage to one
/// block leaves the others readable.
class VOXBRICK_API ShardIndex {
  public:
    /// The object is one block (a Zarr chunk without shards).
    [[nodiscard]] static ShardIndex whole(std::uint64_t object_size);
    /// The object holds one block of interest, or lacks it (N5 behind its header, one chunk of a precomputed shard).
    [[nodiscard]] static ShardIndex part(std::uint64_t object_size, const std::optional<ByteRange>& block);
    /// Blocks of equal size, one after the other (raw WKW).
    [[nodiscard]] static ShardIndex computed(std::uint64_t object_size, std::uint64_t first, std::uint64_t block_bytes,
                                             std::size_t count);
    /// ends[n] is where block n ends and the next begins (compressed WKW).
    [[nodiscard]] static ShardIndex ends(std::uint64_t object_size, std::uint64_t first,
                                         std::vector<std::uint64_t> ends, std::uint64_t block_limit);
    /// Pairs of offset and size, both 2^64 - 1 where absent (Zarr v3 shards).
    [[nodiscard]] static ShardIndex table(std::uint64_t object_size, std::vector<std::uint64_t> pairs);

    /// Where block `number` lies; nothing if it is absent. Throws corrupt for an entry that cannot be.
    [[nodiscard]] std::optional<ByteRange> find(std::size_t number) const;

    /// True if block places never move, so that blocks can be written in place.
    [[nodiscard]] bool in_place() const noexcept { return kind_ == Kind::computed; }
    /// Bytes that this index occupies in memory.
    [[nodiscard]] std::size_t memory() const noexcept { return entries_.capacity() * sizeof(std::uint64_t); }

  private:
    enum class Kind { part, computed, ends, table };

    [[nodiscard]] std::optional<ByteRange> find_part() const;
    [[nodiscard]] ByteRange find_computed(std::size_t number) const;
    [[nodiscard]] ByteRange find_between_ends(std::size_t number) const;
    [[nodiscard]] std::optional<ByteRange> find_in_table(std::size_t number) const;

    Kind kind_ = Kind::part;
    std::optional<ByteRange> part_;
    std::uint64_t object_size_ = 0;
    std::uint64_t first_ = 0;
    std::uint64_t block_bytes_ = 0;  // exact where computed, an upper limit where ends
    std::size_t count_ = 1;
    std::vector<std::uint64_t> entries_;
};

}  // namespace voxbrick
