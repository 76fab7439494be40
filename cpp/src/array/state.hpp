// What the copies of an Array share: the store, the metadata as last seen, and recently opened shards.
#pragma once

#include <list>
#include <mutex>
#include <string>
#include <vector>

#include "shard_cache.hpp"
#include "voxbrick/array/array.hpp"
#include "voxbrick/base/error.hpp"
#include "voxbrick/format/format.hpp"
#include "voxbrick/geometry/grid.hpp"

namespace voxbrick {

/// The metadata in the store; an Error names the store.
[[nodiscard]] ArrayMeta open_meta(const Store& store, const Format& format);

class ArrayState {
  public:
    ArrayState(std::shared_ptr<Store> store, std::shared_ptr<const Format> format, ArrayMeta meta, OpenMode mode);

    [[nodiscard]] Store& store() const noexcept { return *store_; }
    [[nodiscard]] const Format& format() const noexcept { return *format_; }
    [[nodiscard]] OpenMode mode() const noexcept { return mode_; }
    [[nodiscard]] ShardCache& shards() noexcept { return shards_; }

    /// The metadata as last seen. Stays valid as long as this.
    [[nodiscard]] const ArrayMeta& meta() const;
    /// The metadata as it is now: another process may have resized the array since. Throws
    /// invalid_metadata if another kind of array took its place.
    const ArrayMeta& refresh();
    /// Makes `meta` the metadata, here and in the store.
    const ArrayMeta& replace_meta(const ArrayMeta& meta);

    /// Grid coordinates of all stored shards, sorted.
    [[nodiscard]] std::vector<Index> stored_shards(const ArrayMeta& meta) const;

    [[nodiscard]] std::string description() const { return store_->description(); }
    [[nodiscard]] std::string key_of(const ArrayMeta& meta, const Index& shard) const;
    /// For messages: "block (0, 1, 2) of z0/y0/x0.wkw in color/1".
    [[nodiscard]] std::string place_of(const ArrayMeta& meta, const Index& shard, const Index& block) const;
    [[nodiscard]] std::string place_of(const ArrayMeta& meta, const Index& shard) const;

  private:
    const ArrayMeta& remember(ArrayMeta meta, const std::optional<BlobVersion>& version);

    std::shared_ptr<Store> store_;
    std::shared_ptr<const Format> format_;
    OpenMode mode_;
    ShardCache shards_;
    mutable std::mutex mutex_;
    std::list<ArrayMeta> seen_;  // the last one counts; earlier ones live on for those who still read with them
    std::optional<BlobVersion> version_;
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
