// Half precision as bits, since C++20 has no type for it.
#pragma once

#include <cstdint>

namespace voxbrick {

/// The nearest half, ties to even; infinity beyond the largest.
[[nodiscard]] std::uint16_t half_from_double(double value) noexcept;
[[nodiscard]] double double_from_half(std::uint16_t bits) noexcept;

}  // namespace voxbrick
