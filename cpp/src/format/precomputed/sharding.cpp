#include "format/precomputed/sharding.hpp"

#include <algorithm>
#include <array>

#include "base/hash.hpp"
#include "base/little_endian.hpp"
#include "codec/bounds.hpp"
#include "codec/registry.hpp"
#include "format/shape.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

constexpr std::size_t number_size = sizeof(std::uint64_t);
constexpr std::size_t entry_size = 3 * number_size;
constexpr int most_minishard_bits = 32;
constexpr int most_bits = 64;
constexpr std::size_t axes = 3;
constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view shard_ending = ".shard";

int bits_of(const Json& sharding, const char* key, int most) {
    return static_cast<int>(as_integer_in(required(sharding, key, "sharding"), 0, most, concat("sharding ", key)));
}

[[noreturn]] void fail_encoding(const char* key, const Json& encoding) {
    std::string known = "raw";
    for (const std::string_view codec : codec_names(Dialect::precomputed)) known += concat(", ", codec);
    fail(ErrorKind::unsupported, "sharding: ", key, " ", encoding.dump(), " is not supported; there are ", known);
}

CodecChain codecs_of(const Json& sharding, const char* key) {
    const Json* encoding = optional(sharding, key, "sharding");
    if (encoding == nullptr || *encoding == "raw") return {};
    if (!encoding->is_string() || !knows_codec(Dialect::precomputed, encoding->get<std::string>()))
        fail_encoding(key, *encoding);
    return CodecChain({make_codec(*encoding, Json::object(), Dialect::precomputed, 1)});
}

bool parse_hash(const Json& sharding) {
    const Json& hash = required(sharding, "hash", "sharding");
    if (hash == "identity") return false;
    if (hash == "murmurhash3_x86_128") return true;
    fail(ErrorKind::unsupported, "sharding: hash ", hash.dump(), " is not supported");
}

void check_type(const Json& sharding) {
    const Json& type = required(sharding, "@type", "sharding");
    if (type != "neuroglancer_uint64_sharded_v1")
        fail(ErrorKind::unsupported, "sharding: @type ", type.dump(), " is not supported");
}

// Calls action(axis, bit of its coordinate, bit of the number) for each bit that a grid needs.
template <class Action>
void for_each_bit(const Index& grid, const Action& action) {
    int place = 0;
    const std::int64_t widest = *std::max_element(grid.begin(), grid.end());
    for (int bit = 0; std::int64_t{1} << bit < widest; ++bit)
        for (std::size_t axis = 0; axis < axes; ++axis)
            if (std::int64_t{1} << bit < grid[axis]) action(axis, bit, place++);
}

std::uint64_t low_bits(std::uint64_t value, int count) noexcept {
    return count == 0 ? 0 : value & ~std::uint64_t{0} >> (64 - count);
}

std::uint64_t shifted(std::uint64_t value, int count) noexcept {
    return count >= 64 ? 0 : value >> count;
}

[[noreturn]] void fail_index(std::uint64_t minishard) {
    fail(ErrorKind::corrupt, "the index of minishard ", minishard, " is damaged");
}

}  // namespace

PrecomputedSharding::PrecomputedSharding(const Json& sharding, const Index& grid) : grid_(grid) {
    check_type(sharding);
    preshift_bits_ = bits_of(sharding, "preshift_bits", most_bits);
    minishard_bits_ = bits_of(sharding, "minishard_bits", most_minishard_bits);
    shard_bits_ = bits_of(sharding, "shard_bits", most_bits - minishard_bits_);
    hashed_ = parse_hash(sharding);
    index_codecs_ = codecs_of(sharding, "minishard_index_encoding");
    data_codecs_ = codecs_of(sharding, "data_encoding");
    for_each_bit(grid, [&](std::size_t, int, int place) { number_bits_ = place + 1; });
    if (number_bits_ > most_bits)
        fail(ErrorKind::unsupported, "sharding: a grid of ", grid, " chunks has too large numbers");
}

std::uint64_t PrecomputedSharding::number_of(const Index& chunk) const noexcept {
    std::uint64_t number = 0;
    for_each_bit(grid_, [&](std::size_t axis, int bit, int place) {
        number |= (static_cast<std::uint64_t>(chunk[axis]) >> bit & 1) << place;
    });
    return number;
}

Index PrecomputedSharding::chunk_of(std::uint64_t number) const noexcept {
    Index chunk = Index::filled(axes, 0);
    for_each_bit(grid_, [&](std::size_t axis, int bit, int place) {
        chunk[axis] |= static_cast<std::int64_t>(number >> place & 1) << bit;
    });
    return chunk;
}

std::uint64_t PrecomputedSharding::hash_of(std::uint64_t number) const noexcept {
    number = shifted(number, preshift_bits_);
    return hashed_ ? murmurhash3_x86_128(number) : number;
}

std::string PrecomputedSharding::shard_name(const Index& chunk) const {
    std::uint64_t shard = low_bits(shifted(hash_of(number_of(chunk)), minishard_bits_), shard_bits_);
    std::string digits(digit_count(), '0');
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, shard >>= 4) *digit = hex_digits[shard & 0xf];
    return digits + std::string(shard_ending);
}

bool PrecomputedSharding::is_shard_name(std::string_view name) const {
    return name.ends_with(shard_ending) && name.size() == digit_count() + shard_ending.size() &&
           name.find_first_not_of(hex_digits) == digit_count();
}

std::optional<ByteRange> PrecomputedSharding::find(const Blob& shard, const Index& chunk) const {
    const std::uint64_t number = number_of(chunk);
    const std::uint64_t minishard = low_bits(hash_of(number), minishard_bits_);
    const std::vector<Entry> entries = entries_of(shard, minishard);
    for (const Entry& entry : entries) {
        if (entry.number != number) continue;
        if (entry.range.offset < header_size()) fail_index(minishard);  // a place before the first, by overflow
        return entry.range;
    }
    // Numbers are stored as differences: a wrong one hides all chunks behind it.
    for (const Entry& entry : entries) check_place(entry.number, minishard);
    return std::nullopt;
}

std::vector<Index> PrecomputedSharding::chunks_of(const Blob& shard) const {
    std::vector<Index> chunks;
    std::uint64_t bytes = 0;
    for (std::uint64_t minishard = 0; minishard < std::uint64_t{1} << minishard_bits_; ++minishard)
        for (const Entry& entry : entries_of(shard, minishard)) {
            check_place(entry.number, minishard);
            bytes = saturating_sum(bytes, entry.range.size);
            if (entry.range.size == 0 || bytes > shard.size()) fail_index(minishard);
            chunks.push_back(chunk_of(entry.number));
        }
    return chunks;
}

void PrecomputedSharding::check_place(std::uint64_t number, std::uint64_t minishard) const {
    const Index chunk = chunk_of(number);
    bool exists = shifted(number, number_bits_) == 0;
    for (std::size_t axis = 0; axis < axes; ++axis) exists = exists && chunk[axis] < grid_[axis];
    if (!exists || low_bits(hash_of(number), minishard_bits_) != minishard) fail_index(minishard);
}

ByteRange PrecomputedSharding::index_range(const Blob& shard, std::uint64_t minishard) const {
    if (shard.size() < header_size())
        fail(ErrorKind::corrupt, "the shard's ", shard.size(), " bytes do not hold its index of ", header_size());
    std::array<std::byte, 2 * number_size> bytes{};
    shard.read_at(minishard * bytes.size(), bytes);
    const std::uint64_t begin = load_u64(bytes, 0);
    const std::uint64_t end = load_u64(bytes, number_size);
    if (begin > end || end > shard.size() - header_size()) fail_index(minishard);
    return {header_size() + begin, end - begin};
}

std::vector<std::byte> PrecomputedSharding::read_index(const Blob& shard, const ByteRange& range) const {
    // No more entries than there are chunks, or bytes for them to stand for.
    const auto most = std::min(static_cast<std::size_t>(dense_bytes(grid_, entry_size, ErrorKind::unsupported)),
                               saturating_product(shard.size(), entry_size));
    if (range.size > index_codecs_.encoded_bound(most))
        fail(ErrorKind::corrupt, "the index of a minishard has ", range.size, " bytes, more than all chunks need");
    std::vector<std::byte> encoded(range.size);
    shard.read_at(range.offset, encoded);
    if (index_codecs_.empty()) return encoded;
    const Codec& codec = *index_codecs_.codecs().front();
    Buffer buffer(std::min(codec.decoded_bound(encoded.size()), most));
    const std::size_t size = codec.decode(encoded, buffer.bytes());
    return {buffer.bytes().begin(), buffer.bytes().begin() + static_cast<std::ptrdiff_t>(size)};
}

std::vector<PrecomputedSharding::Entry> PrecomputedSharding::entries_of(const Blob& shard,
                                                                        std::uint64_t minishard) const {
    const ByteRange range = index_range(shard, minishard);
    if (range.size == 0) return {};
    const std::vector<std::byte> index = read_index(shard, range);
    if (index.size() % entry_size != 0) fail_index(minishard);
    std::vector<Entry> entries(index.size() / entry_size);
    const auto load = [&](std::size_t row, std::size_t i) {
        return load_u64(index, (row * entries.size() + i) * number_size);
    };
    Entry entry{0, {header_size(), 0}};
    for (std::size_t i = 0; i < entries.size(); ++i) {
        entry.number += load(0, i);
        entry.range.offset += entry.range.size + load(1, i);
        entry.range.size = load(2, i);
        entries[i] = entry;
    }
    return entries;
}

}  // namespace voxbrick
