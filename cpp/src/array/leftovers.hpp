// What is stored beyond the shape of an array.
#pragma once

#include "array/state.hpp"

namespace voxbrick {

/// Sets what is stored in `region`, but outside of the array, to the fill value: shards without a voxel of the array
/// are removed, others rewritten if they hold anything else there. No voxel of the array changes. `lock` is one
/// of all shards; throws ShardChanged if it did not keep others away.
void clear_leftovers(ArrayState& state, const ArrayMeta& meta, const Box& region, const StoreLock& lock);

}  // namespace voxbrick
