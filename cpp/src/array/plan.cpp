#include "voxbrick/array/plan.hpp"

namespace voxbrick {

Plan::Plan(const ArrayMeta& meta, const Box& inside)
    : inside_(inside),
      shards_{meta.shard_shape},
      blocks_{meta.block_shape},
      blocks_per_shard_(meta.blocks_per_shard()),
      order_(meta.order),
      touched_(shards_.cells_touching(inside)),
      shard_count_(static_cast<std::size_t>(product(touched_.shape))) {}

ShardPart Plan::shard_part(std::size_t ordinal) const noexcept {
    const Index shard = nth_index(touched_, static_cast<std::int64_t>(ordinal));
    const Box part = relative_to(intersect(inside_, shards_.box_of(shard)), shards_.box_of(shard).offset);
    return {shard, blocks_.cells_touching(part)};
}

BlockPart Plan::block_part(const ShardPart& shard, std::size_t ordinal) const noexcept {
    const Index in_shard = nth_index(shard.blocks, static_cast<std::int64_t>(ordinal));
    Index block = in_shard;
    for (std::size_t axis = 0; axis < block.rank(); ++axis) block[axis] += shard.shard[axis] * blocks_per_shard_[axis];
    const Box box = blocks_.box_of(block);
    return {order_.number_of(in_shard), box, intersect(box, inside_)};
}

Box Plan::box_of(const ShardPart& shard) const noexcept {
    return intersect(inside_, shards_.box_of(shard.shard));
}

std::vector<Box> outside(const Box& box, const Box& bounds) {
    std::vector<Box> pieces;
    Box rest = box;
    if (rest.empty()) return pieces;
    // Along each axis, cut off what lies before and behind the bounds; what is left goes on to the next axis.
    for (std::size_t axis = 0; axis < box.rank(); ++axis) {
        const Box inner = intersect(rest, bounds);
        const std::int64_t first = std::clamp(inner.begin(axis), rest.begin(axis), rest.end(axis));
        const std::int64_t last = std::clamp(first + inner.shape[axis], first, rest.end(axis));
        for (const auto& [from, to] : {std::pair{rest.begin(axis), first}, std::pair{last, rest.end(axis)}}) {
            if (from == to) continue;
            Box piece = rest;
            piece.offset[axis] = from;
            piece.shape[axis] = to - from;
            pieces.push_back(piece);
        }
        rest.offset[axis] = first;
        rest.shape[axis] = last - first;
        if (rest.empty()) break;
    }
    return pieces;
}

}  // namespace voxbrick
