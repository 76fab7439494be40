// One shard while it is written.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "voxbrick/array/plan.hpp"
#include "voxbrick/format/format.hpp"

namespace voxbrick {

/// What a block of the new shard consists of.
struct NewBlock {
    enum class Source { carried, encoded, absent };

    Source source = Source::carried;  // as in the old shard
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size = 0;

    [[nodiscard]] ByteView view() const noexcept { return {bytes.get(), size}; }
};

/// Either `place` is set and blocks are changed in the file, or `blocks` collects a new version of the shard.
struct ShardJob {
    ShardPart part;
    std::string key;
    std::shared_ptr<const ShardReader> old;  // null: nothing of it is needed, or there is none
    std::unique_ptr<MutableBlob> place;
    CodecChain chain;                        // of the new blocks
    std::vector<NewBlock> blocks;            // by block number
    std::atomic<std::size_t> remaining = 0;  // blocks that still have to be encoded
};

/// Puts the new version of a shard in the place of the old one, or removes it if nothing is left of it.
void store_shard(Store& store, const Format& format, const ArrayMeta& meta, const ShardJob& job, bool durable);

}  // namespace voxbrick
