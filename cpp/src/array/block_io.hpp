// One block between its encoded bytes and a box of memory.
#pragma once

#include <optional>

#include "voxbrick/array/plan.hpp"
#include "voxbrick/format/format.hpp"

namespace voxbrick {

/// A whole block in memory, in the layout in which it is stored.
[[nodiscard]] StridedView block_view(const ArrayMeta& meta, MutableBytes bytes);
[[nodiscard]] ConstStridedView block_view(const ArrayMeta& meta, ByteView bytes);

/// The fill value in the byte order in which elements are stored.
[[nodiscard]] ElementBits stored_fill(const ArrayMeta& meta);

/// The bytes of a block without codecs that hold `part` and everything between.
[[nodiscard]] ByteRange span_of(const ArrayMeta& meta, const Box& in_block);

/// Where block `number` of a shard lies; nothing if it is absent. Throws corrupt for a place whose size no encoded
/// block has, so that a damaged index never asks for memory that the block does not need.
[[nodiscard]] std::optional<ByteRange> find_block(const ArrayMeta& meta, const ShardReader& shard, std::size_t number);

/// Decodes a block that has codecs into `out` (its part of the caller's array, native byte order).
void decode_block(const ArrayMeta& meta, const CodecChain& chain, ByteView encoded, const BlockPart& part,
                  const StridedView& out);

}  // namespace voxbrick
