#include "array/shard_assembly.hpp"

#include <algorithm>
#include <utility>

#include "array/block_io.hpp"
#include "exec/interrupt.hpp"
#include "voxbrick/base/error.hpp"
#include "voxbrick/exec/thread_pool.hpp"

namespace voxbrick {

bool NewBlock::keep() {
    if (own || bytes.empty()) return true;
    auto granted = Budgets::of_process().waiting_bytes.try_take(bytes.size());
    if (!granted) return false;
    share = std::move(*granted);
    own = std::make_unique_for_overwrite<std::byte[]>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), own.get());
    bytes = {own.get(), bytes.size()};
    return true;
}

ShardAssembly::ShardAssembly(Target target, std::shared_ptr<const ShardReader> old, std::vector<std::byte> empty)
    : target_(std::move(target)),
      old_(std::move(old)),
      empty_(std::move(empty)),
      blocks_(target_.meta.block_count()),
      sizes_(blocks_.size()) {}

bool ShardAssembly::put(std::size_t number, NewBlock block) {
    if (!take_turn(number, std::move(block))) return false;
    while (const std::size_t end = end_of_ready()) {
        store_until(end);
        if (end == blocks_.size()) return true;
    }
    return false;
}

// Whether the caller is the one to store: else another thread is, and will come to this block. Only the bytes of a
// block that is stored at once may stay where they are.
bool ShardAssembly::take_turn(std::size_t number, NewBlock block) {
    std::unique_lock lock(mutex_);
    while (!given_up_ && (storing_ || first_awaited() != number) && !block.keep()) wait_for_change(lock);
    if (given_up_) throw ShardChanged();
    blocks_[number] = std::move(block);
    return !std::exchange(storing_, true);
}

std::size_t ShardAssembly::first_awaited() {
    while (first_awaited_ < blocks_.size() && blocks_[first_awaited_].source != NewBlock::Source::awaited)
        ++first_awaited_;
    return first_awaited_;
}

// Nobody waits in vain: the thread that stores, or the one that will bring the next block, does not wait for memory.
// Memory that other shards give back is seen at the next look.
void ShardAssembly::wait_for_change(std::unique_lock<std::mutex>& lock) {
    changed_.wait_for(lock, interrupt_interval);
    lock.unlock();
    throw_if_cancelled();
    lock.lock();
}

// Where the blocks end that can be stored now; 0 if there are none, which ends the caller's turn: from then on
// another thread may store the rest, and all of this may be gone.
std::size_t ShardAssembly::end_of_ready() {
    const std::lock_guard lock(mutex_);
    const std::size_t end = first_awaited();
    storing_ = end > next_;
    if (!storing_) changed_.notify_all();
    return storing_ ? end : 0;
}

void ShardAssembly::store_until(std::size_t end) {
    for (; next_ < end; ++next_) {
        append(next_);
        const NewBlock stored = std::exchange(blocks_[next_], {});
        if (stored.own) changed_.notify_all();
    }
    flush_carried();
}

void ShardAssembly::append(std::size_t number) {
    const NewBlock& block = blocks_[number];
    const bool carried = block.source == NewBlock::Source::carried && old_;
    const auto range = carried ? find_block(target_.meta, *old_, number) : std::nullopt;
    const ByteView bytes = block.bytes.empty() ? ByteView(empty_) : block.bytes;
    sizes_[number] = range ? range->size : bytes.size();
    if (range)
        append_carried(*range);
    else if (!bytes.empty())
        append(bytes);
}

void ShardAssembly::append(ByteView bytes) {
    flush_carried();
    writer().append(bytes);
}

void ShardAssembly::append_carried(ByteRange range) {
    carried_bytes_ += range.size;
    if (carried_bytes_ > old_->blob->size())
        fail(ErrorKind::corrupt, "the index of the shard names more than the ", old_->blob->size(),
             " bytes that it has: it is damaged, or stores blocks that share their bytes, which cannot be rewritten");
    if (carried_.end() != range.offset) flush_carried();
    if (carried_.size == 0) carried_.offset = range.offset;
    carried_.size += range.size;
}

void ShardAssembly::flush_carried() {
    if (carried_.size > 0) writer().append_from(*old_->blob, carried_.offset, carried_.size);
    carried_ = {};
}

// Made when there is something to store. A head without sizes keeps the place of the true one.
BlobWriter& ShardAssembly::writer() {
    if (!writer_) {
        writer_ = target_.store.new_version(target_.key, target_.durable, target_.under);
        if (!writer_) throw ShardChanged();
        writer_->append(target_.format.frame(target_.meta, sizes_).head);
    }
    return *writer_;
}

void ShardAssembly::give_up() {
    const std::lock_guard lock(mutex_);
    given_up_ = true;
    changed_.notify_all();
}

std::shared_ptr<const ShardReader> ShardAssembly::finish() {
    if (writer_) {
        writer_->append(target_.format.frame(target_.meta, sizes_).tail);
        writer_->begin_sync();
    }
    blocks_ = std::vector<NewBlock>();
    return std::move(old_);
}

void ShardAssembly::commit() {
    const bool done = writer_ ? writer_->commit(target_.format.frame(target_.meta, sizes_).head, target_.expected)
                              : target_.store.remove(target_.key, target_.durable, target_.expected, target_.under);
    writer_ = nullptr;
    if (!done) throw ShardChanged();
}

}  // namespace voxbrick
