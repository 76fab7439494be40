#include "format/morton.hpp"

namespace voxbrick {
namespace {

// Puts two zero bits between the bits of a 21-bit number, by halves: 21 bits apart, then 10, 5 ...
std::uint64_t spread(std::uint64_t bits) noexcept {
    bits = (bits | bits << 32) & 0x001f00000000ffff;
    bits = (bits | bits << 16) & 0x001f0000ff0000ff;
    bits = (bits | bits << 8) & 0x100f00f00f00f00f;
    bits = (bits | bits << 4) & 0x10c30c30c30c30c3;
    bits = (bits | bits << 2) & 0x1249249249249249;
    return bits;
}

}  // namespace

std::uint64_t morton_number(std::uint64_t x, std::uint64_t y, std::uint64_t z) noexcept {
    return spread(x) | spread(y) << 1 | spread(z) << 2;
}

}  // namespace voxbrick
