#include "base/hash.hpp"

#include <array>
#include <bit>

#include "base/little_endian.hpp"

namespace voxbrick {
namespace {

constexpr std::uint32_t prime1 = 2654435761U;
constexpr std::uint32_t prime2 = 2246822519U;
constexpr std::uint32_t prime3 = 3266489917U;
constexpr std::uint32_t prime4 = 668265263U;
constexpr std::uint32_t prime5 = 374761393U;
constexpr std::size_t stripe = 16;

// Takes the stripes off the front of `bytes` and mixes them in four lanes.
std::uint32_t mix_stripes(ByteView& bytes, std::uint32_t seed) noexcept {
    std::array<std::uint32_t, 4> lanes{seed + prime1 + prime2, seed + prime2, seed, seed - prime1};
    for (; bytes.size() >= stripe; bytes = bytes.subspan(stripe))
        for (std::size_t i = 0; i < lanes.size(); ++i)
            lanes[i] = std::rotl(lanes[i] + load_u32(bytes, 4 * i) * prime2, 13) * prime1;
    return std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
}

std::uint32_t xxh32_avalanche(std::uint32_t hash) noexcept {
    hash = (hash ^ hash >> 15) * prime2;
    hash = (hash ^ hash >> 13) * prime3;
    return hash ^ hash >> 16;
}

constexpr std::uint32_t number_length = 8;

std::uint32_t mix(std::uint32_t word, std::uint32_t before, int turn, std::uint32_t after) noexcept {
    return std::rotl(word * before, turn) * after;
}

std::uint32_t murmur_avalanche(std::uint32_t hash) noexcept {
    hash = (hash ^ hash >> 16) * 0x85ebca6bU;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35U;
    return hash ^ hash >> 16;
}

void sum_up(std::array<std::uint32_t, 4>& hash) noexcept {
    for (std::size_t i = 1; i < hash.size(); ++i) hash[0] += hash[i];
    for (std::size_t i = 1; i < hash.size(); ++i) hash[i] += hash[0];
}

}  // namespace

std::uint32_t xxh32(ByteView bytes, std::uint32_t seed) noexcept {
    const auto length = static_cast<std::uint32_t>(bytes.size());
    std::uint32_t hash = bytes.size() < stripe ? seed + prime5 : mix_stripes(bytes, seed);
    hash += length;
    for (; bytes.size() >= 4; bytes = bytes.subspan(4))
        hash = std::rotl(hash + load_u32(bytes, 0) * prime3, 17) * prime4;
    for (const std::byte byte : bytes)
        hash = std::rotl(hash + std::to_integer<std::uint32_t>(byte) * prime5, 11) * prime1;
    return xxh32_avalanche(hash);
}

// Eight bytes are the tail of a block of sixteen, so that only the tail's steps are left.
std::uint64_t murmurhash3_x86_128(std::uint64_t number) noexcept {
    std::array<std::uint32_t, 4> hash{};
    hash[0] = mix(static_cast<std::uint32_t>(number), 0x239b961bU, 15, 0xab0e9789U);
    hash[1] = mix(static_cast<std::uint32_t>(number >> 32), 0xab0e9789U, 16, 0x38b34ae5U);
    for (std::uint32_t& part : hash) part ^= number_length;
    sum_up(hash);
    for (std::uint32_t& part : hash) part = murmur_avalanche(part);
    sum_up(hash);
    return hash[0] | std::uint64_t{hash[1]} << 32;
}

}  // namespace voxbrick
