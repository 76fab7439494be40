// Unsigned 32-bit numbers in little-endian order, as many frames have them.
#pragma once

#include <cstdint>

#include "voxbrick/base/bytes.hpp"

namespace voxbrick {

[[nodiscard]] inline std::uint32_t load_u32(ByteView bytes, std::size_t at) noexcept {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;) value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
    return value;
}

inline void store_u32(MutableBytes bytes, std::size_t at, std::uint32_t value) noexcept {
    for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::byte>(value >> (8 * i));
}

}  // namespace voxbrick
