#include "format/precomputed/murmurhash.hpp"

#include <array>
#include <bit>

namespace voxbrick {
namespace {

constexpr std::uint32_t length = 8;

std::uint32_t mix(std::uint32_t word, std::uint32_t before, int turn, std::uint32_t after) noexcept {
    return std::rotl(word * before, turn) * after;
}

std::uint32_t avalanche(std::uint32_t hash) noexcept {
    hash = (hash ^ hash >> 16) * 0x85ebca6bU;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35U;
    return hash ^ hash >> 16;
}

void sum_up(std::array<std::uint32_t, 4>& hash) noexcept {
    for (std::size_t i = 1; i < hash.size(); ++i) hash[0] += hash[i];
    for (std::size_t i = 1; i < hash.size(); ++i) hash[i] += hash[0];
}

}  // namespace

// Eight bytes are the tail of a block of sixteen, so that only the tail's steps are left.
std::uint64_t murmurhash3_x86_128(std::uint64_t number) noexcept {
    std::array<std::uint32_t, 4> hash{};
    hash[0] = mix(static_cast<std::uint32_t>(number), 0x239b961bU, 15, 0xab0e9789U);
    hash[1] = mix(static_cast<std::uint32_t>(number >> 32), 0xab0e9789U, 16, 0x38b34ae5U);
    for (std::uint32_t& part : hash) part ^= length;
    sum_up(hash);
    for (std::uint32_t& part : hash) part = avalanche(part);
    sum_up(hash);
    return hash[0] | std::uint64_t{hash[1]} << 32;
}

}  // namespace voxbrick
