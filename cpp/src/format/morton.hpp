// Morton (Z) order: neighbours in space stay near each other in the file.
#pragma once

#include <cstdint>

namespace voxbrick {

/// Bit k of x goes to bit 3k, of y to 3k + 1, of z to 3k + 2. Coordinates below 2^21.
[[nodiscard]] std::uint64_t morton_number(std::uint64_t x, std::uint64_t y, std::uint64_t z) noexcept;

}  // namespace voxbrick
