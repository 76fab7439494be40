// A box cut into tiles that fit a processor's cache, the unit of parallel work.
#pragma once

#include <functional>

#include "voxbrick/geometry/grid.hpp"
#include "voxbrick/geometry/strided.hpp"

namespace voxbrick {

/// Calls body for each tile of a box, in parallel. Tiles begin at multiples of `unit`; they are long along the axis
/// with the smallest of `strides`.
void for_each_tile(const Box& box, const Index& unit, const Index& strides,
                   const std::function<void(const Box&)>& body);

}  // namespace voxbrick
