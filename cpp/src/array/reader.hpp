// Reading a box: plan, open shards, fetch runs of blocks, decode, scatter.
#pragma once

#include "array/state.hpp"

namespace voxbrick {

/// As Array::read, for a box that was checked.
void read_box(ArrayState& state, const ArrayMeta& meta, const Box& box, const StridedView& out);

}  // namespace voxbrick
