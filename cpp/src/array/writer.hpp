// Writing a box: lock, open, encode blocks, assemble shards.
#pragma once

#include "array/state.hpp"

namespace voxbrick {

/// As Array::write, for a box that was checked.
void write_box(ArrayState& state, SharedMeta meta, const Box& box, const ConstStridedView& in, bool durable);

/// The same for shards that the caller has locked already. Throws ShardChanged if the lock did not keep others away.
void write_box_locked(ArrayState& state, SharedMeta meta, const Box& box, const ConstStridedView& in, bool durable,
                      const StoreLock& lock);

}  // namespace voxbrick
