// One shard while it is written.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "array/shard_assembly.hpp"
#include "voxbrick/array/plan.hpp"
#include "voxbrick/format/format.hpp"

namespace voxbrick {

/// Either `place` is set and blocks are changed in the file, or `assembly` makes a new version of the shard.
struct ShardJob {
    ShardPart part;
    std::string key;
    std::shared_ptr<const ShardReader> old;  // null: nothing of it is needed, or there is none
    std::unique_ptr<MutableBlob> place;
    std::unique_ptr<ShardAssembly> assembly;
    CodecChain chain;                        // of the new blocks
    std::atomic<std::size_t> remaining = 0;  // blocks that still have to be written in place
    std::atomic<bool> changed = false;       // by others meanwhile, so that it has to be done again
};

}  // namespace voxbrick
