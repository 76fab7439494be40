// Reading a box, in two flat passes over the pool:
//   1 open    every shard that the box touches: its file and index, or absent
//   2 fetch   runs of neighbouring blocks: one positioned read, then decode and scatter each block
// Absent shards and blocks are filled in the same passes. Parts never overlap, so nothing is locked.
#include "reader.hpp"

#include "block_io.hpp"
#include "fetch.hpp"
#include "scratch.hpp"
#include "voxbrick/base/error.hpp"
#include "voxbrick/exec/thread_pool.hpp"

namespace voxbrick {
namespace {

// So many shards are open at a time: each holds a file.
constexpr std::size_t shards_per_group = 64;
// Runs are at most this long: what one read brings is still in the cache when it is decoded.
constexpr std::uint64_t longest_run = std::uint64_t{1} << 18;
constexpr std::uint64_t shortest_run = std::uint64_t{1} << 16;

class BoxReader {
  public:
    BoxReader(ArrayState& state, const ArrayMeta& meta, const Box& box, const Box& inside, const StridedView& out)
        : state_(state), meta_(meta), box_(box), out_(out), plan_(meta, inside) {}

    void read() {
        for (std::size_t first = 0; first < plan_.shard_count(); first += shards_per_group)
            read_group(first, std::min(shards_per_group, plan_.shard_count() - first));
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

    // Leaves the shard with the runs to fetch; what is absent is filled at once.
    void open(OpenShard& shard, std::size_t ordinal) {
        const Index& index = shard.part.shard;
        const std::string key = state_.key_of(meta_, index);
        shard.reader =
            at(shard, [&] { return state_.shards().open(state_.store(), state_.format(), meta_, index, key); });
        if (!shard.reader) return fill_box(target(plan_.box_of(shard.part)), meta_.fill);
        shard.runs = join_neighbours(ordinal, wanted(shard), run_limit());
    }

    std::vector<Fetch> wanted(const OpenShard& shard) {
        std::vector<Fetch> blocks;
        blocks.reserve(shard.part.count());
        for (std::size_t i = 0; i < shard.part.count(); ++i) {
            const BlockPart block = plan_.block_part(shard.part, i);
            const auto range = at(shard, block, [&] { return shard.reader->index.find(block.number); });
            if (range)
                blocks.push_back({narrowed(shard, block, *range), i});
            else
                fill_box(target(block.part), meta_.fill);
        }
        return blocks;
    }

    // Of a block without codecs only the bytes between the first and the last wanted one are read.
    ByteRange narrowed(const OpenShard& shard, const BlockPart& block, ByteRange range) const {
        if (!shard.reader->chain.empty() || range.size != meta_.block_bytes()) return range;
        const ByteRange span = span_of(meta_, block.in_block());
        return {range.offset + span.offset, span.size};
    }

    void fetch(const OpenShard& shard, const FetchRun& run) {
        if (run.blocks.size() == 1 && fetch_straight(shard, run.blocks.front())) return;
        Scratch& scratch = Scratch::mine();
        const ByteRange range = run.range();
        const MutableBytes bytes = scratch.encoded.resize(range.size);
        at(shard, [&] { shard.reader->blob->read_at(range.offset, bytes); });
        for (const Fetch& block : run.blocks)
            scatter(shard, block, ByteView(bytes).subspan(block.range.offset - range.offset, block.range.size));
        scratch.release_large();
    }

    // Bytes that need no codec and lie in the file as they shall lie in memory go there without a detour.
    bool fetch_straight(const OpenShard& shard, const Fetch& fetch) {
        const BlockPart block = plan_.block_part(shard.part, fetch.ordinal);
        const StridedView out = target(block.part);
        const bool dense = fetch.range.size == static_cast<std::uint64_t>(product(out.shape)) * meta_.element_size();
        const ConstStridedView stored{out.data, out.shape, meta_.layout.strides};
        if (!shard.reader->chain.empty() || meta_.layout.swap_bytes || !dense || !same_steps(stored, out)) return false;
        at(shard, block, [&] { shard.reader->blob->read_at(fetch.range.offset, {out.data, fetch.range.size}); });
        return true;
    }

    void scatter(const OpenShard& shard, const Fetch& fetch, ByteView bytes) {
        const BlockPart block = plan_.block_part(shard.part, fetch.ordinal);
        const StridedView out = target(block.part);
        const ByteRange span = span_of(meta_, block.in_block());
        if (shard.reader->chain.empty() && fetch.range.size == span.size)
            return copy_box({bytes.data(), out.shape, meta_.layout.strides}, out, meta_.element_size(),
                            meta_.layout.swap_bytes);
        at(shard, block, [&] { decode_block(meta_, shard.reader->chain, bytes, block, out); });
    }

    [[nodiscard]] StridedView target(const Box& part) const { return subview(out_, relative_to(part, box_.offset)); }

    [[nodiscard]] std::uint64_t run_limit() const {
        const auto bytes = static_cast<std::uint64_t>(product(plan_.inside().shape)) * meta_.element_size();
        return std::clamp(bytes / (4 * thread_count()), shortest_run, longest_run);
    }

    ArrayState& state_;
    const ArrayMeta& meta_;
    const Box& box_;
    const StridedView& out_;
    Plan plan_;
};

// Beyond the array there is nothing, which reads as zero whatever the fill value.
void fill_outside(const ArrayMeta& meta, const Box& box, const StridedView& out) {
    const ElementBits zero{{}, meta.element_size()};
    for (const Box& piece : outside(box, meta.bounds())) fill_box(subview(out, relative_to(piece, box.offset)), zero);
}

}  // namespace

void read_box(ArrayState& state, const ArrayMeta& meta, const Box& box, const StridedView& out) {
    fill_outside(meta, box, out);
    const Box inside = intersect(box, meta.bounds());
    if (!inside.empty()) BoxReader(state, meta, box, inside, out).read();
}

}  // namespace voxbrick
