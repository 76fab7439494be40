// Giving an array another shape.
#pragma once

#include "array/state.hpp"

namespace voxbrick {

/// As Array::resize, for a shape of the right rank.
void resize_array(ArrayState& state, const Index& shape);

}  // namespace voxbrick
