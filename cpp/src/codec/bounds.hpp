// Arithmetic on sizes that come from damaged or hostile data.
#pragma once

#include <cstddef>
#include <limits>

namespace voxbrick {

/// size * factor, or the largest size there is if that is too small to hold it.
[[nodiscard]] constexpr std::size_t saturating_product(std::size_t size, std::size_t factor) noexcept {
    constexpr std::size_t largest = std::numeric_limits<std::size_t>::max();
    return size > largest / factor ? largest : size * factor;
}

/// The sum, or the largest size there is if that is too small to hold it.
[[nodiscard]] constexpr std::size_t saturating_sum(std::size_t size, std::size_t more) noexcept {
    constexpr std::size_t largest = std::numeric_limits<std::size_t>::max();
    return size > largest - more ? largest : size + more;
}

}  // namespace voxbrick
