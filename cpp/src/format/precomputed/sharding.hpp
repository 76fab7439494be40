// Shard files of Neuroglancer's precomputed format: many chunks in one object, found by their number.
//
// Specification: https://github.com/google/neuroglancer/blob/master/src/datasource/precomputed/sharded.md
//
//   {"@type": "neuroglancer_uint64_sharded_v1", "hash": "murmurhash3_x86_128", "preshift_bits": 9, "minishard_bits": 6,
//    "shard_bits": 11, "minishard_index_encoding": "raw", "data_encoding": "raw"}
//
// A chunk's number, shifted and hashed, chooses a shard (an object), and a minishard in it. A shard begins with the
// begin and end of the index of each minishard; such an index has the number, place and size of each chunk, as
// differences. All places count from the end of the shard's own index.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "voxbrick/codec/codec.hpp"
#include "voxbrick/format/shard_index.hpp"
#include "voxbrick/geometry/index.hpp"
#include "voxbrick/store/store.hpp"

namespace voxbrick {

/// A value: how the chunks of one scale are spread over shards.
class PrecomputedSharding {
  public:
    /// For a grid of so many chunks along x, y, z. Throws invalid_metadata or unsupported.
    PrecomputedSharding(const Json& sharding, const Index& grid);

    /// "0a3.shard"
    [[nodiscard]] std::string shard_name(const Index& chunk) const;
    /// True if a shard may have that name.
    [[nodiscard]] bool is_shard_name(std::string_view name) const;
    /// Where a chunk lies in its shard; nothing if it is absent. Throws corrupt.
    [[nodiscard]] std::optional<ByteRange> find(const Blob& shard, const Index& chunk) const;
    /// All chunks of a shard. Throws corrupt.
    [[nodiscard]] std::vector<Index> chunks_of(const Blob& shard) const;
    /// How each chunk is encoded once more.
    [[nodiscard]] const CodecChain& data_codecs() const noexcept { return data_codecs_; }

    /// The chunk's number: bits of x, y, z interleaved, without those that the grid does not need.
    [[nodiscard]] std::uint64_t number_of(const Index& chunk) const noexcept;
    [[nodiscard]] Index chunk_of(std::uint64_t number) const noexcept;

  private:
    struct Entry {
        std::uint64_t number = 0;
        ByteRange range;
    };

    [[nodiscard]] std::size_t digit_count() const noexcept {
        return std::max<std::size_t>(1, (static_cast<std::size_t>(shard_bits_) + 3) / 4);
    }
    [[nodiscard]] std::uint64_t hash_of(std::uint64_t number) const noexcept;
    [[nodiscard]] std::uint64_t header_size() const noexcept { return std::uint64_t{16} << minishard_bits_; }
    /// Throws corrupt for the number of a chunk that does not exist, or would be looked for in another minishard.
    void check_place(std::uint64_t number, std::uint64_t minishard) const;
    [[nodiscard]] std::vector<Entry> entries_of(const Blob& shard, std::uint64_t minishard) const;
    [[nodiscard]] ByteRange index_range(const Blob& shard, std::uint64_t minishard) const;
    [[nodiscard]] std::vector<std::byte> read_index(const Blob& shard, const ByteRange& range) const;

    Index grid_;
    int number_bits_ = 0;  // of a chunk's number
    int preshift_bits_ = 0;
    int minishard_bits_ = 0;
    int shard_bits_ = 0;
    bool hashed_ = false;
    CodecChain index_codecs_;
    CodecChain data_codecs_;
};

}  // namespace voxbrick
