// Reading the blocks of a box, in two flat passes over the pool:
//   1 open    every shard that the box touches: its file and index, or absent
//   2 fetch   runs of neighbouring blocks: one positioned read, then decode each block into the sink's memory
// What is absent is told in the same passes. Parts never overlap, so nothing is locked.
#include "array/block_reader.hpp"

#include <algorithm>
#include <atomic>

#include "array/block_io.hpp"
#include "array/budgets.hpp"
#include "array/fetch.hpp"
#include "array/scratch.hpp"
#include "exec/process.hpp"
#include "store/system_error.hpp"
#include "voxbrick/base/error.hpp"
#include "voxbrick/exec/thread_pool.hpp"

namespace voxbrick {
namespace {

// So many shards are open at a time, as each holds a file: for one read. (For all of the process: Budgets.)
constexpr std::size_t shards_per_group = 64;
// Runs are at most this long: what one read brings is still in the cache when it is decoded.
constexpr std::uint64_t longest_run = std::uint64_t{1} << 18;
constexpr std::uint64_t shortest_run = std::uint64_t{1} << 16;

// One of the reads that are under way.
class ActiveRead {
  public:
    ActiveRead() { ++count_; }
    ActiveRead(const ActiveRead&) = delete;
    ActiveRead& operator=(const ActiveRead&) = delete;
    ~ActiveRead() { --count_; }

    /// How many shards it may open now. Nobody waits for those that read already, so for a while it may be more in all.
    [[nodiscard]] std::size_t share() const {
        return std::clamp(Budgets::of_process().read_files / count_.load(), std::size_t{1}, shards_per_group);
    }

  private:
    std::atomic<std::size_t>& count_ = PerProcess<std::atomic<std::size_t>>::get();
};

class BlockReader {
  public:
    BlockReader(ArrayState& state, const ArrayMeta& meta, const Box& inside, BlockSink& sink)
        : state_(state), meta_(meta), sink_(sink), plan_(meta, inside) {}

    void read() {
        const ActiveRead active;
        for (std::size_t first = 0; first < plan_.shard_count();) {
            const std::size_t count = std::min(active.share(), plan_.shard_count() - first);
            try {
                read_group(first, count);
            } catch (const Error& error) {
                if (!says_replaced(error)) throw;
                forget(first, count);
                read_group(first, count);
            }
            first += count;
        }
    }

  private:
    struct OpenShard {
        ShardPart part;
        std::shared_ptr<const ShardReader> reader;
        std::vector<FetchRun> runs;
    };

    template <class Action>
    auto at(const OpenShard& shard, const Action& action) const {
        return at_shard(state_, meta_, shard.part.shard, action);
    }

    template <class Action>
    auto at(const OpenShard& shard, const BlockPart& block, const Action& action) const {
        return at_block(state_, meta_, shard.part.shard, block.block.offset, action);
    }

    // The versions that are there now are opened instead.
    void forget(std::size_t first, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            (void)state_.shards().forget(state_.key_of(meta_, plan_.shard_part(first + i).shard));
    }

    void read_group(std::size_t first, std::size_t count) {
        std::vector<OpenShard> shards(count);
        parallel_for(count, [&](std::size_t i) {
            shards[i].part = plan_.shard_part(first + i);
            open(shards[i], i);
        });
        std::vector<const FetchRun*> runs;
        for (const OpenShard& shard : shards)
            for (const FetchRun& run : shard.runs) runs.push_back(&run);
        parallel_for(runs.size(), [&](std::size_t i) { fetch(shards[runs[i]->shard], *runs[i]); });
    }

    // Leaves the shard with the runs to fetch; what is absent is told at once.
    void open(OpenShard& shard, std::size_t ordinal) {
        const Index& index = shard.part.shard;
        const std::string key = state_.key_of(meta_, index);
        shard.reader =
            at(shard, [&] { return state_.shards().open(state_.store(), state_.format(), meta_, index, key); });
        if (!shard.reader) return sink_.absent(plan_.box_of(shard.part));
        shard.runs = join_neighbours(ordinal, wanted(shard), run_limit());
    }

    std::vector<Fetch> wanted(const OpenShard& shard) {
        std::vector<Fetch> blocks;
        blocks.reserve(shard.part.count());
        for (std::size_t i = 0; i < shard.part.count(); ++i) {
            const BlockPart block = plan_.block_part(shard.part, i);
            const auto range = at(shard, block, [&] { return find_block(meta_, *shard.reader, block.number); });
            if (range)
                blocks.push_back({narrowed(shard, block, *range), i});
            else
                sink_.absent(block.part);
        }
        return blocks;
    }

    // Of a block without codecs always, and only, the bytes between the first and the last wanted one are read.
    ByteRange narrowed(const OpenShard& shard, const BlockPart& block, ByteRange range) const {
        if (!shard.reader->chain.empty()) return range;
        const ByteRange span = span_of(meta_, block.in_block());
        return {range.offset + span.offset, span.size};
    }

    void fetch(const OpenShard& shard, const FetchRun& run) {
        if (run.blocks.size() == 1 && fetch_straight(shard, run.blocks.front())) return;
        const ScratchLease lease;
        const ByteRange range = run.range();
        const MutableBytes bytes = Scratch::mine().encoded.resize(range.size);
        at(shard, [&] { shard.reader->blob->read_at(range.offset, bytes); });
        for (const Fetch& block : run.blocks)
            decode(shard, block, ByteView(bytes).subspan(block.range.offset - range.offset, block.range.size));
    }

    // Bytes that need no codec and lie in the file as they shall lie in memory go there without a detour.
    bool fetch_straight(const OpenShard& shard, const Fetch& fetch) {
        if (!shard.reader->chain.empty() || meta_.layout.swap_bytes) return false;
        const BlockPart block = plan_.block_part(shard.part, fetch.ordinal);
        const StridedView room = sink_.room_for(block.part);
        const bool dense = fetch.range.size == static_cast<std::uint64_t>(product(room.shape)) * meta_.element_size();
        if (!dense || !same_steps({room.data, room.shape, meta_.layout.strides}, room)) return false;
        const ScratchLease lease;
        at(shard, block, [&] { shard.reader->blob->read_at(fetch.range.offset, {room.data, fetch.range.size}); });
        sink_.arrived(room);
        return true;
    }

    void decode(const OpenShard& shard, const Fetch& fetch, ByteView bytes) {
        const BlockPart block = plan_.block_part(shard.part, fetch.ordinal);
        const StridedView room = sink_.room_for(block.part);
        if (shard.reader->chain.empty())
            copy_box({bytes.data(), room.shape, meta_.layout.strides}, room, meta_.element_size(),
                     meta_.layout.swap_bytes);
        else
            at(shard, block, [&] { decode_block(meta_, shard.reader->chain, bytes, block, room); });
        sink_.arrived(room);
    }

    [[nodiscard]] std::uint64_t run_limit() const {
        const auto bytes = static_cast<std::uint64_t>(product(plan_.inside().shape)) * meta_.element_size();
        return std::clamp(bytes / (4 * thread_count()), shortest_run, longest_run);
    }

    ArrayState& state_;
    const ArrayMeta& meta_;
    BlockSink& sink_;
    Plan plan_;
};

}  // namespace

void read_blocks(ArrayState& state, const ArrayMeta& meta, const Box& inside, BlockSink& sink) {
    BlockReader(state, meta, inside, sink).read();
}

}  // namespace voxbrick
