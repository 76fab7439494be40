// What the copies of an Array share: the store, the metadata as last seen, and recently opened shards.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "array/shard_cache.hpp"
#include "exec/process.hpp"
#include "voxbrick/array/array.hpp"
#include "voxbrick/base/error.hpp"
#include "voxbrick/format/format.hpp"
#include "voxbrick/geometry/grid.hpp"

namespace voxbrick {

using SharedMeta = std::shared_ptr<const ArrayMeta>;

class ArrayState {
  public:
    /// Opens the array in the store; an Error names the store.
    ArrayState(std::shared_ptr<Store> store, std::shared_ptr<const Format> format, OpenMode mode);

    [[nodiscard]] Store& store() const noexcept { return *store_; }
    [[nodiscard]] const Format& format() const noexcept { return *format_; }
    [[nodiscard]] OpenMode mode() const noexcept { return mode_; }
    [[nodiscard]] ShardCache& shards() noexcept { return shards_; }

    /// The metadata as last seen.
    [[nodiscard]] SharedMeta meta();
    /// How often the metadata were seen to be new.
    [[nodiscard]] std::uint64_t meta_version();
    /// The metadata as it is now: another process may have resized the array since. Throws
    /// invalid_metadata if another kind of array took its place.
    [[nodiscard]] SharedMeta refresh();
    /// The same for whoever has a lock: the store is asked anew, and not what a network file system remembers of it.
    [[nodiscard]] SharedMeta refresh_locked();
    /// Makes `meta` the metadata, here and in the store, where they survive a power cut. False, and nothing has
    /// changed, if those there are not `known` any more, which is what was last seen.
    [[nodiscard]] bool replace_meta(const SharedMeta& known, const ArrayMeta& meta);
    /// Returns when the metadata as last seen would survive a power cut.
    void sync_meta();

    /// Grid coordinates of all stored shards, sorted.
    [[nodiscard]] std::vector<Index> stored_shards(const ArrayMeta& meta) const;

    [[nodiscard]] std::string description() const { return store_->description(); }
    [[nodiscard]] std::string key_of(const ArrayMeta& meta, const Index& shard) const;
    /// For messages: "block (0, 1, 2) of z0/y0/x0.wkw in color/1".
    [[nodiscard]] std::string place_of(const ArrayMeta& meta, const Index& shard, const Index& block) const;
    [[nodiscard]] std::string place_of(const ArrayMeta& meta, const Index& shard) const;

  private:
    struct Seen {
        SharedMeta meta;  // null in a forked child that has lost it
        std::uint64_t number = 0;
        std::optional<BlobVersion> version;  // of the metadata, or older; nothing: to be looked at again
        std::optional<BlobVersion> synced;   // the one that was brought to stable storage
    };

    [[nodiscard]] std::optional<BlobVersion> stored_version() const;
    SharedMeta refresh_to(const std::optional<BlobVersion>& version);
    SharedMeta look(const std::optional<BlobVersion>& version);
    SharedMeta remember(ArrayMeta meta, const std::optional<BlobVersion>& version);

    std::shared_ptr<Store> store_;
    std::shared_ptr<const Format> format_;
    OpenMode mode_;
    ShardCache shards_;
    SharedMeta first_;  // as the array was opened
    Guarded<Seen> seen_;
    std::atomic<std::uint64_t> seen_count_ = 0;
};

/// Throws the exception that is being handled once more: an Error, or a lack of memory as one, names `place`.
[[noreturn]] void rethrow_at(const std::string& place);

/// Runs `action`; an Error that leaves it names the shard.
template <class Action>
auto at_shard(const ArrayState& state, const ArrayMeta& meta, const Index& shard, const Action& action) {
    try {
        return action();
    } catch (...) {
        rethrow_at(state.place_of(meta, shard));
    }
}

/// Runs `action`; an Error that leaves it names the block whose first voxel is `offset`.
template <class Action>
auto at_block(const ArrayState& state, const ArrayMeta& meta, const Index& shard, const Index& offset,
              const Action& action) {
    try {
        return action();
    } catch (...) {
        rethrow_at(state.place_of(meta, shard, Grid{meta.block_shape}.cell_of(offset)));
    }
}

}  // namespace voxbrick
