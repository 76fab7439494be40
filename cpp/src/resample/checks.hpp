// What is refused before any voxel moves.
#pragma once

#include "voxbrick/geometry/box.hpp"

namespace voxbrick {

/// Throws invalid_argument unless there is a positive factor for each axis of the box, and coordinates leave room.
void check_factors(const Box& box, const Index& factors);

/// Throws invalid_argument unless an array has the shape of the cells.
void check_cells(const Index& shape, const Box& cells);

}  // namespace voxbrick
