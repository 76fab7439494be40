// A new version of a shard while it comes together.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "array/budgets.hpp"
#include "voxbrick/format/format.hpp"

namespace voxbrick {

/// What a block of the new shard consists of.
struct NewBlock {
    enum class Source { carried, awaited, encoded, absent };

    Source source = Source::carried;  // as in the old shard
    ByteView bytes;
    std::unique_ptr<std::byte[]> own = nullptr;  // the bytes, if they had to be kept
    Budget::Share share = {};                    // of the memory for them

    /// Makes the bytes outlast their owner's. False if there is no memory left for such.
    [[nodiscard]] bool keep();
};

/// Blocks are stored in the order of their numbers while others are still encoded: whoever brings the one that
/// is next stores it and what can follow. So encoded blocks hardly wait in memory, and the copying of those that
/// are carried over takes place beside the encoding. Where the store is slower than the encoding they do wait, in
/// memory of which the process has only so much (Budgets): then threads wait. Readers see nothing of it before
/// `commit`.
class ShardAssembly {
  public:
    struct Target {
        Store& store;
        const Format& format;
        const ArrayMeta& meta;
        std::string key;
        bool durable;
    };

    /// `old` is the shard that blocks are carried over from, null if there is none; `empty` an encoded block of
    /// fill values, for formats that store blocks which were never written. All that `target` refers to outlives this.
    ShardAssembly(Target target, std::shared_ptr<const ShardReader> old, std::vector<std::byte> empty);

    /// Says that `put` will bring this block; all others are carried over. To be called before the first `put`.
    void await(std::size_t number) { blocks_[number].source = NewBlock::Source::awaited; }
    /// Takes a block, from any thread, and copies its bytes only if they cannot be stored at once. May wait for blocks
    /// before this one: their threads have to come without it. True for one caller: when all blocks are stored. Throws
    /// corrupt for an old shard whose index names more bytes than it has.
    [[nodiscard]] bool put(std::size_t number, NewBlock block);
    /// Puts the new version in the place of the old one, or removes that if nothing is left of it.
    void commit();

  private:
    [[nodiscard]] bool take_turn(std::size_t number, NewBlock block);
    [[nodiscard]] std::size_t first_awaited();
    [[nodiscard]] std::size_t end_of_ready();
    void wait_for_change(std::unique_lock<std::mutex>& lock);
    void store_until(std::size_t end);
    void append(std::size_t number);
    void append(ByteView bytes);
    void append_carried(ByteRange range);
    void flush_carried();
    BlobWriter& writer();

    Target target_;
    std::shared_ptr<const ShardReader> old_;
    std::vector<std::byte> empty_;

    std::mutex mutex_;  // guards blocks from first_awaited_ on, that number, and storing_
    std::condition_variable changed_;
    std::vector<NewBlock> blocks_;
    std::size_t first_awaited_ = 0;  // or a block before it: those in between have not been looked at
    bool storing_ = false;

    // Of the thread that is storing, which has all blocks before first_awaited_:
    std::size_t next_ = 0;
    std::vector<std::uint64_t> sizes_;  // of what is stored; 0: absent
    ByteRange carried_;                 // neighbours that are copied in one go
    std::uint64_t carried_bytes_ = 0;   // in all
    std::unique_ptr<BlobWriter> writer_;
};

}  // namespace voxbrick
