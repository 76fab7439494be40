// Writing a box, shard group by shard group:
//   1 lock      the shards of the group, against threads and processes; then take as many of them at a time as there
//               are files to be had, which all writes share
//   2 open      what of the old shards is needed: nothing of those that the box covers
//   3 encode    parallel over blocks; whoever brings the next block of a shard
//   4 stores    it, and carried blocks as the bytes they are, while others are encoded; last, the index
// Blocks whose place never moves (raw WKW) skip 4: they are written where they lie.
#include "array/writer.hpp"

#include <algorithm>
#include <span>

#include "array/block_writer.hpp"
#include "array/budgets.hpp"
#include "array/scratch.hpp"
#include "exec/aside.hpp"
#include "voxbrick/exec/thread_pool.hpp"

namespace voxbrick {
namespace {

// Groups bound how many locks and open files there are, and for how long others wait for them.
constexpr std::uint64_t bytes_per_group = std::uint64_t{64} << 20;
// What a block takes beside its bytes, whether it is written or carried over: its places in the old index, in the
// new one and in the assembly.
constexpr std::uint64_t bytes_per_entry = 64;
constexpr std::size_t shards_per_group = 64;
constexpr std::size_t files_per_shard = 2;  // the old one and the new one
constexpr std::size_t most_blocks = std::size_t{1} << 26;

class BoxWriter {
  public:
    BoxWriter(ArrayState& state, SharedMeta meta, const Box& box, const ConstStridedView& in, bool durable)
        : state_(state), meta_(std::move(meta)), box_(box), in_(in), durable_(durable), plan_(*meta_, box) {}

    void write(bool locked) {
        for (std::size_t first = 0; first < plan_.shard_count();) {
            std::vector<ShardJob> jobs = plan_group(first);
            // In this order: who has files waits for nobody.
            const auto lock_file = locked ? Budget::Share() : Budgets::of_process().locked_files.take(1, 1);
            const auto lock = locked ? nullptr : lock_group(jobs);
            write_group(jobs);
            first += jobs.size();
        }
        if (durable_) state_.sync_meta();
    }

  private:
    struct JobBlock {
        ShardJob* job;
        std::size_t ordinal;
        std::size_t turn;
    };

    template <class Action>
    auto at(const ShardJob& job, const Action& action) const {
        return at_shard(state_, *meta_, job.part.shard, action);
    }

    std::vector<ShardJob> plan_group(std::size_t first) const {
        std::uint64_t bytes = 0;
        std::size_t count = 0;
        for (; first + count < plan_.shard_count() && count < shards_per_group && bytes < bytes_per_group; ++count)
            bytes += memory_for(plan_.shard_part(first + count));
        std::vector<ShardJob> jobs(count);
        for (std::size_t i = 0; i < count; ++i) {
            jobs[i].part = plan_.shard_part(first + i);
            jobs[i].key = state_.key_of(*meta_, jobs[i].part.shard);
        }
        return jobs;
    }

    [[nodiscard]] std::uint64_t memory_for(const ShardPart& shard) const {
        return shard.count() * meta_->block_bytes() + meta_->block_count() * bytes_per_entry;
    }

    std::unique_ptr<StoreLock> lock_group(const std::vector<ShardJob>& jobs) {
        std::vector<std::string> names;
        for (const ShardJob& job : jobs) names.push_back(job.key);
        auto lock = state_.store().lock(state_.format().metadata_key(), names);
        // The array may have been resized meanwhile. What lies in it decides what of the old shards is kept.
        meta_ = state_.refresh();
        if (!meta_->bounds().contains(box_))
            fail(ErrorKind::out_of_bounds, "box ", box_, " leaves ", state_.description(), ", which was resized to ",
                 meta_->shape);
        return lock;
    }

    void write_group(std::span<ShardJob> jobs) {
        while (!jobs.empty()) {
            const auto files = Budgets::of_process().written_files.take(files_per_shard, jobs.size() * files_per_shard);
            const std::size_t count = files.amount() / files_per_shard;
            write_at_once(jobs.first(count));
            jobs = jobs.subspan(count);
        }
    }

    void write_at_once(std::span<ShardJob> jobs) {
        parallel_for(jobs.size(), [&](std::size_t i) { at(jobs[i], [&] { open(jobs[i]); }); });
        const std::vector<JobBlock> blocks = in_order(jobs);
        parallel_for(blocks.size(), [&](std::size_t i) { write_block(*blocks[i].job, blocks[i].ordinal); });
    }

    // Shard after shard, and each in the order in which it is stored. Blocks that are written in place take turns
    // between shards instead: threads that write to the same file wait for each other.
    std::vector<JobBlock> in_order(std::span<ShardJob> jobs) const {
        std::vector<JobBlock> blocks;
        std::size_t blocks_before = 0;
        for (ShardJob& job : jobs) {
            for (std::size_t i = 0; i < job.part.count(); ++i)
                blocks.push_back({&job, i, job.place ? i : blocks_before + plan_.block_part(job.part, i).number});
            blocks_before += meta_->block_count();
        }
        std::sort(blocks.begin(), blocks.end(), [](const JobBlock& a, const JobBlock& b) { return a.turn < b.turn; });
        return blocks;
    }

    // Decides how the shard is written.
    void open(ShardJob& job) {
        const bool raw = meta_->chain.empty() && state_.format().empty_shard(*meta_);
        const bool covered = covers(job);
        if (!covered || raw) job.old = find_old(job);
        if (raw && !job.old) job.old = create_raw(job);
        if (job.old && job.old->index.in_place())
            open_in_place(job);
        else
            begin_assembly(job);
    }

    void open_in_place(ShardJob& job) {
        job.remaining = job.part.count();
        job.place = state_.store().open_mutable(job.key);
    }

    void begin_assembly(ShardJob& job) {
        check_block_count();
        // A compressed file in a raw array stays compressed.
        job.chain = meta_->chain.empty() && job.old ? job.old->chain : meta_->chain;
        job.assembly = std::make_unique<ShardAssembly>(
            ShardAssembly::Target{state_.store(), state_.format(), *meta_, job.key, durable_}, job.old,
            encode_empty_block(*meta_, job.chain));
        for (std::size_t i = 0; i < job.part.count(); ++i) job.assembly->await(plan_.block_part(job.part, i).number);
    }

    // Metadata can ask for shards whose index alone would fill the memory.
    void check_block_count() const {
        if (meta_->block_count() > most_blocks)
            fail(ErrorKind::unsupported, "a shard of ", meta_->block_count(), " blocks is too large to be written, ",
                 most_blocks, " are the limit: choose larger blocks or smaller shards");
    }

    [[nodiscard]] bool covers(const ShardJob& job) const {
        const Box shard = Grid{meta_->shard_shape}.box_of(job.part.shard);
        return box_.contains(intersect(shard, meta_->bounds()));
    }

    std::shared_ptr<const ShardReader> find_old(const ShardJob& job) {
        return state_.shards().open(state_.store(), state_.format(), *meta_, job.part.shard, job.key);
    }

    std::shared_ptr<const ShardReader> create_raw(const ShardJob& job) {
        const auto empty = state_.format().empty_shard(*meta_);
        state_.store().replace(job.key, durable_, [&](BlobWriter& writer) {
            writer.append(empty->head);
            writer.append_zeros(empty->length - empty->head.size());
        });
        return find_old(job);
    }

    void write_block(ShardJob& job, std::size_t ordinal) {
        const BlockPart part = plan_.block_part(job.part, ordinal);
        const ConstStridedView in = subview(in_, relative_to(part.part, box_.offset));
        const auto at_this_block = [&](const auto& action) {
            return at_block(state_, *meta_, job.part.shard, part.block.offset, action);
        };
        if (job.place) {
            at_this_block([&] { write_block_in_place(*meta_, job, part, in); });
            if (job.remaining.fetch_sub(1, std::memory_order_acq_rel) == 1) at(job, [&] { finish_in_place(job); });
        } else {
            const ScratchLease lease;
            NewBlock block = at_this_block([&] { return encode_block(*meta_, job, part, in); });
            const CodecChain::Kept kept;
            at(job, [&] {
                if (job.assembly->put(part.number, std::move(block))) finish_assembly(job);
            });
        }
    }

    void finish_in_place(ShardJob& job) {
        if (durable_) job.place->sync();
        job.place->close();
        job.old = nullptr;
    }

    void finish_assembly(ShardJob& job) {
        job.assembly->commit();
        job.assembly = nullptr;
        let_go_of_old(job);
    }

    // Closing the last handle of a replaced file makes the system free its blocks, which can take longer than
    // the whole write.
    void let_go_of_old(ShardJob& job) {
        auto old = state_.shards().forget(job.key);
        if (job.old) old.push_back(std::move(job.old));
        if (!old.empty()) run_aside([old = std::move(old)]() mutable { old.clear(); });
    }

    ArrayState& state_;
    SharedMeta meta_;  // a resize excludes the locks of a group, so it holds as long as they do
    const Box& box_;
    const ConstStridedView& in_;
    bool durable_;
    Plan plan_;
};

}  // namespace

void write_box(ArrayState& state, SharedMeta meta, const Box& box, const ConstStridedView& in, bool durable) {
    BoxWriter(state, std::move(meta), box, in, durable).write(false);
}

void write_box_locked(ArrayState& state, SharedMeta meta, const Box& box, const ConstStridedView& in, bool durable) {
    BoxWriter(state, std::move(meta), box, in, durable).write(true);
}

}  // namespace voxbrick
