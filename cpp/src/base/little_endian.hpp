// Unsigned 32-bit and 64-bit numbers in little-endian byte order.
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

[[nodiscard]] inline std::uint64_t load_u64(ByteView bytes, std::size_t at) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = 8; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
    return value;
}

inline void store_u64(MutableBytes bytes, std::size_t at, std::uint64_t value) noexcept {
    for (std::size_t i = 0; i < 8; ++i) bytes[at + i] = static_cast<std::byte>(value >> (8 * i));
}

}  // namespace voxbrick
