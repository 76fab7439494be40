#include "voxbrick/format/array_meta.hpp"

#include <algorithm>

#include "format/morton.hpp"

namespace voxbrick {

ElementBits BlockLayout::stored(const ElementBits& element) const noexcept {
    ElementBits bits = element;
    if (swap_bytes) std::reverse(bits.bytes.begin(), bits.bytes.begin() + static_cast<std::ptrdiff_t>(bits.size));
    return bits;
}

std::size_t BlockOrder::number_of(const Index& block_in_shard) const noexcept {
    if (morton) {
        const auto from_end = [&](std::size_t i) {
            return static_cast<std::uint64_t>(block_in_shard[block_in_shard.rank() - i]);
        };
        return morton_number(from_end(3), from_end(2), from_end(1));
    }
    std::int64_t number = 0;
    for (std::size_t axis = 0; axis < strides.rank(); ++axis) number += block_in_shard[axis] * strides[axis];
    return static_cast<std::size_t>(number);
}

std::size_t ArrayMeta::block_bytes() const {
    return static_cast<std::size_t>(product(block_shape)) * element_size();
}

Index ArrayMeta::blocks_per_shard() const {
    Index blocks = shard_shape;
    for (std::size_t axis = 0; axis < blocks.rank(); ++axis) blocks[axis] /= block_shape[axis];
    return blocks;
}

std::size_t ArrayMeta::block_count() const {
    return static_cast<std::size_t>(product(blocks_per_shard()));
}

Box ArrayMeta::bounds() const {
    return {Index::filled(shape.rank(), 0), shape};
}

}  // namespace voxbrick
