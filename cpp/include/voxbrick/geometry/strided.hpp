// Copies between boxes of memory with any strides: how decoded blocks meet the caller's array.
#pragma once

#include <array>
#include <cstddef>

#include "voxbrick/base/bytes.hpp"
#include "voxbrick/base/export.hpp"
#include "voxbrick/geometry/box.hpp"

namespace voxbrick {

/// A box of elements somewhere in memory; strides are in bytes and may be negative or zero.
struct StridedView {
    std::byte* data = nullptr;
    Index shape;
    Index strides;
};

struct ConstStridedView {
    const std::byte* data = nullptr;
    Index shape;
    Index strides;

    ConstStridedView(const std::byte* bytes, const Index& extent, const Index& steps)
        : data(bytes), shape(extent), strides(steps) {}
    ConstStridedView(const StridedView& view) : data(view.data), shape(view.shape), strides(view.strides) {}
};

/// The bits of one element, in native byte order: a fill value.
struct VOXBRICK_API ElementBits {
    std::array<std::byte, 8> bytes{};
    std::size_t size = 1;

    [[nodiscard]] ByteView view() const noexcept { return {bytes.data(), size}; }
    [[nodiscard]] bool is_zero() const noexcept;
    friend bool operator==(const ElementBits&, const ElementBits&) = default;
};

/// The elements of `box`, whose coordinates count from the view's first element.
[[nodiscard]] VOXBRICK_API StridedView subview(const StridedView& view, const Box& box) noexcept;
[[nodiscard]] VOXBRICK_API ConstStridedView subview(const ConstStridedView& view, const Box& box) noexcept;

/// True if both views walk their (equally many) elements with the same steps, so that dense memory in the
/// layout of one can be taken for the other.
[[nodiscard]] VOXBRICK_API bool same_steps(const ConstStridedView& a, const ConstStridedView& b) noexcept;

/// Copies every element of `from` to the same place in `to` (equal shapes), reversing the bytes of
/// each element if `swap_bytes`. The two must not overlap. `element_size` is 1, 2, 4 or 8.
/// Safe to call from several threads for disjoint destinations.
VOXBRICK_API void copy_box(const ConstStridedView& from, const StridedView& to, std::size_t element_size,
                           bool swap_bytes = false);

/// Sets every element of `to`. Same rules.
VOXBRICK_API void fill_box(const StridedView& to, const ElementBits& value);

/// True if dense `bytes` are nothing but repetitions of `value`, compared bit by bit.
[[nodiscard]] VOXBRICK_API bool consists_of(ByteView bytes, const ElementBits& value) noexcept;

}  // namespace voxbrick
