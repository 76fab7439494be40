// An axis-aligned box of voxels: offset and shape.
#pragma once

#include <iosfwd>

#include "voxbrick/base/export.hpp"
#include "voxbrick/geometry/index.hpp"

namespace voxbrick {

/// Voxels p with offset <= p < offset + shape in every axis; the sum has to fit 64 bits. Rank 0 is one voxel.
struct VOXBRICK_API Box {
    Index offset;
    Index shape;

    [[nodiscard]] std::size_t rank() const noexcept { return offset.rank(); }
    [[nodiscard]] std::int64_t begin(std::size_t axis) const noexcept { return offset[axis]; }
    [[nodiscard]] std::int64_t end(std::size_t axis) const noexcept { return offset[axis] + shape[axis]; }
    /// True if some axis has no extent.
    [[nodiscard]] bool empty() const noexcept;
    [[nodiscard]] bool contains(const Box& other) const noexcept;

    friend bool operator==(const Box&, const Box&) = default;
};

/// The part that both boxes share; shapes are clipped at zero.
[[nodiscard]] VOXBRICK_API Box intersect(const Box& a, const Box& b) noexcept;

/// `box` moved by `-origin`: its coordinates as seen from there.
[[nodiscard]] VOXBRICK_API Box relative_to(const Box& box, const Index& origin) noexcept;

/// Prints "(0, 0, 0) + (4, 4, 4)".
VOXBRICK_API std::ostream& operator<<(std::ostream& stream, const Box& box);

}  // namespace voxbrick
