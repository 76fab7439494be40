#include "array/fetch.hpp"

#include <algorithm>

namespace voxbrick {
namespace {

// Reading this many unwanted bytes costs about as much as another system call.
constexpr std::uint64_t small_gap = 4096;

bool fits(const FetchRun& run, const Fetch& next, std::uint64_t limit) {
    const std::uint64_t begin = run.blocks.front().range.offset;
    return next.range.offset <= run.end + small_gap && std::max(run.end, next.range.end()) - begin <= limit;
}

}  // namespace

std::vector<FetchRun> join_neighbours(std::size_t shard, std::vector<Fetch> blocks, std::uint64_t limit) {
    const auto by_place = [](const Fetch& a, const Fetch& b) { return a.range.offset < b.range.offset; };
    if (!std::is_sorted(blocks.begin(), blocks.end(), by_place)) std::sort(blocks.begin(), blocks.end(), by_place);
    std::vector<FetchRun> runs;
    for (const Fetch& block : blocks) {
        if (runs.empty() || !fits(runs.back(), block, limit)) runs.push_back({shard, {}, 0});
        runs.back().blocks.push_back(block);
        runs.back().end = std::max(runs.back().end, block.range.end());
    }
    return runs;
}

}  // namespace voxbrick
