// Up to eight signed 64-bit coordinates, as a value.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <span>

#include "voxbrick/base/export.hpp"

namespace voxbrick {

inline constexpr std::size_t max_rank = 8;

/// No coordinate of a voxel exceeds this, which leaves room to add two of them.
inline constexpr std::int64_t largest_coordinate = std::int64_t{1} << 61;

/// A position, a shape or strides: one number for each axis of an array. Unused entries are zero,
/// so equality is plain. Nothing allocates but the message of an Error.
class VOXBRICK_API Index {
  public:
    constexpr Index() = default;
    /// Throws invalid_argument for more than max_rank coordinates.
    Index(std::initializer_list<std::int64_t> coordinates);
    explicit Index(std::span<const std::int64_t> coordinates);
    /// `rank` coordinates, all `value`.
    [[nodiscard]] static Index filled(std::size_t rank, std::int64_t value);

    [[nodiscard]] constexpr std::size_t rank() const noexcept { return rank_; }
    [[nodiscard]] constexpr std::int64_t operator[](std::size_t axis) const noexcept { return values_[axis]; }
    [[nodiscard]] constexpr std::int64_t& operator[](std::size_t axis) noexcept { return values_[axis]; }
    [[nodiscard]] constexpr const std::int64_t* begin() const noexcept { return values_.data(); }
    [[nodiscard]] constexpr const std::int64_t* end() const noexcept { return values_.data() + rank_; }

    friend constexpr bool operator==(const Index&, const Index&) = default;

  private:
    std::array<std::int64_t, max_rank> values_{};
    std::size_t rank_ = 0;
};

/// Prints "(1, 2, 3)".
VOXBRICK_API std::ostream& operator<<(std::ostream& stream, const Index& index);

/// Product of all coordinates, 1 for rank 0. Throws invalid_argument beyond 2^63 - 1, and for negative ones.
[[nodiscard]] VOXBRICK_API std::int64_t product(const Index& shape);

/// Strides of a dense array of `shape` whose last axis varies fastest; its own stride is `unit` > 0. Throws
/// invalid_argument for negative extents and for strides beyond 2^63 - 1.
[[nodiscard]] VOXBRICK_API Index c_order_strides(const Index& shape, std::int64_t unit = 1);
/// The same with the first axis varying fastest.
[[nodiscard]] VOXBRICK_API Index f_order_strides(const Index& shape, std::int64_t unit = 1);

/// Floor division, for coordinates on either side of zero; `divisor` > 0.
[[nodiscard]] constexpr std::int64_t floor_div(std::int64_t value, std::int64_t divisor) noexcept {
    return value / divisor - (value % divisor < 0 ? 1 : 0);
}

}  // namespace voxbrick
