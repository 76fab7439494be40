// The largest voxel of a box, block by block: the box is never held in memory.
#pragma once

#include "array/state.hpp"
#include "voxbrick/geometry/strided.hpp"

namespace voxbrick {

/// As Array::largest, for a box that was checked.
[[nodiscard]] ElementBits largest_in_box(ArrayState& state, const ArrayMeta& meta, const Box& box);

}  // namespace voxbrick
