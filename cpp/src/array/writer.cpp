// Writing a box, shard group by shard group:
//   1 lock      the shards of the group, against threads and processes; then take as many of them at a time as there
//               are files to be had, which all writes share
//   2 open      what of the old shards is needed: nothing of those that the box covers
//   3 encode    parallel over blocks; whoever brings the next block of a shard
//   4 stores    it, and carried blocks as the bytes they are, while others are encoded; last, the index
//   5 commit    each shard, if it is still the one that was opened; otherwise it is done again, from 1 on
// Blocks whose place never moves (raw WKW) skip 4: they are written where they lie.
//
// Locks are those of the metadata file, and hold as long as it is not replaced. Programs that know nothing of them
// replace it whenever an attribute changes: then two writers may hold the same lock, one of the old file, one of the
// new. So nothing depends on the locks alone: whoever commits looks, with all others kept out, whether the shard is the
// one that was merged.
#include "array/writer.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <span>
#include <thread>

#include "array/block_writer.hpp"
#include "array/budgets.hpp"
#include "array/scratch.hpp"
#include "exec/aside.hpp"
#include "store/system_error.hpp"
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
// A shard that others changed while it was written is written again. Whoever changes it has got on meanwhile, so this
// ends unless a program replaces it without pause: then after so many attempts, and not before so much time, as another
// writer may be at work on it and need a while.
constexpr int most_attempts = 100;
constexpr std::chrono::seconds longest_trial{60};
constexpr std::chrono::milliseconds longest_pause{25};

class BoxWriter {
  public:
    BoxWriter(ArrayState& state, SharedMeta meta, const Box& box, const ConstStridedView& in, bool durable)
        : state_(state), meta_(std::move(meta)), box_(box), in_(in), durable_(durable), plan_(*meta_, box) {}

    /// `lock` is one of all shards; null: each group is locked for itself.
    void write(const StoreLock* lock) {
        for (std::size_t first = 0; first < plan_.shard_count();) {
            const std::size_t count = group_size(first);
            std::vector<std::size_t> group(count);
            std::iota(group.begin(), group.end(), first);
            lock == nullptr ? write_group(std::move(group)) : write_locked_group(group, *lock);
            first += count;
        }
        if (durable_) state_.sync_meta();
    }

  private:
    struct JobBlock {
        ShardJob* job;
        std::size_t ordinal;
        std::size_t turn;
    };

    // That others changed the shard meanwhile is no error: it is done again.
    template <class Action>
    static void attempt(ShardJob& job, const Action& action) {
        try {
            return action();
        } catch (const ShardChanged&) {
        } catch (const Error& error) {
            if (!says_replaced(error)) throw;
        }
        job.changed = true;
        if (job.assembly) job.assembly->give_up();
    }

    template <class Action>
    void at(ShardJob& job, const Action& action) const {
        attempt(job, [&] { at_shard(state_, *meta_, job.part.shard, action); });
    }

    [[nodiscard]] std::size_t group_size(std::size_t first) const {
        std::uint64_t bytes = 0;
        std::size_t count = 0;
        for (; first + count < plan_.shard_count() && count < shards_per_group && bytes < bytes_per_group; ++count)
            bytes += memory_for(plan_.shard_part(first + count));
        return count;
    }

    [[nodiscard]] std::uint64_t memory_for(const ShardPart& shard) const {
        return shard.count() * meta_->block_bytes() + meta_->block_count() * bytes_per_entry;
    }

    // Shards, by their ordinals in the plan; what others changed in between again.
    void write_group(std::vector<std::size_t> shards) {
        const auto begin = std::chrono::steady_clock::now();
        for (int attempt = 0; !shards.empty(); ++attempt) {
            if (attempt > 0) pause(shards.front(), attempt, std::chrono::steady_clock::now() - begin);
            std::vector<std::string> names;
            for (const std::size_t shard : shards)
                names.push_back(state_.key_of(*meta_, plan_.shard_part(shard).shard));
            // In this order: who has files waits for nobody.
            const auto lock_file = Budgets::of_process().locked_files.take(1, 1);
            const auto lock = lock_group(names);
            shards = write_shards(shards, *lock);
        }
    }

    // Whoever has the lock has to take it anew if it did not keep others away.
    void write_locked_group(const std::vector<std::size_t>& shards, const StoreLock& lock) {
        if (!write_shards(shards, lock).empty()) throw ShardChanged();
    }

    // Longer after each attempt; throws once there were enough.
    void pause(std::size_t shard, int attempts, std::chrono::steady_clock::duration waited) const {
        throw_if_cancelled();
        if (attempts >= most_attempts && waited >= longest_trial)
            fail(ErrorKind::io, state_.place_of(*meta_, plan_.shard_part(shard).shard), ": each of ", attempts,
                 " times it was written, another program had replaced it in between without locking it; stop that "
                 "program");
        std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(waited / 4, longest_pause));
    }

    std::unique_ptr<StoreLock> lock_group(const std::vector<std::string>& names) {
        auto lock = state_.store().lock(state_.format().metadata_key(), names);
        // The array may have been resized meanwhile. What lies in it decides what of the old shards is kept.
        meta_ = state_.refresh_locked();
        if (!meta_->bounds().contains(box_))
            fail(ErrorKind::out_of_bounds, "box ", box_, " leaves ", state_.description(), ", which was resized to ",
                 meta_->shape);
        return lock;
    }

    // Gives back those that others changed meanwhile.
    std::vector<std::size_t> write_shards(const std::vector<std::size_t>& shards, const StoreLock& lock) {
        lock_ = &lock;
        std::vector<ShardJob> jobs(shards.size());
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            jobs[i].part = plan_.shard_part(shards[i]);
            jobs[i].key = state_.key_of(*meta_, jobs[i].part.shard);
        }
        write_jobs(jobs);
        std::vector<std::size_t> again;
        for (std::size_t i = 0; i < jobs.size(); ++i)
            if (jobs[i].changed) again.push_back(shards[i]);
        return again;
    }

    void write_jobs(std::span<ShardJob> jobs) {
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
        // All together: what the first waits for brings most of the others to stable storage, too.
        parallel_for(jobs.size(), [&](std::size_t i) {
            if (jobs[i].assembly && !jobs[i].changed) at(jobs[i], [&] { commit(jobs[i]); });
        });
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
            begin_assembly(job, covered);
    }

    // From here on the file is ours alone. Had another one taken its name before, the lock would tell: what is read of
    // it is read from the one that is written.
    void open_in_place(ShardJob& job) {
        job.remaining = job.part.count();
        job.place = state_.store().open_mutable(job.key, lock_);
        if (!job.place) throw ShardChanged();
        job.old = find_old(job);
        if (!job.old || !job.old->index.in_place()) throw ShardChanged();
    }

    // A shard that is covered is replaced whatever it is.
    void begin_assembly(ShardJob& job, bool covered) {
        check_block_count();
        // A compressed file in a raw array stays compressed.
        job.chain = meta_->chain.empty() && job.old ? job.old->chain : meta_->chain;
        ShardAssembly::Target target{state_.store(), state_.format(), *meta_, job.key, durable_, lock_};
        if (!covered)
            target.expected = Expected::exactly(job.old ? std::optional(job.old->blob->version()) : std::nullopt);
        job.assembly =
            std::make_unique<ShardAssembly>(std::move(target), job.old, encode_empty_block(*meta_, job.chain));
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
        return state_.shards().open_locked(state_.store(), state_.format(), *meta_, job.part.shard, job.key);
    }

    std::shared_ptr<const ShardReader> create_raw(const ShardJob& job) {
        const auto empty = state_.format().empty_shard(*meta_);
        const auto writer = state_.store().new_version(job.key, durable_, lock_);
        if (!writer) throw ShardChanged();
        writer->append(empty->head);
        writer->append_zeros(empty->length - empty->head.size());
        if (!writer->commit({}, Expected::exactly(std::nullopt))) throw ShardChanged();
        auto made = find_old(job);
        if (!made) throw ShardChanged();
        return made;
    }

    void write_block(ShardJob& job, std::size_t ordinal) {
        if (job.changed) return;
        const BlockPart part = plan_.block_part(job.part, ordinal);
        attempt(job, [&] { job.place ? change_block(job, part) : put_block(job, part); });
    }

    ConstStridedView voxels_of(const BlockPart& part) const {
        return subview(in_, relative_to(part.part, box_.offset));
    }

    template <class Action>
    auto at_this(const ShardJob& job, const BlockPart& part, const Action& action) const {
        return at_block(state_, *meta_, job.part.shard, part.block.offset, action);
    }

    void change_block(ShardJob& job, const BlockPart& part) {
        at_this(job, part, [&] { write_block_in_place(*meta_, job, part, voxels_of(part)); });
        if (job.remaining.fetch_sub(1, std::memory_order_acq_rel) == 1) at(job, [&] { finish_in_place(job); });
    }

    void put_block(ShardJob& job, const BlockPart& part) {
        const ScratchLease lease;
        NewBlock block = at_this(job, part, [&] { return encode_block(*meta_, job, part, voxels_of(part)); });
        const CodecChain::Kept kept;
        at(job, [&] {
            if (job.assembly->put(part.number, std::move(block))) finish_assembly(job);
        });
    }

    void finish_in_place(ShardJob& job) {
        if (durable_) job.place->sync();
        const bool seen = job.place->close();
        job.old = nullptr;
        if (!seen) throw ShardChanged();
    }

    // What replaces nothing, and is not to last, waits for nothing.
    void finish_assembly(ShardJob& job) {
        let_go_of_old(job, job.assembly->finish());
        if (!job.assembly->waits_for_storage()) commit(job);
    }

    void commit(ShardJob& job) {
        if (!lock_->still_holds()) check_shape();
        job.assembly->commit();
        job.assembly = nullptr;
    }

    // Another program has replaced the metadata. If it changed nothing that matters, the version of the shard tells
    // whether others who lock the new ones have been here.
    void check_shape() {
        if (state_.refresh_locked()->shape != meta_->shape) throw ShardChanged();
    }

    // Closing the last handle of a replaced file makes the system free its blocks, which can take longer than
    // the whole write.
    void let_go_of_old(ShardJob& job, std::shared_ptr<const ShardReader> last) {
        auto old = state_.shards().forget(job.key);
        job.old = nullptr;
        old.push_back(std::move(last));
        run_aside([old = std::move(old)]() mutable { old.clear(); });
    }

    ArrayState& state_;
    SharedMeta meta_;  // a resize excludes the locks of a group, so it holds as long as they do
    const Box& box_;
    const ConstStridedView& in_;
    bool durable_;
    const StoreLock* lock_ = nullptr;  // of the group that is being written
    Plan plan_;
};

}  // namespace

void write_box(ArrayState& state, SharedMeta meta, const Box& box, const ConstStridedView& in, bool durable) {
    BoxWriter(state, std::move(meta), box, in, durable).write(nullptr);
}

void write_box_locked(ArrayState& state, SharedMeta meta, const Box& box, const ConstStridedView& in, bool durable,
                      const StoreLock& lock) {
    BoxWriter(state, std::move(meta), box, in, durable).write(&lock);
}

}  // namespace voxbrick
