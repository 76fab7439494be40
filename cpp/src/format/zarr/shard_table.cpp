#include "format/zarr/shard_table.hpp"

#include <limits>
#include <span>

#include "format/shape.hpp"
#include "format/zarr/zarr3_codecs.hpp"

namespace voxbrick {
namespace {

constexpr std::uint64_t absent = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t number_size = sizeof(std::uint64_t);
// The index passes through memory as a whole, 256 MiB for as many blocks, and a write takes up to eight times as much.
constexpr std::int64_t largest_count = std::int64_t{1} << 24;

bool parse_location(const Json& configuration) {
    const Json* location = optional(configuration, "index_location", "sharding_indexed");
    if (location == nullptr || *location == "end") return false;
    if (*location == "start") return true;
    fail(ErrorKind::invalid_metadata, R"(sharding_indexed: index_location must be "start" or "end", not )",
         location->dump());
}

ZarrCodecs parse_index_codecs(const Json& configuration, std::size_t rank) {
    const Json& list = required(configuration, "index_codecs", "sharding_indexed");
    ZarrCodecs codecs = parse_codecs(list, rank, sizeof(std::uint64_t));
    if (codecs.compressed || codecs.sharded())
        fail(ErrorKind::invalid_metadata, "sharding_indexed: index_codecs ", list.dump(),
             " do not give an index of a fixed size");
    return codecs;
}

}  // namespace

ZarrShardTable::ZarrShardTable(const Json& configuration, const Index& grid)
    : at_start_(parse_location(configuration)) {
    const std::int64_t count = dense_bytes(grid, 1, ErrorKind::invalid_metadata);
    if (count > largest_count)
        fail(ErrorKind::unsupported, "sharding_indexed: a shard of ", grid, " chunks has too large an index; at most ",
             largest_count, " chunks per shard are supported");
    block_count_ = static_cast<std::size_t>(count);
    const ZarrCodecs codecs = parse_index_codecs(configuration, grid.rank() + 1);
    swap_bytes_ = swaps_bytes(codecs.array_to_bytes, sizeof(std::uint64_t));
    checksums_ = CodecChain(codecs.bytes_to_bytes);
    shape_ = {2 * count};
    strides_ = {number_size};
    if (codecs.axes == unchanged_axes(grid.rank() + 1)) return;
    if (grid.rank() == max_rank)
        fail(ErrorKind::unsupported, "sharding_indexed: index_codecs that transpose ", max_rank + 1, " axes");
    shape_ = Index::filled(grid.rank() + 1, 2);
    for (std::size_t axis = 0; axis < grid.rank(); ++axis) shape_[axis] = grid[axis];
    strides_ = to_decoded(c_order_strides(to_encoded(shape_, codecs.axes), number_size), codecs.axes);
}

std::uint64_t ZarrShardTable::offset_in(std::uint64_t shard_size) const {
    if (shard_size < size())
        fail(ErrorKind::corrupt, "the shard's ", shard_size, " bytes do not hold its index of ", size());
    return at_start_ ? 0 : shard_size - size();
}

std::vector<std::uint64_t> ZarrShardTable::decode(ByteView encoded) const {
    std::vector<std::byte> stored(block_count_ * pair_size);
    checksums_.decode(encoded, stored);
    std::vector<std::uint64_t> pairs(2 * block_count_);
    auto* const bytes = std::as_writable_bytes(std::span(pairs)).data();
    copy_box({stored.data(), shape_, strides_}, {bytes, shape_, c_order_strides(shape_, number_size)},
             sizeof(std::uint64_t), swap_bytes_);
    return pairs;
}

std::vector<std::byte> ZarrShardTable::encode(const std::vector<std::uint64_t>& pairs) const {
    std::vector<std::byte> stored(block_count_ * pair_size);
    const auto* const bytes = std::as_bytes(std::span(pairs)).data();
    copy_box({bytes, shape_, c_order_strides(shape_, number_size)}, {stored.data(), shape_, strides_},
             sizeof(std::uint64_t), swap_bytes_);
    const ByteView encoded = checksums_.encode(stored);
    return {encoded.begin(), encoded.end()};
}

std::vector<std::uint64_t> ZarrShardTable::pairs_of(const std::vector<std::uint64_t>& sizes) const {
    std::vector<std::uint64_t> pairs;
    pairs.reserve(2 * sizes.size());
    std::uint64_t offset = at_start_ ? size() : 0;
    for (const std::uint64_t block_size : sizes) {
        pairs.push_back(block_size == 0 ? absent : offset);
        pairs.push_back(block_size == 0 ? absent : block_size);
        offset += block_size;
    }
    return pairs;
}

}  // namespace voxbrick
