// Which bytes of a shard a read wants, joined into as few positioned reads as make sense.
#pragma once

#include <cstdint>
#include <vector>

#include "voxbrick/format/shard_index.hpp"

namespace voxbrick {

/// One block to fetch.
struct Fetch {
    ByteRange range;
    std::size_t ordinal = 0;  // of the block in its shard's part
};

/// Neighbours in a file that one read brings.
struct FetchRun {
    std::size_t shard = 0;  // ordinal in the group
    std::vector<Fetch> blocks;

    [[nodiscard]] ByteRange range() const noexcept {
        const std::uint64_t begin = blocks.front().range.offset;
        return {begin, end - begin};
    }
    std::uint64_t end = 0;
};

/// Sorts `blocks` by place and joins those with no more than a small gap between them, up to `limit` bytes a run.
[[nodiscard]] std::vector<FetchRun> join_neighbours(std::size_t shard, std::vector<Fetch> blocks, std::uint64_t limit);

}  // namespace voxbrick
