// One block on its way into a shard.
#pragma once

#include "array/shard_job.hpp"

namespace voxbrick {

/// Gathers the part of a block from `in` (its part of the caller's array), merges it with what the shard
/// holds where the part does not cover the block, and encodes it. Absent if nothing but fill comes out
/// and the format leaves such blocks away. The bytes lie in the calling thread's scratch, which it leases.
[[nodiscard]] NewBlock encode_block(const ArrayMeta& meta, const ShardJob& job, const BlockPart& part,
                                    const ConstStridedView& in);

/// The encoded block of fill values that stands for blocks which were never written; empty if the format leaves
/// such blocks away.
[[nodiscard]] std::vector<std::byte> encode_empty_block(const ArrayMeta& meta, const CodecChain& chain);

/// Writes the part of a block without codecs to its place in the file. Bytes between those of the part are read
/// and written back, which the shard's lock makes safe.
void write_block_in_place(const ArrayMeta& meta, const ShardJob& job, const BlockPart& part,
                          const ConstStridedView& in);

}  // namespace voxbrick
