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

/// Thrown where another program changed a shard while a new version of it was made: it has to be made again.
struct ShardChanged {};

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
        const StoreLock* under = nullptr;  // the lock of the shard; null: nobody else is there
        Expected expected = {};            // what is to be replaced
    };

    /// `old` is the shard that blocks are carried over from, null if there is none; `empty` an encoded block of
    /// fill values, for formats that store blocks which were never written. All that `target` refers to outlives this.
    ShardAssembly(Target target, std::shared_ptr<const ShardReader> old, std::vector<std::byte> empty);

    /// Says that `put` will bring this block; all others are carried over. To be called before the first `put`.
    void await(std::size_t number) { blocks_[number].source = NewBlock::Source::awaited; }
    /// Takes a block, from any thread, and copies its bytes only if they cannot be stored at once. May wait for blocks
    /// before this one: their threads have to come without it. True for one caller: when all blocks are stored. Throws
    /// corrupt for an old shard whose index names more bytes than it has, ShardChanged.
    [[nodiscard]] bool put(std::size_t number, NewBlock block);
    /// From now on `put` throws ShardChanged, also where it waits.
    void give_up();
    /// Comes after the last block: lets the system begin to bring the new version to stable storage, where that has to
    /// be waited for, and lets go of the old one, which is handed over as closing it may take long.
    [[nodiscard]] std::shared_ptr<const ShardReader> finish();
    /// Whether `commit` waits until the new version is on stable storage. To be asked after the last block.
    [[nodiscard]] bool waits_for_storage() const { return writer_ && writer_->waits_for_storage(); }
    /// Puts the new version in the place of the old one, or removes that if nothing is left of it. Throws ShardChanged,
    /// if that is not what is expected, and changes nothing.
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

    std::mutex mutex_;  // guards blocks from first_awaited_ on, that number, and what follows
    std::condition_variable changed_;
    std::vector<NewBlock> blocks_;
    std::size_t first_awaited_ = 0;  // or a block before it: those in between have not been looked at
    bool storing_ = false;
    bool given_up_ = false;

    // Of the thread that is storing, which has all blocks before first_awaited_:
    std::size_t next_ = 0;
    std::vector<std::uint64_t> sizes_;  // of what is stored; 0: absent
    ByteRange carried_;                 // neighbours that are copied in one go
    std::uint64_t carried_bytes_ = 0;   // in all
    std::unique_ptr<BlobWriter> writer_;
};

}  // namespace voxbrick
