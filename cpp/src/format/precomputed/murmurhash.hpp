#pragma once

#include <cstdint>

namespace voxbrick {

/// The low 64 bits of MurmurHash3_x86_128 (seed 0) of a number's 8 bytes in little-endian order.
/// Specification: https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
[[nodiscard]] std::uint64_t murmurhash3_x86_128(std::uint64_t number) noexcept;

}  // namespace voxbrick
