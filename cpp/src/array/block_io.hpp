// One block between its encoded bytes and a box of memory.
#pragma once

#include "voxbrick/array/plan.hpp"
#include "voxbrick/format/shard_index.hpp"
#include "voxbrick/store/store.hpp"

namespace voxbrick {

/// A whole block in memory, in the layout in which it is stored.
[[nodiscard]] StridedView block_view(const ArrayMeta& meta, MutableBytes bytes);
[[nodiscard]] ConstStridedView block_view(const ArrayMeta& meta, ByteView bytes);

/// The fill value in the byte order in which elements are stored.
[[nodiscard]] ElementBits stored_fill(const ArrayMeta& meta);

/// The bytes of a block without codecs that hold `part` and everything between.
[[nodiscard]] ByteRange span_of(const ArrayMeta& meta, const Box& in_block);

/// Decodes a block into `out` (its part of the caller's array, native byte order).
void decode_block(const ArrayMeta& meta, const CodecChain& chain, ByteView encoded, const BlockPart& part,
                  const StridedView& out);

}  // namespace voxbrick
