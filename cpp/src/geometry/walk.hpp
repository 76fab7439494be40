// The axes of a copy, put in the order and the number in which they are best walked.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "voxbrick/geometry/strided.hpp"

namespace voxbrick {

/// One loop of a copy: how often, and the bytes to the next element on both sides.
struct WalkAxis {
    std::int64_t extent = 1;
    std::int64_t from = 0;
    std::int64_t to = 0;
};

/// Nested loops over two views, the destination's fastest axis first. Axes of one element are gone,
/// the destination's steps are not negative, and axes that continue each other on both sides are one.
struct Walk {
    const std::byte* from = nullptr;
    std::byte* to = nullptr;
    std::array<WalkAxis, max_rank> axes{};
    std::size_t rank = 0;

    Walk(const ConstStridedView& source, const StridedView& target);

    /// The axis with the source's smallest step.
    [[nodiscard]] std::size_t fastest_source_axis() const noexcept;
    /// Makes `axis` the second one, the others keeping their order.
    void move_to_second(std::size_t axis) noexcept;
};

/// Calls body(from, to) for every combination of the axes from `first` on.
template <class Body>
void for_each_from(const Walk& walk, std::size_t first, const Body& body) {
    std::array<std::int64_t, max_rank> position{};
    const std::byte* from = walk.from;
    std::byte* to = walk.to;
    if (first >= walk.rank) return body(from, to);
    const WalkAxis inner = walk.axes[first];
    while (true) {
        for (std::int64_t i = 0; i < inner.extent; ++i) body(from + i * inner.from, to + i * inner.to);
        std::size_t axis = first + 1;
        for (; axis < walk.rank; ++axis) {
            const WalkAxis& outer = walk.axes[axis];
            from += outer.from;
            to += outer.to;
            if (++position[axis] < outer.extent) break;
            from -= outer.from * outer.extent;
            to -= outer.to * outer.extent;
            position[axis] = 0;
        }
        if (axis == walk.rank) return;
    }
}

}  // namespace voxbrick
