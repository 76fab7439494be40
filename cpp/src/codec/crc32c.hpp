#pragma once

#include <cstdint>

#include "voxbrick/base/bytes.hpp"

namespace voxbrick {

/// CRC-32C (Castagnoli) by the processor's own instruction where it has one.
[[nodiscard]] std::uint32_t crc32c(ByteView bytes) noexcept;

/// The same from tables: for all other processors.
[[nodiscard]] std::uint32_t crc32c_from_tables(ByteView bytes) noexcept;

}  // namespace voxbrick
