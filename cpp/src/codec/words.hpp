// Unsigned 32-bit numbers in little-endian order, as many frames have them.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "voxbrick/base/bytes.hpp"

namespace voxbrick {

[[nodiscard]] inline std::uint32_t load_u32(ByteView bytes, std::size_t at) noexcept {
    std::uint32_t value = 0;
    if constexpr (std::endian::native == std::endian::little)
        std::memcpy(&value, bytes.data() + at, sizeof value);
    else
        for (std::size_t i = 4; i-- > 0;) value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
    return value;
}

inline void store_u32(MutableBytes bytes, std::size_t at, std::uint32_t value) noexcept {
    if constexpr (std::endian::native == std::endian::little)
        std::memcpy(bytes.data() + at, &value, sizeof value);
    else
        for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::byte>(value >> (8 * i));
}

}  // namespace voxbrick
