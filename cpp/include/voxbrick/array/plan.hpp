// Which blocks a box needs: pure functions, made before any byte moves.
#pragma once

#include <vector>

#include "voxbrick/base/export.hpp"
#include "voxbrick/format/array_meta.hpp"
#include "voxbrick/geometry/grid.hpp"

namespace voxbrick {

/// The blocks of one shard that a box touches.
struct ShardPart {
    Index shard;  // grid coordinate
    Box blocks;   // coordinates inside the shard

    [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>(product(blocks.shape)); }
};

/// The meeting of one block with the box.
struct BlockPart {
    std::size_t number = 0;  // place in the shard's index
    Box block;               // the whole block, in array coordinates
    Box part;                // what the box touches of it, in array coordinates

    /// `part` as seen from the block's first voxel.
    [[nodiscard]] Box in_block() const noexcept { return relative_to(part, block.offset); }
};

/// The meeting of a box with an array. Its block parts tile `inside` exactly once. A value.
class VOXBRICK_API Plan {
  public:
    /// `inside` is what the box shares with the array.
    Plan(const ArrayMeta& meta, const Box& inside);

    [[nodiscard]] const Box& inside() const noexcept { return inside_; }
    [[nodiscard]] std::size_t shard_count() const noexcept { return shard_count_; }
    [[nodiscard]] ShardPart shard_part(std::size_t ordinal) const noexcept;
    /// The `ordinal`-th block of a shard's part.
    [[nodiscard]] BlockPart block_part(const ShardPart& shard, std::size_t ordinal) const noexcept;
    /// What the box touches of a shard, in array coordinates.
    [[nodiscard]] Box box_of(const ShardPart& shard) const noexcept;

  private:
    Box inside_;
    Grid shards_;
    Grid blocks_;
    Index blocks_per_shard_;
    BlockOrder order_;
    Box touched_;  // shards, as grid coordinates
    std::size_t shard_count_;
};

/// What of `box` lies outside `bounds`, as disjoint boxes.
[[nodiscard]] VOXBRICK_API std::vector<Box> outside(const Box& box, const Box& bounds);

}  // namespace voxbrick
