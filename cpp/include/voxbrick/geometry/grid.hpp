// A regular grid of cells that begins at the origin: blocks in an array, shards in an array.
#pragma once

#include "voxbrick/base/export.hpp"
#include "voxbrick/geometry/box.hpp"

namespace voxbrick {

/// Cell i covers i*cell ... (i+1)*cell. A value; `cell` is positive in every axis.
struct VOXBRICK_API Grid {
    Index cell;

    /// The cell that holds a voxel.
    [[nodiscard]] Index cell_of(const Index& position) const noexcept;
    /// The voxels of a cell.
    [[nodiscard]] Box box_of(const Index& index) const noexcept;
    /// The cells that a box touches, as a box of cell indices (empty for an empty box).
    [[nodiscard]] Box cells_touching(const Box& box) const noexcept;
};

/// The `ordinal`-th index of a box of indices, last axis fastest.
[[nodiscard]] VOXBRICK_API Index nth_index(const Box& indices, std::int64_t ordinal) noexcept;

}  // namespace voxbrick
