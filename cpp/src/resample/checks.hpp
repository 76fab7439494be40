// What is refused before any voxel moves.
#pragma once

#include "voxbrick/geometry/typed_view.hpp"

namespace voxbrick {

/// Throws invalid_argument unless there is a positive factor for each axis of the box, and coordinates leave room.
void check_factors(const Box& box, const Index& factors);

/// Throws invalid_argument unless a view has a stride for each axis.
void check_steps(const ConstTypedView& view);

/// Throws invalid_argument unless a view has the shape of the cells, and elements of `dtype`.
void check_cells(const ConstTypedView& view, const Box& cells, DType dtype);

}  // namespace voxbrick
