// Hash functions that stored data are made with.
#pragma once

#include <cstdint>

#include "voxbrick/base/bytes.hpp"

namespace voxbrick {

/// XXH32. Specification: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
[[nodiscard]] std::uint32_t xxh32(ByteView bytes, std::uint32_t seed) noexcept;

/// The low 64 bits of MurmurHash3_x86_128 (seed 0) of a number's 8 bytes in little-endian order.
/// Specification: https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
[[nodiscard]] std::uint64_t murmurhash3_x86_128(std::uint64_t number) noexcept;

}  // namespace voxbrick
