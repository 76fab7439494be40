// Resizing, with every writer of the array kept out:
//   1 trim      set what falls outside to fill, in shards that stay in part
//   2 replace   the metadata: from here on the array has the new shape
//   3 remove    shards that lie outside: left over, they would reappear if the array grew again
// A crash in between leaves an array of the old or of the new shape whose visible voxels are right.
#include "resize.hpp"

#include "voxbrick/array/plan.hpp"
#include "writer.hpp"

namespace voxbrick {
namespace {

void trim(ArrayState& state, const ArrayMeta& meta, const Box& shard, const Box& bounds) {
    if (intersect(shard, bounds).empty()) return;
    for (const Box& piece : outside(intersect(shard, meta.bounds()), bounds)) {
        const ConstStridedView fill{meta.fill.bytes.data(), piece.shape, Index::filled(piece.rank(), 0)};
        write_box_locked(state, meta, piece, fill, false);
    }
}

}  // namespace

void resize_array(ArrayState& state, const Index& shape) {
    const auto lock = state.store().lock_all(state.format().metadata_key());
    const ArrayMeta& before = state.refresh();
    const ArrayMeta after = state.format().resized(before, shape);
    const std::vector<Index> shards = state.stored_shards(before);
    for (const Index& shard : shards) trim(state, before, Grid{before.shard_shape}.box_of(shard), after.bounds());
    state.replace_meta(after);
    for (const Index& shard : shards)
        if (intersect(Grid{after.shard_shape}.box_of(shard), after.bounds()).empty())
            state.store().remove(state.key_of(before, shard), false);
}

}  // namespace voxbrick
