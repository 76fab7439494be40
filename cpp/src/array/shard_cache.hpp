// Recently opened shards, so that reading block after block does not read the index each time.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "array/budgets.hpp"
#include "exec/process.hpp"
#include "voxbrick/format/format.hpp"

namespace voxbrick {

/// Keeps a few shards open, within what all arrays of the process may (Budgets). A cached shard is used only while the
/// store still has that very version, so what other processes write is seen at once. Safe for concurrent use.
class ShardCache {
  public:
    ShardCache() = default;
    ShardCache(const ShardCache&) = delete;
    ShardCache& operator=(const ShardCache&) = delete;

    /// A shard, which lies under `key`; null if nothing does.
    [[nodiscard]] std::shared_ptr<const ShardReader> open(const Store& store, const Format& format,
                                                          const ArrayMeta& meta, const Index& shard,
                                                          const std::string& key);
    /// The same as it is now, for whoever has its lock: the store is asked anew, and not what a network file system
    /// remembers of it.
    [[nodiscard]] std::shared_ptr<const ShardReader> open_locked(const Store& store, const Format& format,
                                                                 const ArrayMeta& meta, const Index& shard,
                                                                 const std::string& key);

    /// Forgets a shard that was replaced, and hands over what was kept of it: to close it may take long.
    [[nodiscard]] std::vector<std::shared_ptr<const ShardReader>> forget(const std::string& key);

  private:
    struct Entry {
        std::string key;
        std::shared_ptr<const ShardReader> shard;
        Budget::Share file;
        Budget::Share bytes;
    };

    struct Kept {
        std::list<Entry> entries;  // most recently used first
        Process process;
    };

    Guarded<Kept>::Access lock();
    std::shared_ptr<const ShardReader> take_known(const std::string& key, const BlobVersion& version);
    void keep(const std::string& key, std::shared_ptr<const ShardReader> shard);

    Guarded<Kept> kept_;
};

}  // namespace voxbrick
