// Unsigned 64-bit numbers as every format stores them.
#pragma once

#include <cstdint>

#include "voxbrick/base/bytes.hpp"

namespace voxbrick {

[[nodiscard]] inline std::uint64_t load_u64(ByteView bytes, std::size_t at) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = 8; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
    return value;
}

inline void store_u64(MutableBytes bytes, std::size_t at, std::uint64_t value) noexcept {
    for (std::size_t i = 0; i < 8; ++i) bytes[at + i] = static_cast<std::byte>(value >> (8 * i));
}

}  // namespace voxbrick
